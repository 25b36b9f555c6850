#include "base/random_streams.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <numeric>
#include <set>
#include <vector>

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

// The first outputs of SplitMix64 from seed 1234567, as published with its reference implementation.
TEST(RandomNumbers, AreThoseOfSplitMix64) {
  RandomNumbers numbers(1234567);
  EXPECT_EQ(numbers.next(), 6457827717110365317ULL);
  EXPECT_EQ(numbers.next(), 3203168211198807973ULL);
  EXPECT_EQ(numbers.next(), 9817491932198370423ULL);
}

TEST(RandomNumbers, BelowABoundAreEquallyOften) {  // χ² with 8 degrees of freedom, 99.9 % quantile
  RandomNumbers numbers(1);
  std::vector<int> counts(9);
  for (int i = 0; i < 9000; ++i) ++counts.at(static_cast<std::size_t>(numbers.below(9)));
  double chi_square = 0;
  for (const int count : counts) chi_square += (count - 1000.0) * (count - 1000.0) / 1000.0;
  EXPECT_LT(chi_square, 26.12);
}

TEST(RandomNumbers, OfAnIntervalHaveItsMeanAndVariance) {  // 1.5 and 9 / 12; standard errors 0.0061 and 0.0047
  RandomNumbers numbers(2);
  double sum = 0;
  double squares = 0;
  for (int i = 0; i < 20'000; ++i) {
    const double drawn = numbers.uniform(0, 3);
    ASSERT_TRUE(drawn >= 0 && drawn < 3);
    sum += drawn;
    squares += (drawn - 1.5) * (drawn - 1.5);
  }
  EXPECT_NEAR(sum / 20'000, 1.5, 0.025);
  EXPECT_NEAR(squares / 20'000, 0.75, 0.02);
}

}  // namespace
}  // namespace nero_bench
