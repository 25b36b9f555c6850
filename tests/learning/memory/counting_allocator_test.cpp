#include "learning/memory/counting_allocator.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/full.h>
#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace nero_bench {
namespace {

at::Tensor made_before_counting_began;

class BeforeCounting : public testing::Environment {
 public:
  void SetUp() override { made_before_counting_began = at::empty({1000}, at::kFloat); }
};
[[maybe_unused]] auto* const before_counting = testing::AddGlobalTestEnvironment(new BeforeCounting);

class Counting : public testing::Test {
 protected:
  std::int64_t allocated() const { return allocator_.statistics().allocated - at_start_; }
  std::int64_t peak() const { return allocator_.statistics().peak - at_start_; }

  CountingAllocator& allocator_ = CountingAllocator::install();
  const std::int64_t at_start_ = [this] {
    allocator_.reset_peak();
    return allocator_.statistics().allocated;
  }();
};

TEST_F(Counting, IsExactlyTheBytesOfTheElements) {
  const auto floats = at::empty({10, 25}, at::kFloat);
  EXPECT_EQ(allocated(), 1000);
  const auto longs = at::empty({3}, at::kLong);
  EXPECT_EQ(allocated(), 1024);
  const auto flags = at::empty({7}, at::kBool);
  EXPECT_EQ(allocated(), 1031);
}

TEST_F(Counting, FallsWhenTheLastUserOfAStorageGoes) {
  auto tensor = at::empty({100}, at::kDouble);
  auto view = tensor.narrow(0, 10, 5);
  EXPECT_EQ(allocated(), 800);
  tensor.reset();
  EXPECT_EQ(allocated(), 800);
  view.reset();
  EXPECT_EQ(allocated(), 0);
}

TEST_F(Counting, TakesEmptyTensorsForNothing) {
  const auto empty = at::empty({0, 5}, at::kFloat);
  EXPECT_EQ(allocated(), 0);
}

TEST_F(Counting, FollowsAResizedTensor) {
  auto tensor = at::empty({10}, at::kFloat);
  tensor.resize_({1000});
  EXPECT_EQ(allocated(), 4000);
  EXPECT_EQ(peak(), 4040);  // while the numbers are copied
}

TEST_F(Counting, IgnoresTensorsMadeBeforeItBegan) {
  made_before_counting_began.reset();
  EXPECT_EQ(allocated(), 0);
}

TEST_F(Counting, LeavesTheNumbersInTheTensorsAlone) {
  const auto tensor = at::full({1000}, 3.0);
  EXPECT_EQ(tensor.clone().sum().item<double>(), 3000);
}

TEST_F(Counting, HasThePeakSinceTheLastReset) {
  {
    const auto one = at::empty({1000}, at::kByte);
    const auto two = at::empty({500}, at::kByte);
  }
  const auto three = at::empty({200}, at::kByte);
  EXPECT_EQ(peak(), 1500);
  allocator_.reset_peak();
  EXPECT_EQ(peak(), 200);
  const auto four = at::empty({50}, at::kByte);
  EXPECT_EQ(peak(), 250);
}

TEST_F(Counting, HasALastingPeakThatOnlyForgettingEnds) {
  allocator_.forget_peaks();
  { const auto large = at::empty({1000}, at::kByte); }
  allocator_.reset_peak();
  EXPECT_EQ(allocator_.statistics().lasting_peak, at_start_ + 1000);
  EXPECT_EQ(allocator_.statistics().reserved, at_start_ + 1000);
  EXPECT_EQ(peak(), 0);
  allocator_.forget_peaks();
  EXPECT_EQ(allocator_.statistics().lasting_peak, at_start_);
  EXPECT_EQ(peak(), 0);
}

TEST_F(Counting, TakesRawRequestsLikeThoseForTensors) {  // oneDNN's convolutions make some
  void* data = allocator_.raw_allocate(1000);
  EXPECT_EQ(allocated(), 1000);
  allocator_.raw_deallocate(data);
  EXPECT_EQ(allocated(), 0);
  allocator_.raw_deallocate(allocator_.raw_allocate(0));
  EXPECT_EQ(allocated(), 0);
}

TEST_F(Counting, IsInstalledOnce) {
  EXPECT_EQ(&CountingAllocator::install(), &allocator_);
  const auto tensor = at::empty({10}, at::kByte);
  EXPECT_EQ(allocated(), 10);
}

TEST_F(Counting, LosesNothingBetweenThreads) {
  std::vector<at::Tensor> kept(4);
  std::vector<std::thread> threads;
  for (auto& last : kept) {
    threads.emplace_back([&last] {
      for (int i = 0; i < 1000; ++i) last = at::empty({100}, at::kByte);
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(allocated(), 400);
  EXPECT_GE(peak(), 400);
  EXPECT_LE(peak(), 800);  // a thread has its new tensor before it lets go of the old one
}

}  // namespace
}  // namespace nero_bench
