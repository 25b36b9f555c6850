#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/bootstrap.h"

namespace nero_bench {

struct ChartPoint {
  double x = 0;
  double y = 0;  // not finite: the line is broken
  std::optional<Interval> band{};
  bool failed = false;  // drawn as a cross, on the axis where y is not known: some of what it stands for diverged
};

// Without points it only keeps its look from the others: what has the same place in two charts looks the same.
struct ChartSeries {
  std::string name;
  std::vector<ChartPoint> points;     // ascending x
  std::optional<double> default_x{};  // marked on the axis
};

struct Chart {
  std::string title;
  std::string description;  // what is seen, for those who cannot see it
  std::string x_label;
  std::string y_label;
  bool logarithmic_x = false;
  bool lines = true;  // between the points
  std::vector<ChartSeries> series;
  bool bands = true;                                      // drawn; the table has them in any case
  bool whole_x = false;                                   // x counts something: only whole numbers are marked
  std::string absence = "There is nothing to show yet.";  // stands in place of a picture without points
};

// A <figure>: an SVG picture with title and description, whose series have the looks of look_of(), and below it the
// same numbers as a table. Colours are those of the page's style sheet.
std::string figure(const Chart& chart);

struct Bar {
  std::string name;
  double value = 0;  // in the unit that the title of the chart names
  std::string text;  // the value as it is shown
};

struct BarChart {
  std::string title;
  std::string description;
  std::vector<Bar> bars;
};

// The same with a bar for every value, from zero.
std::string bar_figure(const BarChart& chart);

// The style sheet's part for figures.
std::string figure_style();

}  // namespace nero_bench
