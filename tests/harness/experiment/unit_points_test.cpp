#include "harness/experiment/unit_points.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numeric>
#include <set>

namespace nero_bench {
namespace {

using ::testing::ElementsAre;

constexpr double kTiny = 1e-15;

// Hickernell's centred L2 discrepancy (Mathematics of Computation 67, 1998), squared.
double centred_discrepancy(const UnitPoints& points) {
  const auto n = static_cast<double>(points.size());
  double single = 0;
  double pairs = 0;
  for (const auto& x : points) {
    double product = 1;
    for (const double c : x) product *= 1 + std::abs(c - 0.5) / 2 - (c - 0.5) * (c - 0.5) / 2;
    single += product;
    for (const auto& y : points) {
      double both = 1;
      for (std::size_t j = 0; j < x.size(); ++j)
        both *= 1 + std::abs(x[j] - 0.5) / 2 + std::abs(y[j] - 0.5) / 2 - std::abs(x[j] - y[j]) / 2;
      pairs += both;
    }
  }
  return std::pow(13.0 / 12, static_cast<double>(points.front().size())) - 2 * single / n + pairs / (n * n);
}

std::vector<std::vector<std::int64_t>> identities(std::int64_t base, std::size_t digits) {
  std::vector<std::int64_t> identity(static_cast<std::size_t>(base));
  std::iota(identity.begin(), identity.end(), 0);
  return {digits, identity};
}

TEST(RadicalInverse, WithDigitsInPlaceIsVanDerCorputs) {
  std::vector<double> halves;
  std::vector<double> thirds;
  for (std::uint64_t i = 0; i < 6; ++i) {
    halves.push_back(radical_inverse(i, 2, identities(2, 20)));
    thirds.push_back(radical_inverse(i, 3, identities(3, 20)));
  }
  EXPECT_THAT(halves, ElementsAre(0, 0.5, 0.25, 0.75, 0.125, 0.625));  // as scipy.stats.qmc.Halton(scramble=False)
  const std::vector<double> expected{0, 1.0 / 3, 2.0 / 3, 1.0 / 9, 4.0 / 9, 7.0 / 9};
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(thirds[i], expected[i], kTiny);
}

TEST(RadicalInverse, SendsEachDigitThroughThePermutationOfItsPlace) {
  const std::vector<std::vector<std::int64_t>> permutations{{2, 0, 1}, {1, 2, 0}};
  EXPECT_NEAR(radical_inverse(0, 3, permutations), 2.0 / 3 + 1.0 / 9, kTiny);  // digits 0 0 → 2 1
  EXPECT_NEAR(radical_inverse(5, 3, permutations), 1.0 / 3 + 2.0 / 9, kTiny);  // digits 2 1 → 1 2
}

TEST(RadicalInverse, StaysBelowOneWhereEveryDigitIsTheLargest) {
  const std::vector<std::vector<std::int64_t>> permutations(60, {1, 0});
  EXPECT_LT(radical_inverse(0, 2, permutations), 1);
}

TEST(Halton, PutsOnePointIntoEveryBoxOfItsBases) {
  for (const std::uint64_t seed : {0, 1, 2, 99}) {
    std::map<std::pair<int, int>, int> boxes;
    for (const auto& point : halton_points(72, 2, RandomStreams(seed), 0))
      ++boxes[{static_cast<int>(point[0] * 8), static_cast<int>(point[1] * 9)}];  // 2³ · 3²
    EXPECT_EQ(boxes.size(), 72U) << seed;
  }
}

TEST(Halton, FillsEveryThirdOfAnyRunOfThreePointsAndSoOnInEveryDimension) {
  constexpr std::array<int, 6> kPrimes{2, 3, 5, 7, 11, 13};
  const auto points = halton_points(26, 6, RandomStreams(7), 0);
  for (std::size_t j = 0; j < kPrimes.size(); ++j) {
    std::set<int> parts;
    for (int i = 0; i < kPrimes[j]; ++i)
      parts.insert(static_cast<int>(points[static_cast<std::size_t>(kPrimes[j] + i)][j] * kPrimes[j]));
    EXPECT_EQ(parts.size(), static_cast<std::size_t>(kPrimes[j])) << j;
  }
}

TEST(Halton, HasTheDiscrepancyOfAnotherScrambledHalton) {
  // scipy 1.17: the example of the documentation of scipy.stats.qmc.discrepancy, and the largest discrepancy of
  // qmc.Halton(4, scramble=True, seed=s).random(64) and the smallest of uniform points over s = 0 … 299.
  constexpr double kExample = 0.008142039609053464;
  constexpr double kLargestOfHalton = 0.00243073;
  constexpr double kSmallestOfUniform = 0.00717481;
  UnitPoints example{{1, 3}, {2, 6}, {3, 2}, {4, 5}, {5, 1}, {6, 4}};
  for (auto& point : example) {
    for (auto& coordinate : point) coordinate = (coordinate - 0.5) / 6;
  }
  ASSERT_NEAR(centred_discrepancy(example), kExample, 1e-14);
  for (const std::uint64_t seed : {0, 1, 2, 3, 4}) {
    EXPECT_LE(centred_discrepancy(halton_points(64, 4, RandomStreams(seed), 0)), kLargestOfHalton) << seed;
    EXPECT_GE(centred_discrepancy(random_points(64, 4, RandomStreams(seed), 0)), kSmallestOfUniform) << seed;
  }
}

TEST(UnitPoints, AreInTheCubeAndTheSameForTheSameSeedAndStudy) {
  for (const auto draw : {halton_points, random_points}) {
    const auto points = draw(100, kMostDimensions, RandomStreams(3), 1);
    EXPECT_EQ(points, draw(100, kMostDimensions, RandomStreams(3), 1));
    EXPECT_NE(points, draw(100, kMostDimensions, RandomStreams(4), 1));
    EXPECT_NE(points, draw(100, kMostDimensions, RandomStreams(3), 2));
    for (const auto& point : points) {
      ASSERT_EQ(point.size(), kMostDimensions);
      for (const double coordinate : point) EXPECT_TRUE(0 <= coordinate && coordinate < 1) << coordinate;
    }
  }
}

TEST(UnitPoints, OfALargerBudgetBeginWithThoseOfASmaller) {
  for (const auto draw : {halton_points, random_points}) {
    auto points = draw(40, 3, RandomStreams(0), 0);
    points.resize(15);
    EXPECT_EQ(points, draw(15, 3, RandomStreams(0), 0));
  }
}

// Kolmogorov's bound at the level of one in ten thousand.
TEST(RandomPoints, AreUniformInEveryDimension) {
  constexpr int kPoints = 2000;
  const auto points = random_points(kPoints, 5, RandomStreams(11), 0);
  for (std::size_t j = 0; j < 5; ++j) {
    std::vector<double> column;
    for (const auto& point : points) column.push_back(point[j]);
    std::sort(column.begin(), column.end());
    double distance = 0;
    for (int i = 0; i < kPoints; ++i)
      distance = std::max(distance, std::abs(column[static_cast<std::size_t>(i)] - (i + 0.5) / kPoints));
    EXPECT_LT(distance, 2.23 / std::sqrt(kPoints)) << j;
  }
}

}  // namespace
}  // namespace nero_bench
