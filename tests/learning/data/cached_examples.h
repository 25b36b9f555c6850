// What the tests of the data cache load through it.
#pragma once
#include <ATen/ops/arange.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/scalar_tensor.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <string>
#include <vector>

#include "learning/data/data_cache.h"
#include "learning/data/files.h"

namespace nero_bench {

namespace fs = std::filesystem;

inline NamedTensors examples() {
  return {{"bytes", at::arange(30).to(at::kByte).view({2, 3, 5})},
          {"reals", at::arange(7, at::kFloat).div_(3)},
          {"labels", at::arange(5, at::kLong)},
          {"one", at::scalar_tensor(0.1, at::kDouble)},
          {"none", at::zeros({0, 4}, at::kInt)}};
}

inline bool equal(const NamedTensors& left, const NamedTensors& right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(), [](const auto& a, const auto& b) {
    return a.name == b.name && a.tensor.scalar_type() == b.tensor.scalar_type() && at::equal(a.tensor, b.tensor);
  });
}

inline std::string content_of(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

class DataCache : public testing::Test {
 protected:
  DataCache() { source_.files = {folder_.write("source", "what it is decoded from")}; }

  NamedTensors load() {
    return cached_tensors(source_, {"", cache()}, [this] {
      ++decoded_;
      return examples();
    });
  }

  std::string cache() const { return (folder_.path() / "cache").string(); }

  std::vector<fs::path> cached_files() const {
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(cache())) files.push_back(entry.path());
    return files;
  }

  // Loads with a cache whose only file has this content, and returns the warning.
  std::string warning_with(const std::string& content) {
    const auto file = cached_files().at(0);
    fs::remove(file);  // not written over: an earlier load has it mapped
    std::ofstream(file, std::ios::binary) << content;
    testing::internal::CaptureStderr();
    EXPECT_TRUE(equal(load(), examples()));
    return testing::internal::GetCapturedStderr();
  }

  TemporaryFolder folder_;
  DataSource source_{"letters", {}, {{"size", 3}}};
  int decoded_ = 0;
};

}  // namespace nero_bench
