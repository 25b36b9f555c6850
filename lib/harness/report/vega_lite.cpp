#include "harness/report/vega_lite.h"

#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "harness/report/escapes.h"
#include "harness/report/report_charts.h"

namespace nero_bench {
namespace {

constexpr std::size_t kLongestText = 200;
constexpr int kWidth = 480, kHeight = 260;  // of a picture, in pixels

Json finite(double value) { return std::isfinite(value) ? Json(value) : Json(); }

Json values_of(const Chart& chart) {
  Json values = Json::array();
  for (const auto& series : chart.series) {
    for (const auto& point : series.points) {
      values.push_back({{"series", shown_text(series.name)},
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

// What diverged: a cross at its score, or where that is not known at the bottom.
Json cross_layer(bool known) {
  const Json y = known ? Json{{"field", "y"}, {"type", "quantitative"}} : Json{{"value", kHeight}};
  return {{"mark", {{"type", "point"}, {"shape", "M-1-1L1 1M-1 1L1-1"}, {"size", 120}}},
          {"transform",
           {{{"filter", known ? "datum.diverged && isValid(datum.y)" : "datum.diverged && !isValid(datum.y)"}}}},
          {"encoding", {{"y", y}}}};
}

// An encoding of the series, in which each has the same look in every picture; the legend has those with points.
Json of_series(const Chart& chart) {
  Json all = Json::array(), shown = Json::array();
  for (const auto& series : chart.series) {
    all.push_back(shown_text(series.name));
    if (!series.points.empty()) shown.push_back(all.back());
  }
  return {{"field", "series"},
          {"type", "nominal"},
          {"title", nullptr},
          {"scale", {{"domain", all}}},
          {"legend", {{"values", shown}}}};
}

Json picture(const Chart& chart, const std::string& title) {
  Json layers = Json::array();
  if (chart.bands) layers.push_back(band_layer());
  if (chart.lines) {
    layers.push_back(of_scores("line"));
    layers.back()["encoding"]["strokeDash"] = of_series(chart);
  }
  layers.push_back(of_scores("point"));
  layers.back()["encoding"]["shape"] = of_series(chart);
  layers.back()["encoding"]["tooltip"] = {
      {{"field", "series"}}, {{"field", "x"}}, {{"field", "y"}}, {{"field", "diverged"}}};
  layers.back()["transform"] = Json::array({Json{{"filter", "!datum.diverged"}}});
  for (const bool known : {true, false}) layers.push_back(cross_layer(known));
  Json x{{"field", "x"}, {"type", "quantitative"}, {"scale", {{"zero", false}}}};
  if (chart.logarithmic_x) x["scale"] = {{"type", "log"}};
  x.update(axis_title(chart.x_label));
  for (auto& layer : layers) {
    if (layer["encoding"]["y"].contains("field")) layer["encoding"]["y"].update(axis_title(chart.y_label));
  }
  return {{"title", shown_text(title, kLongestText)},
          {"description", chart.description},
          {"data", {{"values", values_of(chart)}}},
          {"width", kWidth},
          {"height", kHeight},
          {"encoding", {{"x", x}, {"color", of_series(chart)}}},
          {"layer", layers}};
}

Json picture(const BarChart& chart, const std::string& title) {
  Json values = Json::array();
  for (const auto& bar : chart.bars)
    values.push_back({{"series", shown_text(bar.name)}, {"x", finite(bar.value)}, {"text", bar.text}});
  return {{"title", shown_text(title, kLongestText)},
          {"description", chart.description},
          {"data", {{"values", values}}},
          {"width", kWidth},
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
    const auto add = [&](const auto& chart) {
      auto drawn = picture(chart, blocks.size() == 1 ? chart.title : fmt::format("{}: {}", block.name, chart.title));
      if (!drawn["data"]["values"].empty()) pictures.push_back(std::move(drawn));  // else it has no size
    };
    for (const auto& chart : charts_of(block, content)) add(chart);
    for (const auto& chart : cost_charts_of(block)) add(chart);
  }
  return {{"$schema", "https://vega.github.io/schema/vega-lite/v5.json"},
          {"title", shown_text(content.analysis.experiment, kLongestText)},
          {"description", shown_text(content.analysis.description, 2000)},
          {"resolve", {{"scale", {{"color", "independent"}, {"shape", "independent"}, {"strokeDash", "independent"}}}}},
          {"vconcat", pictures}};
}

}  // namespace nero_bench
