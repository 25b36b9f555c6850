#include "harness/report/svg_chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "harness/report/columns.h"
#include "harness/report/escapes.h"
#include "harness/report/markup.h"
#include "harness/report/numbers.h"

namespace nero_bench {
namespace {

// In units of the picture, which is as wide as a column on a desk and narrower on a phone: text must be read on both.
constexpr double kWidth = 460, kLeft = 58, kRight = 12, kTop = 12, kPlotHeight = 230, kAxis = 52, kLegendLine = 19;

// The colours of Okabe and Ito, told apart by colour-blind readers; without yellow, which is not seen on white.
constexpr std::array<std::string_view, 7> kLightColours{"#0072b2", "#d55e00", "#009e73", "#cc79a7",
                                                        "#000000", "#b07c00", "#3a8fc0"};
constexpr std::array<std::string_view, 7> kDarkColours{"#56b4e9", "#ff8c42", "#2fd0a0", "#e79fc8",
                                                       "#ffffff", "#f0e442", "#9ad0f5"};
constexpr std::array<std::string_view, 7> kDashes{"none", "8 4", "2 3", "10 3 2 3", "4 2", "14 4", "6 2 2 2 2 2"};

// Where values come to lie along an axis.
class Axis {
 public:
  Axis(double low, double high, double from, double to, bool logarithmic)
      : low_(at(low, logarithmic)), high_(at(high, logarithmic)), from_(from), to_(to), logarithmic_(logarithmic) {}
  double operator()(double value) const {
    return from_ + (at(value, logarithmic_) - low_) / (high_ - low_) * (to_ - from_);
  }

 private:
  static double at(double value, bool logarithmic) { return logarithmic ? std::log10(value) : value; }

  double low_, high_, from_, to_;
  bool logarithmic_;
};

struct Range {
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();

  void include(double value) {
    if (!std::isfinite(value)) return;
    low = std::min(low, value);
    high = std::max(high, value);
  }
  bool empty() const { return low > high; }
};

std::string marker(std::size_t series, double x, double y) {
  const auto path = [&](const char* shape) {
    return fmt::format("<path class=\"mark\" transform=\"translate({:.1f} {:.1f})\" d=\"{}\"/>", x, y, shape);
  };
  switch (series % kDashes.size()) {
    case 0: return path("M4 0A4 4 0 1 1-4 0 4 4 0 1 1 4 0z");
    case 1: return path("M-3.5-3.5h7v7h-7z");
    case 2: return path("M0-4.5L4.5 3.5h-9z");
    case 3: return path("M0-5.5L5.5 0 0 5.5-5.5 0z");
    case 4: return path("M0 4.5L4.5-3.5h-9z");
    case 5: return path("M-1.5-5h3v3.5H5v3H1.5V5h-3V1.5H-5v-3h3.5z");
    default: return path("M-5-4L0-1.5 5-4 2.5 0 5 4 0 1.5-5 4-2.5 0z");
  }
}

std::string cross(double x, double y) {
  return fmt::format("<path class=\"cross\" transform=\"translate({:.1f} {:.1f})\" d=\"M-5-5L5 5M-5 5L5-5\"/>", x, y);
}

std::string text_at(double x, double y, std::string_view anchor, std::string_view text) {
  return fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\">{}</text>\n", x, y, anchor, xml_text(text));
}

std::string line(double x1, double y1, double x2, double y2, std::string_view kind) {
  return fmt::format("<line class=\"{}\" x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\"/>\n", kind, x1, y1, x2,
                     y2);
}

std::string band(const ChartSeries& series, const Axis& x, const Axis& y) {
  std::string upper, lower;
  for (const auto& point : series.points) {
    if (!point.band || !std::isfinite(point.band->low) || !std::isfinite(point.band->high)) continue;
    upper += fmt::format("{}{:.1f} {:.1f}", upper.empty() ? "M" : "L", x(point.x), y(point.band->high));
    lower = fmt::format("L{:.1f} {:.1f}", x(point.x), y(point.band->low)) + lower;
  }
  return upper.empty() ? "" : fmt::format("<path class=\"band\" d=\"{}{}Z\"/>\n", upper, lower);
}

std::string drawn(const ChartSeries& series, std::size_t number, const Chart& chart, const Axis& x, const Axis& y) {
  std::string path, marks;
  bool connected = false;
  for (const auto& point : series.points) {
    if (!std::isfinite(point.y)) {
      connected = false;
      continue;
    }
    path += fmt::format("{}{:.1f} {:.1f}", connected ? "L" : "M", x(point.x), y(point.y));
    connected = true;
    marks += point.failed ? cross(x(point.x), y(point.y)) : marker(number, x(point.x), y(point.y));
  }
  auto content = chart.bands ? band(series, x, y) : "";
  if (chart.lines && !path.empty()) content += fmt::format("<path class=\"line\" d=\"{}\"/>\n", path);
  return fmt::format("<g class=\"s{}\">\n{}{}</g>\n", number % kDashes.size(), content, marks);
}

std::string legend(const Chart& chart, double top) {
  std::string text;
  for (std::size_t i = 0; i < chart.series.size(); ++i) {
    const double y = top + kLegendLine * static_cast<double>(i);
    text += fmt::format("<g class=\"s{}\">\n{}{}</g>\n", i % kDashes.size(), line(kLeft, y, kLeft + 40, y, "line"),
                        marker(i, kLeft + 20, y));
    text += text_at(kLeft + 50, y + 4, "start", line_label(chart.series[i].name));
  }
  return text;
}

std::string numbers_below(const Chart& chart) {
  std::vector<std::vector<std::string>> rows{{"", chart.x_label, chart.y_label, "from", "to", ""}};
  for (const auto& series : chart.series) {
    for (const auto& point : series.points) {
      rows.push_back({line_label(series.name), fmt::format("{:.4g}", point.x), metric_text(point.y, 4),
                      point.band ? metric_text(point.band->low, 4) : "",
                      point.band ? metric_text(point.band->high, 4) : "", point.failed ? "diverged" : ""});
    }
  }
  return element("details", element("summary", "the numbers") + html_table(rows, chart.title));
}

std::string svg(const std::string& title, const std::string& description, double height, const std::string& content) {
  return element(
      "svg",
      {{"xmlns", "http://www.w3.org/2000/svg"},
       {"viewBox", fmt::format("0 0 {:.0f} {:.0f}", kWidth, height)},
       {"role", "img"},
       {"aria-label", title}},
      "\n" + element("title", xml_text(title)) + "\n" + element("desc", xml_text(description)) + "\n" + content);
}

// Powers of ten inside the range, or its ends where it is narrower than that.
std::vector<double> decades(double low, double high) {
  std::vector<double> marks;
  const auto first = static_cast<int>(std::ceil(std::log10(low) - 1e-9));
  const auto last = static_cast<int>(std::floor(std::log10(high) + 1e-9));
  const int step = std::max(1, (last - first + 7) / 8);
  for (int power = first; power <= last; power += step) marks.push_back(std::pow(10.0, power));
  if (marks.size() < 2) marks = {low, high};
  return marks;
}

}  // namespace

