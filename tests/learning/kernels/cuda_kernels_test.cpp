// The CUDA kernels themselves, run on the processor (cuda_on_host.h) and compared with the plain reference in double.
// What it cannot show: races between threads, and anything about speed. tests/learning/kernels/cuda runs them on a GPU.
#include "learning/kernels/cuda_on_host.h"
//
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "learning/kernels/cuda/elementwise.cuh"
#include "learning/kernels/cuda/nero.cuh"
#include "learning/kernels/nero_cases.h"
#include "learning/kernels/step_problems.h"

namespace nero_bench {
namespace {

// As the launcher of device_step.cu, with host memory.
template <class Tensor>
std::vector<DeviceItem> items_of(const Tensor& tensor) {
  const std::vector<Rows> rows{tensor.rows};
  auto items = device_items(rows);
  if constexpr (requires { tensor.steps; }) {
    for (auto& item : items) item.steps = tensor.steps - 1;
  }
  return items;
}

template <class Kernel>
void launch(const std::vector<DeviceItem>& items, const Kernel& kernel) {
  cuda_on_host::launch(static_cast<int>(items.size()), kBlockSize, kernel);
}

struct OnHost {
  void operator()(const NeroTensor<float>& tensor, const NeroStep& step) const {
    auto items = items_of(tensor);
    launch(items, [&] { nero_kernel(&tensor, items.data(), &step); });
  }
  void operator()(const SgdTensor<float>& tensor, const SgdStep& step) const {
    auto items = items_of(tensor);
    launch(items, [&] { sgd_kernel(&tensor, items.data(), &step); });
  }
  void operator()(const AdamTensor<float>& tensor, const AdamStep& step) const {
    auto items = items_of(tensor);
    launch(items, [&] { adam_kernel(&tensor, items.data(), &step); });
  }
  void operator()(const LambTensor<float>& tensor, const LambStep& step) const {
    auto items = items_of(tensor);
    std::vector<LambSums> sums(items.size());
    launch(items, [&] { lamb_moments_kernel(&tensor, items.data(), &step, sums.data()); });
    launch(items, [&] { lamb_update_kernel(&tensor, items.data(), &step, sums.data()); });
  }
  void operator()(const MadamTensor<float>& tensor, const MadamStep& step) const {
    auto items = items_of(tensor);
    launch(items, [&] { madam_kernel(&tensor, items.data(), &step); });
  }
};

// Rows for a warp, whole and with a rest, and for a block; more than one item.
class CudaKernelOnHost : public testing::TestWithParam<Rows> {};

TEST_P(CudaKernelOnHost, Sgd) { expect_sgd_steps(OnHost(), GetParam()); }
TEST_P(CudaKernelOnHost, Adam) { expect_adam_steps(OnHost(), GetParam()); }
TEST_P(CudaKernelOnHost, Lamb) { expect_lamb_steps(OnHost(), GetParam()); }
TEST_P(CudaKernelOnHost, Madam) { expect_madam_steps(OnHost(), GetParam()); }
TEST_P(CudaKernelOnHost, NeroWithoutRows) { expect_nero_steps_of_elements(OnHost(), GetParam()); }
TEST_P(CudaKernelOnHost, NeroRowsWithoutAUsableGradient) { expect_nero_only_balances(OnHost(), GetParam()); }

INSTANTIATE_TEST_SUITE_P(, CudaKernelOnHost, testing::Values(Rows{7, 83}, Rows{300, 27}, Rows{3, 2500}, Rows{2, 9000}),
                         [](const auto& parameter) {
                           return std::to_string(parameter.param.count) + "x" + std::to_string(parameter.param.length);
                         });

class CudaNeroOnHost : public testing::TestWithParam<NeroCase> {};

TEST_P(CudaNeroOnHost, IsAsAccurateAsOnTheProcessor) {
  for (const Rows rows : {Rows{16, 2}, Rows{16, 27}, Rows{16, 147}, Rows{8, 784}, Rows{2, 4608}, Rows{1, 25'088}}) {
    for (const double rate : {1e-4, 1e-2, 1.0}) expect_nero_accuracy(OnHost(), GetParam(), rows, rate);
  }
}

INSTANTIATE_TEST_SUITE_P(, CudaNeroOnHost, testing::ValuesIn(nero_cases()),
                         [](const auto& parameter) { return parameter.param.name; });

TEST(DeviceItems, CoverEveryRowOnceAndKnowTheItemsOfTheirTensor) {
  const std::vector<Rows> tensors{{784, 784}, {10, 784}, {100'000, 1}, {1, 1}, {3, 100'000}, {5, 896}, {5, 897}};
  const auto items = device_items(tensors);
  std::vector<std::int64_t> rows(tensors.size());
  for (std::size_t i = 0; i < items.size(); ++i) {
    const auto tensor = static_cast<std::size_t>(items[i].tensor);
    EXPECT_EQ(items[i].first_row, rows[tensor]);
    rows[tensor] += items[i].rows;
    EXPECT_GE(static_cast<int>(i), items[i].first_item);
    EXPECT_LT(static_cast<int>(i), items[i].first_item + items[i].items);
    EXPECT_EQ(items[static_cast<std::size_t>(items[i].first_item)].first_row, 0);
  }
  for (std::size_t i = 0; i < tensors.size(); ++i) EXPECT_EQ(rows[i], tensors[i].count);
}

}  // namespace
}  // namespace nero_bench
