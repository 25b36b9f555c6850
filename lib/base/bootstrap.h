#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

namespace nero_bench {

struct Interval {
  double low = 0;
  double high = 0;
};

// A number from a sample, with the interval that the sample warrants.
struct Estimate {
  double value = 0;                  // NaN where there is nothing to estimate it from
  std::int64_t count = 0;            // of the units it rests on: seeds, or tasks
  std::optional<Interval> interval;  // absent with too few of them
  std::int64_t needed = 0;           // how many units an interval takes
};

struct BootstrapOptions {
  double confidence = 0.95;
  std::int64_t resamples = 1000;
  std::uint64_t seed = 0;
  std::int64_t fewest = 3;  // units below which no interval holds its confidence
};

// Several statistics at once of the units with these indices, of which some may stand there repeatedly.
using Statistics = std::function<std::vector<double>(std::span<const std::size_t> drawn)>;

// The statistics of `count` units drawn at random from a population, each with the interval
//   value ± t(count − 1) · √(count / (count − 1)) · s,
// s its standard deviation over resamples of the units with replacement (Efron & Tibshirani 1993, chapters 6 and 12;
// the root undoes the narrowness of the bootstrap of few units: Hesterberg 2015, section 3). For a mean this is
// Student's interval, exact for normal units at every count. A unit is the outermost thing that was drawn, such as a
// task with all its seeds, and its noise within is in how units differ. No interval where the statistic is not finite.
std::vector<Estimate> bootstrap(std::size_t count, const Statistics& statistics, const BootstrapOptions& options = {});

// The largest of several, estimated at once from the same units with that confidence. Its interval goes from the
// largest of the lower ends to the largest of the upper ones: resampling the largest itself would take the luckiest for
// the truth twice. Of m that may be the largest each can miss below, and hardly all above, so that each lower end then
// is for a chance of (1 − confidence) / m.
Estimate largest(std::span<const Estimate> estimates, double confidence);

// The same for one statistic that is positive and skewed to the right, such as a mean of times: its logarithm is what
// is resampled, so that the interval is value · exp(± …). No interval where a resample gives 0.
Estimate bootstrap_of_positive(std::size_t count, const std::function<double(std::span<const std::size_t>)>& statistic,
                               const BootstrapOptions& options = {});

// The mean with Student's interval, which is what bootstrap() tends to with the number of resamples.
Estimate mean_estimate(std::span<const double> values, const BootstrapOptions& options = {});

}  // namespace nero_bench
