#include "harness/report/svg_chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "harness/report/axis.h"
#include "harness/report/escapes.h"
#include "harness/report/markup.h"
#include "harness/report/numbers.h"
#include "harness/report/series_look.h"

namespace nero_bench {
namespace {

// In units of the picture, which is as wide as a column on a desk and narrower on a phone: text must be read on both.
constexpr double kWidth = 460, kLeft = 58, kRight = 12, kTop = 12, kPlotHeight = 230, kAxis = 52, kLegendLine = 19;

std::string group(std::size_t series, const std::string& content) {
  const auto look = look_of(series);
  return fmt::format("<g class=\"c{} d{}\">{}</g>\n", look.colour, look.dash, content);
}

std::string shape(std::string_view kind, double x, double y, std::string_view path) {
  return fmt::format("<path class=\"{}\" transform=\"translate({:.1f} {:.1f})\" d=\"{}\"/>", kind, x, y, path);
}

std::string marker(std::size_t series, double x, double y) { return shape("mark", x, y, look_of(series).marker); }

std::string cross(double x, double y) { return shape("cross", x, y, "M-5-5L5 5M-5 5L5-5"); }

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

// Where the picture of a chart lies, and what lies where in it.
struct Frame {
  Axis x, y;
  double left;
};

constexpr double kBottom = kTop + kPlotHeight;

bool is_shown(const ChartPoint& point) { return std::isfinite(point.x) && (std::isfinite(point.y) || point.failed); }

std::string drawn(const ChartSeries& series, std::size_t number, const Chart& chart, const Frame& frame) {
  const auto& [x, y, left] = frame;
  std::string path, marks;
  bool connected = false;
  for (const auto& point : series.points) {
    const bool known = is_shown(point) && std::isfinite(point.y);
    if (known) path += fmt::format("{}{:.1f} {:.1f}", connected ? "L" : "M", x(point.x), y(point.y));
    connected = known;
    if (!is_shown(point)) continue;
    marks += point.failed ? cross(x(point.x), known ? y(point.y) : kBottom) : marker(number, x(point.x), y(point.y));
  }
  auto content = chart.bands ? band(series, x, y) : "";
  if (chart.lines && !path.empty()) content += fmt::format("<path class=\"line\" d=\"{}\"/>\n", path);
  if (series.default_x && !series.points.empty())
    marks += shape("mark", x(*series.default_x), kBottom - 8, "M0-2L5 8h-10z");
  return group(number, "\n" + content + marks);
}

std::int64_t count_shown(const Chart& chart) {
  return std::count_if(chart.series.begin(), chart.series.end(),
                       [](const auto& series) { return !series.points.empty(); });
}

std::string legend(const Chart& chart, double left) {
  std::string text;
  double y = kBottom + kAxis;
  for (std::size_t i = 0; i < chart.series.size(); ++i) {
    if (chart.series[i].points.empty()) continue;
    text += group(i, "\n" + line(left, y, left + 40, y, "line") + marker(i, left + 20, y));
    text += text_at(left + 50, y + 4, "start", chart.series[i].name);
    y += kLegendLine;
  }
  return text;
}

std::string numbers_below(const Chart& chart) {
  std::vector<std::vector<std::string>> rows{{"", chart.x_label, chart.y_label, "from", "to", ""}};
  for (const auto& series : chart.series) {
    for (const auto& point : series.points) {
      rows.push_back({series.name, fmt::format("{:.4g}", point.x),
                      std::isfinite(point.y) ? metric_text(point.y, 4) : "-",
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

struct Ranges {
  Range x, y;
};

Ranges ranges_of(const Chart& chart) {
  Ranges ranges;
  for (const auto& series : chart.series) {
    for (const auto& point : series.points) {
      if (!is_shown(point)) continue;
      ranges.x.include(point.x);
      ranges.y.include(point.y);
      if (!point.band || !chart.bands) continue;
      ranges.y.include(point.band->low);
      ranges.y.include(point.band->high);
    }
    if (series.default_x && !series.points.empty()) ranges.x.include(*series.default_x);
  }
  return ranges;
}

std::string x_axis(const Chart& chart, const Range& range, const Frame& frame) {
  const auto marks = chart.logarithmic_x ? logarithmic_marks(range) : linear_marks(range, chart.whole_x ? 1 : 0);
  std::string content;
  for (const auto& [value, text] : marks) {
    const double x = frame.x(value);
    content += line(x, kBottom, x, kBottom + 5, "axis");
    content += text_at(x, kBottom + 18, "middle", text);
  }
  content += line(frame.left, kBottom, kWidth - kRight, kBottom, "axis");
  return content + text_at((frame.left + kWidth - kRight) / 2, kBottom + 36, "middle", chart.x_label);
}

std::string y_axis(const Chart& chart, const std::vector<Mark>& marks, const Frame& frame) {
  std::string content;
  for (const auto& [value, text] : marks) {
    const double y = frame.y(value);
    content += line(frame.left, y, kWidth - kRight, y, "grid");
    content += text_at(frame.left - 6, y + 4, "end", text);
  }
  return content +
         fmt::format("<text transform=\"translate(14 {:.0f}) rotate(-90)\" text-anchor=\"middle\">{}</text>\n",
                     kTop + kPlotHeight / 2, xml_text(chart.y_label));
}

// Room for the marks of the y axis, and left of them its label.
double left_of_plot(const std::vector<Mark>& marks) {
  constexpr double kLabel = 28, kDigit = 7.2;
  std::size_t longest = 0;
  for (const auto& mark : marks) longest = std::max(longest, mark.text.size());
  return std::max(kLeft, kLabel + kDigit * static_cast<double>(longest));
}

}  // namespace

std::string figure(const Chart& chart) {
  const auto caption = element("figcaption", xml_text(chart.title));
  const auto ranges = ranges_of(chart);
  if (ranges.x.empty()) return element("figure", caption + element("p", xml_text(chart.absence))) + "\n";
  const auto xs = widened(ranges.x, chart.logarithmic_x);
  const auto ys = with_margins(ranges.y);
  const auto y_marks = ranges.y.empty() ? std::vector<Mark>() : linear_marks(ys);
  const double left = left_of_plot(y_marks), inset = 14;
  const Frame frame{Axis(xs, chart.logarithmic_x, left + inset, kWidth - kRight - inset),
                    Axis(ys, false, kBottom, kTop), left};
  auto content = y_axis(chart, y_marks, frame) + x_axis(chart, xs, frame);
  for (std::size_t i = 0; i < chart.series.size(); ++i) content += drawn(chart.series[i], i, chart, frame);
  const double height = kBottom + kAxis + kLegendLine * static_cast<double>(count_shown(chart));
  return element("figure", caption + "\n" + svg(chart.title, chart.description, height, content + legend(chart, left)) +
                               "\n" + element("p", xml_text(chart.description)) + numbers_below(chart)) +
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
    content += text_at(0, y + 13, "start", bars[i].name);
    content +=
        fmt::format("<rect class=\"bar\" x=\"0\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"15\"/>\n", y + 18, length);
    content += text_at(length + 6, y + 30, "start", bars[i].text);
    rows.push_back({bars[i].name, bars[i].text});
  }
  return element("figure", caption + "\n" +
                               svg(title, description, 8 + kLine * static_cast<double>(bars.size()), content) + "\n" +
                               element("p", xml_text(description)) +
                               element("details", element("summary", "the numbers") + html_table(rows, title))) +
         "\n";
}

std::string figure_style() {
  const std::string style =
      "svg{width:100%;height:auto;font-size:12.5px}svg "
      "text{fill:var(--text)}.grid{stroke:var(--faint)}.axis{stroke:var(--"
      "text)}.bar{fill:var(--c0)}.line{fill:none;stroke-width:2}.band{stroke:none;opacity:.16}.cross{fill:none;stroke-"
      "width:2.5}\n";
  return style + series_style();
}

}  // namespace nero_bench
