#include "learning/memory/device.h"

#include <ATen/ops/empty.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

#include "base/errors.h"

namespace nero_bench {
namespace {

using testing::AllOf;
using testing::HasSubstr;

std::string complaint_about(const std::string& name) {
  try {
    open_device(name);
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "";
}

TEST(CpuDevice, CountsTensorBytes) {
  const auto device = open_device("cpu");
  EXPECT_TRUE(device->torch_device().is_cpu());
  device->reset_peak();
  const auto before = device->statistics();
  {
    const auto tensor = at::empty({25}, at::kFloat);
    EXPECT_EQ(device->statistics().allocated - before.allocated, 100);
  }
  EXPECT_EQ(device->statistics().allocated, before.allocated);
  EXPECT_EQ(device->statistics().peak - before.allocated, 100);
  EXPECT_EQ(device->describe().at("device"), "cpu");
}

TEST(Device, OfAnUnknownNameIsAnErrorThatListsTheNames) {
  for (const std::string name :
       {"gpu", "", "CPU", "cuda:", "cuda:x", "cuda:-1", "cuda:1x", "cuda: 1", "cuda1", "cuda:99999999999999999999"}) {
    EXPECT_THAT(complaint_about(name),
                AllOf(HasSubstr("expected auto, cpu, cuda or cuda:<index>"), HasSubstr("found '" + name + "'")));
  }
}

// This program is linked without CUDA, as nero-trial is.
TEST(Device, WithoutCudaIsTheCpuWhereItMayChooseAndAnErrorWithARemedyWhereItMayNot) {
  EXPECT_TRUE(open_device("auto")->torch_device().is_cpu());
  for (const std::string name : {"cuda", "cuda:1"}) {
    EXPECT_THAT(complaint_about(name), AllOf(HasSubstr("linked without CUDA"), HasSubstr("nero-trial-cuda")));
  }
}

// The kernel's own account, in KiB; it may lag behind by a few pages a thread.
std::int64_t high_water_mark() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) return std::stoll(line.substr(6)) * 1024;
  }
  return 0;
}

TEST(ProcessPeak, IsTheKernelsHighWaterMarkInBytes) {
  constexpr std::size_t kBytes = std::size_t{64} << 20;
  const auto before = process_peak_bytes();
  const std::vector<char> touched(kBytes + static_cast<std::size_t>(before), 1);
  EXPECT_GE(process_peak_bytes(), before + static_cast<std::int64_t>(kBytes));
  EXPECT_NEAR(static_cast<double>(process_peak_bytes()), static_cast<double>(high_water_mark()), 4 << 20);
}

}  // namespace
}  // namespace nero_bench
