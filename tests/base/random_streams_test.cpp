#include "base/random_streams.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <numeric>
#include <set>

namespace nero_bench {
namespace {

using ::testing::ElementsAre;

// Golden values: SplitMix64 and MT19937-64 written independently in Python, the latter checked against the 10000th
// output that the C++ standard prescribes.
TEST(RandomStreams, SeedsAreTheGoldenOnes) {
  EXPECT_EQ(RandomStreams(0).seed("init"), 16851190579275377325ULL);
  EXPECT_EQ(RandomStreams(0).seed("data_order", 7), 1389559553257777257ULL);
  EXPECT_EQ(RandomStreams(12345).seed("dropout"), 10671959066416101364ULL);
}

TEST(RandomStreams, APermutationIsTheGoldenOne) {
  EXPECT_THAT(RandomStreams(3).permutation(10, "data_order", 1), ElementsAre(2, 4, 7, 8, 3, 0, 5, 6, 9, 1));
}

TEST(RandomStreams, APermutationHoldsEveryNumberOnce) {
  auto order = RandomStreams(1).permutation(1000, "data_order");
  EXPECT_FALSE(std::is_sorted(order.begin(), order.end()));
  std::sort(order.begin(), order.end());
  std::vector<std::int64_t> all(1000);
  std::iota(all.begin(), all.end(), 0);
  EXPECT_EQ(order, all);
}

TEST(RandomStreams, PermutationsOfNothingAndOne) {
  EXPECT_TRUE(RandomStreams(1).permutation(0, "data_order").empty());
  EXPECT_THAT(RandomStreams(1).permutation(1, "data_order"), ElementsAre(0));
}

TEST(RandomStreams, SeedNameAndIndexEachMakeAnotherStream) {
  std::set<std::uint64_t> seeds;
  int count = 0;
  for (const std::uint64_t trial : {0, 1, 2}) {
    for (const char* name : {"init", "data_order", "dropout", "environment"}) {
      for (std::uint64_t index = 0; index < 100; ++index, ++count) seeds.insert(RandomStreams(trial).seed(name, index));
    }
  }
  EXPECT_EQ(static_cast<int>(seeds.size()), count);
}

TEST(RandomStreams, DoNotDependOnWhatWasDrawnBefore) {
  RandomStreams fresh(5);
  RandomStreams used(5);
  for (std::uint64_t epoch = 0; epoch < 7; ++epoch) used.permutation(50, "data_order", epoch);
  EXPECT_EQ(fresh.permutation(50, "data_order", 7), used.permutation(50, "data_order", 7));
}

// A stream's first place, over many epochs, is uniform: χ² with 9 degrees of freedom stays below its 99.9 % quantile.
TEST(RandomStreams, EveryNumberComesFirstEquallyOften) {
  std::vector<int> counts(10);
  for (std::uint64_t epoch = 0; epoch < 10'000; ++epoch)
    ++counts[static_cast<std::size_t>(RandomStreams(0).permutation(10, "data_order", epoch).front())];
  double chi_square = 0;
  for (const int count : counts) chi_square += (count - 1000.0) * (count - 1000.0) / 1000.0;
  EXPECT_LT(chi_square, 27.88);
}

}  // namespace
}  // namespace nero_bench