std::vector<double> ticks(double low, double high, double smallest_step) {
  const double rough = std::max((high - low) / 5, smallest_step);
  const double power = std::pow(10.0, std::floor(std::log10(rough)));
  double step = 10 * power;
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (factor * power >= rough * (1 - 1e-9)) {
      step = factor * power;
      break;
    }
  }
  std::vector<double> marks;
  for (double number = std::ceil(low / step - 1e-9); number * step <= high + 1e-9 * step; ++number)
    marks.push_back(number == 0 ? 0 : number * step);
  return marks;
}

std::string figure(const Chart& chart) {
  Range xs, ys;
  for (const auto& series : chart.series) {
    for (const auto& point : series.points) {
      if (!std::isfinite(point.y)) continue;
      xs.include(point.x);
      ys.include(point.y);
      if (point.band && chart.bands) {
        ys.include(point.band->low);
        ys.include(point.band->high);
      }
    }
    if (series.default_x && !series.points.empty()) xs.include(*series.default_x);
  }
  const auto caption = element("figcaption", xml_text(chart.title));
  if (xs.empty()) return element("figure", caption + element("p", "There is nothing to show yet.")) + "\n";
  if (xs.low == xs.high) {
    xs = chart.logarithmic_x ? Range{xs.low / 2, xs.high * 2} : Range{xs.low - 1, xs.high + 1};
  }
  const double margin = ys.low == ys.high ? std::max(std::abs(ys.low) / 10, 0.1) : (ys.high - ys.low) / 20;
  ys = {ys.low - margin, ys.high + margin};
  const double bottom = kTop + kPlotHeight, inset = 14;
  const Axis x(xs.low, xs.high, kLeft + inset, kWidth - kRight - inset, chart.logarithmic_x);
  const Axis y(ys.low, ys.high, bottom, kTop, false);

  std::string content;
  for (const double mark : ticks(ys.low, ys.high)) {
    content += line(kLeft, y(mark), kWidth - kRight, y(mark), "grid");
    content += text_at(kLeft - 6, y(mark) + 4, "end", fmt::format("{:.4g}", mark));
  }
  for (const double mark :
       chart.logarithmic_x ? decades(xs.low, xs.high) : ticks(xs.low, xs.high, chart.whole_x ? 1 : 0)) {
    content += line(x(mark), bottom, x(mark), bottom + 5, "axis");
    content +=
        text_at(x(mark), bottom + 18, "middle", chart.logarithmic_x ? rate_text(mark) : fmt::format("{:g}", mark));
  }
  content += line(kLeft, bottom, kWidth - kRight, bottom, "axis");
  content += text_at((kLeft + kWidth - kRight) / 2, bottom + 36, "middle", chart.x_label);
  content += fmt::format("<text transform=\"translate(14 {:.0f}) rotate(-90)\" text-anchor=\"middle\">{}</text>\n",
                         kTop + kPlotHeight / 2, xml_text(chart.y_label));
  for (std::size_t i = 0; i < chart.series.size(); ++i) {
    const auto& series = chart.series[i];
    content += drawn(series, i, chart, x, y);
    if (series.default_x && !series.points.empty()) {
      content += fmt::format(
          "<g class=\"s{}\"><path class=\"mark\" transform=\"translate({:.1f} {:.1f})\" "
          "d=\"M0-2L5 8h-10z\"/></g>\n",
          i % kDashes.size(), x(*series.default_x), bottom - 8);
    }
  }
  const double height = bottom + kAxis + kLegendLine * static_cast<double>(chart.series.size());
  content += legend(chart, bottom + kAxis);
  return element("figure", caption + "\n" + svg(chart.title, chart.description, height, content) + "\n" +
                               element("p", xml_text(chart.description)) + numbers_below(chart)) +
         "\n";
}

