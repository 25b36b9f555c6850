#include "harness/report/vega_lite.h"

#include <fmt/format.h>

#include <cmath>

#include "harness/report/columns.h"
#include "harness/report/escapes.h"
#include "harness/report/report_charts.h"

namespace nero_bench {
namespace {

constexpr std::size_t kLongestText = 200;

Json finite(double value) { return std::isfinite(value) ? Json(value) : Json(); }

Json values_of(const Chart& chart) {
  Json values = Json::array();
  for (const auto& series : chart.series) {
    for (const auto& point : series.points) {
      values.push_back({{"series", line_label(series.name)},
                        {"x", finite(point.x)},
                        {"y", finite(point.y)},
                        {"low", point.band ? finite(point.band->low) : Json()},
                        {"high", point.band ? finite(point.band->high) : Json()},
                        {"diverged", point.failed}});
    }
  }
  return values;
}

Json axis_title(const std::string& text) { return {{"title", shown_text(text, kLongestText)}}; }

Json band_layer() {
  return {{"mark", {{"type", "area"}, {"opacity", 0.16}}},
          {"transform", {{{"filter", "isValid(datum.low)"}}}},
          {"encoding", {{"y", {{"field", "low"}, {"type", "quantitative"}}}, {"y2", {{"field", "high"}}}}}};
}

Json of_scores(const char* mark) {
  return {{"mark", {{"type", mark}}}, {"encoding", {{"y", {{"field", "y"}, {"type", "quantitative"}}}}}};
}

Json picture(const Chart& chart, const std::string& title) {
  Json layers = Json::array();
  if (chart.bands) layers.push_back(band_layer());
  if (chart.lines) {
    layers.push_back(of_scores("line"));
    layers.back()["encoding"]["strokeDash"] = {{"field", "series"}, {"type", "nominal"}, {"title", nullptr}};
  }
  layers.push_back(of_scores("point"));
  layers.back()["encoding"]["shape"] = {{"field", "series"}, {"type", "nominal"}, {"title", nullptr}};
  layers.back()["encoding"]["tooltip"] = {
      {{"field", "series"}}, {{"field", "x"}}, {{"field", "y"}}, {{"field", "diverged"}}};
  Json x{{"field", "x"}, {"type", "quantitative"}, {"scale", {{"zero", false}}}};
  if (chart.logarithmic_x) x["scale"] = {{"type", "log"}};
  x.update(axis_title(chart.x_label));
  layers.back()["encoding"]["y"].update(axis_title(chart.y_label));
  return {{"title", shown_text(title, kLongestText)},
          {"description", chart.description},
          {"data", {{"values", values_of(chart)}}},
          {"width", 480},
          {"encoding",
           {{"x", x}, {"color", {{"field", "series"}, {"type", "nominal"}, {"title", nullptr}, {"sort", nullptr}}}}},
          {"layer", layers}};
}

Json picture(const BarChart& chart, const std::string& title) {
  Json values = Json::array();
  for (const auto& bar : chart.bars)
    values.push_back({{"series", line_label(bar.name)}, {"x", finite(bar.value)}, {"text", bar.text}});
  return {{"title", shown_text(title, kLongestText)},
          {"description", chart.description},
          {"data", {{"values", values}}},
          {"width", 480},
          {"mark", "bar"},
          {"encoding",
           {{"x", {{"field", "x"}, {"type", "quantitative"}, {"title", nullptr}}},
            {"y", {{"field", "series"}, {"type", "nominal"}, {"title", nullptr}, {"sort", nullptr}}},
            {"tooltip", {{"field", "text"}}}}}};
}

}  // namespace

Json vega_lite(const ReportContent& content) {
  const auto blocks = blocks_of(content.analysis);
  Json pictures = Json::array();
  for (const auto& block : blocks) {
    const auto titled = [&](const auto& chart) {
      return picture(chart, blocks.size() == 1 ? chart.title : fmt::format("{}: {}", block.name, chart.title));
    };
    for (const auto& chart : charts_of(block, content)) pictures.push_back(titled(chart));
    for (const auto& chart : cost_charts_of(block)) pictures.push_back(titled(chart));
  }
  return {{"$schema", "https://vega.github.io/schema/vega-lite/v5.json"},
          {"title", shown_text(content.analysis.experiment, kLongestText)},
          {"description", shown_text(content.analysis.description, 2000)},
          {"resolve", {{"scale", {{"color", "independent"}, {"shape", "independent"}, {"strokeDash", "independent"}}}}},
          {"vconcat", pictures}};
}

}  // namespace nero_bench
