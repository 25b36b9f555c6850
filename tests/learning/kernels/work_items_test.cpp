#include "learning/kernels/work_items.h"

#include <gtest/gtest.h>

namespace nero_bench {
namespace {

TEST(WorkItems, CoverEveryRowOnceAndInOrder) {
  const std::vector<Rows> tensors{{784, 784}, {10, 784}, {100'000, 1}, {1, 1}, {3, 100'000}};
  const auto items = work_items(tensors);
  std::size_t tensor = 0;
  std::int64_t row = 0;
  for (const auto& item : items) {
    if (static_cast<std::size_t>(item.tensor) != tensor) {
      EXPECT_EQ(row, tensors[tensor].count);
      ++tensor;
      row = 0;
    }
    ASSERT_EQ(static_cast<std::size_t>(item.tensor), tensor);
    EXPECT_EQ(item.first_row, row);
    EXPECT_GE(item.rows, 1);
    row += item.rows;
  }
  EXPECT_EQ(tensor, tensors.size() - 1);
  EXPECT_EQ(row, tensors.back().count);
}

TEST(WorkItems, HoldWholeRowsOfAbout32KiElements) {
  const std::vector<Rows> tensors{{784, 784}, {3, 100'000}};
  for (const auto& item : work_items(tensors)) {
    const auto length = tensors[static_cast<std::size_t>(item.tensor)].length;
    EXPECT_TRUE(item.rows * length <= 32 * 1024 || item.rows == 1);
  }
}

TEST(WorkItems, AreNoneForNothing) {
  EXPECT_TRUE(work_items({}).empty());
  const std::vector<Rows> empty{{0, 5}};
  EXPECT_TRUE(work_items(empty).empty());
}

}  // namespace
}  // namespace nero_bench
