#pragma once
#include <limits>
#include <string>
#include <vector>

namespace nero_bench {

// The values that an axis shows.
struct Range {
  double low = std::numeric_limits<double>::infinity();  // above `high`: there are none
  double high = -std::numeric_limits<double>::infinity();

  void include(double value);  // unless it is not finite
  bool empty() const { return low > high; }
};

// So wide that something can be drawn in it, where all values are alike to the eye.
Range widened(const Range& range, bool logarithmic);

// The same with room above and below, on a linear axis; of no values 0 to 1.
Range with_margins(const Range& range);

// Where values come to lie, in units of the picture, along an axis from `from` to `to`.
class Axis {
 public:
  Axis(const Range& range, bool logarithmic, double from, double to);
  double operator()(double value) const;

 private:
  double at(double value) const;

  bool logarithmic_;
  double low_, high_, from_, to_;
};

// A value that is marked on an axis, and what is written there.
struct Mark {
  double value = 0;
  std::string text;
};

// Round numbers inside the range, five or so and never more than seven, ascending, or fewer that lie a smallest step
// apart; with as many digits as tell neighbours apart, four or more. Not for a range that is empty or a single value.
std::vector<Mark> linear_marks(const Range& range, double smallest_step = 0);

// Powers of ten inside the range, or its ends where it is narrower than that.
std::vector<Mark> logarithmic_marks(const Range& range);

}  // namespace nero_bench