std::string bar_figure(const BarChart& chart) {
  const auto& [title, description, bars] = chart;
  const auto caption = element("figcaption", xml_text(title));
  double largest = 0;
  for (const auto& bar : bars) largest = std::max(largest, bar.value);
  if (bars.empty()) return element("figure", caption + element("p", "There is nothing to show yet.")) + "\n";
  constexpr double kNumbers = 90, kLine = 40;
  std::string content;
  std::vector<std::vector<std::string>> rows{{"", title}};
  for (std::size_t i = 0; i < bars.size(); ++i) {
    const double y = kLine * static_cast<double>(i);
    const double length = std::max(1.0, largest > 0 ? bars[i].value / largest * (kWidth - kNumbers) : 0);
    content += text_at(0, y + 13, "start", line_label(bars[i].name));
    content +=
        fmt::format("<rect class=\"bar\" x=\"0\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"15\"/>\n", y + 18, length);
    content += text_at(length + 6, y + 30, "start", bars[i].text);
    rows.push_back({line_label(bars[i].name), bars[i].text});
  }
  return element("figure", caption + "\n" +
                               svg(title, description, 8 + kLine * static_cast<double>(bars.size()), content) + "\n" +
                               element("p", xml_text(description)) +
                               element("details", element("summary", "the numbers") + html_table(rows, title))) +
         "\n";
}

std::string figure_style() {
  std::string style =
      "svg{width:100%;height:auto;font-size:12.5px}svg "
      "text{fill:var(--text)}.grid{stroke:var(--faint)}.axis{stroke:var(--"
      "text)}.bar{fill:var(--c0)}.line{fill:none;stroke-width:2}.band{stroke:none;opacity:.16}.cross{fill:none;stroke-"
      "width:2.5}\n";
  for (std::size_t i = 0; i < kDashes.size(); ++i) {
    style += fmt::format(
        ".s{0} .line{{stroke:var(--c{0});stroke-dasharray:{1}}}.s{0} .mark,.s{0} .band{{fill:var(--c{0}"
        ")}}.s{0} .cross{{stroke:var(--c{0})}}\n",
        i, kDashes[i]);
  }
  const auto colours = [](const std::array<std::string_view, 7>& list) {
    std::string text;
    for (std::size_t i = 0; i < list.size(); ++i) text += fmt::format("--c{}:{};", i, list[i]);
    return text;
  };
  return style + fmt::format(":root{{{}}}\n@media screen and (prefers-color-scheme:dark){{:root{{{}}}}}\n",
                             colours(kLightColours), colours(kDarkColours));
}

}  // namespace nero_bench
