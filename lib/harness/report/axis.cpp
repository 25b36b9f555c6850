#include "harness/report/axis.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/decimal.h"
#include "harness/report/numbers.h"

namespace nero_bench {
namespace {

// Whether high and low are one value to the eye, whatever the last bits say.
bool alike(const Range& range) {
  constexpr double kRelative = 1e-9, kAbsolute = 1e-300;
  return range.high - range.low <= kRelative * std::max(std::abs(range.low), std::abs(range.high)) + kAbsolute;
}

std::vector<double> round_numbers(const Range& range, double smallest_step) {
  constexpr double kMost = 7;
  const double rough = std::max((range.high - range.low) / 5, smallest_step);
  const double power = std::pow(10.0, std::floor(std::log10(rough)));
  double step = 10 * power;
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (factor * power >= rough * (1 - 1e-9)) {
      step = factor * power;
      break;
    }
  }
  const double first = std::ceil(range.low / step - 1e-9);
  const double count = std::min(kMost, std::floor(range.high / step + 1e-9) - first + 1);
  std::vector<double> numbers;
  for (int i = 0; i < count; ++i) numbers.push_back(first + i == 0 ? 0 : (first + i) * step);
  return numbers;
}

// Significant digits with which all of several evenly spaced values differ.
int digits_of(const std::vector<double>& values) {
  constexpr int kFewest = 4;
  if (values.size() < 2) return kFewest;
  const double largest = std::max(std::abs(values.front()), std::abs(values.back()));
  return std::max(kFewest, static_cast<int>(std::ceil(std::log10(largest / (values[1] - values[0])))) + 1);
}

}  // namespace

void Range::include(double value) {
  if (!std::isfinite(value)) return;
  low = std::min(low, value);
  high = std::max(high, value);
}

Range widened(const Range& range, bool logarithmic) {
  if (!alike(range)) return range;
  return logarithmic ? Range{range.low / 2, range.high * 2} : Range{range.low - 1, range.high + 1};
}

Range with_margins(const Range& range) {
  if (range.empty()) return {0, 1};
  const double margin = alike(range) ? std::max(std::abs(range.low) / 10, 0.1) : (range.high - range.low) / 20;
  return {range.low - margin, range.high + margin};
}

Axis::Axis(const Range& range, bool logarithmic, double from, double to)
    : logarithmic_(logarithmic), low_(at(range.low)), high_(at(range.high)), from_(from), to_(to) {}

double Axis::at(double value) const { return logarithmic_ ? std::log10(value) : value; }

double Axis::operator()(double value) const { return from_ + (at(value) - low_) / (high_ - low_) * (to_ - from_); }

std::vector<Mark> linear_marks(const Range& range, double smallest_step) {
  const auto values = round_numbers(range, smallest_step);
  const int digits = digits_of(values);
  std::vector<Mark> marks;
  for (const double value : values) marks.push_back({value, fmt::format("{:.{}g}", value, digits)});
  return marks;
}

std::vector<Mark> logarithmic_marks(const Range& range) {
  const auto first = static_cast<int>(std::ceil(std::log10(range.low) - 1e-9));
  const auto last = static_cast<int>(std::floor(std::log10(range.high) + 1e-9));
  const int step = std::max(1, (last - first + 7) / 8);
  std::vector<double> values;
  for (int power = first; power <= last; power += step) values.push_back(std::pow(10.0, power));
  if (values.size() < 2) values = {range.low, range.high};
  std::vector<Mark> marks;
  for (const double value : values) marks.push_back({value, rate_text(rounded(value, 3))});
  return marks;
}

}  // namespace nero_bench
