#include "harness/analysis/rate_segments.h"

#include <gmock/gmock.h>

#include <sstream>
#include <string>

namespace nero_bench {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// "first-last from-to" of every segment.
std::vector<std::string> segments(const std::vector<double>& rates) {
  std::vector<std::string> texts;
  for (const auto& segment : rate_segments(rates)) {
    std::ostringstream text;
    text << segment.first << "-" << segment.last << " " << segment.from << "-" << segment.to;
    texts.push_back(text.str());
  }
  return texts;
}

TEST(RateSegments, AreCutAtTheEndOfTheWarmupAndAtMilestones) {
  EXPECT_THAT(segments({1, 2, 3, 4, 4, 4, 2, 2, 1, 1}), ElementsAre("0-2 1-3", "3-5 4-4", "6-7 2-2", "8-9 1-1"));
}

TEST(RateSegments, AreCutWhereARiseTurnsIntoAFall) {
  EXPECT_THAT(segments({0, 1, 2, 3, 2, 1}), ElementsAre("0-2 0-2", "3-5 3-1"));
}

TEST(RateSegments, OfOneRateIsOne) {
  EXPECT_THAT(segments({5}), ElementsAre("0-0 5-5"));
  EXPECT_THAT(segments({5, 5, 5}), ElementsAre("0-2 5-5"));
  EXPECT_THAT(segments({}), IsEmpty());
}

TEST(RateSegments, KeepASingleStepBetweenTwoMilestones) {
  EXPECT_THAT(segments({4, 4, 2, 1, 1}), ElementsAre("0-1 4-4", "2-2 2-2", "3-4 1-1"));
}

TEST(RateSegments, CoverEveryStepOnce) {
  const std::vector<double> rates{3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9, 3, 2, 3, 8, 4, 6, 2, 6, 4, 3, 3, 8, 3};
  std::size_t next = 0;
  for (const auto& segment : rate_segments(rates)) {
    EXPECT_EQ(segment.first, next);
    EXPECT_EQ(segment.from, rates[segment.first]);
    EXPECT_EQ(segment.to, rates[segment.last]);
    next = segment.last + 1;
  }
  EXPECT_EQ(next, rates.size());
}

}  // namespace
}  // namespace nero_bench
