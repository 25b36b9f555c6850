#include "harness/report/report_charts.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/report/numbers.h"

namespace nero_bench {
namespace {

Chart rate_chart(const AnalysedBlock& block, const Analysis& analysis) {
  Chart chart{fmt::format("{} against the learning rate", analysis.select.name()),
              "A line an optimiser, a point a rate: the mean over the search seeds; the band goes from the worst "
              "to the best of several seeds. A cross: some seed diverged; on the axis: and the score is not known. A "
              "triangle on the axis: the default rate.",
              "learning rate",
              analysis.select.name(),
              true,
              true,
              {}};
  for (const auto* cell : block.cells) {
    ChartSeries series{cell->line, {}, {}};
    for (const auto& rate : cell->curve) {
      ChartPoint point{rate.learning_rate, rate.score, std::nullopt, rate.diverged > 0};
      if (rate.seeds > 1) point.band = Interval{rate.lowest, rate.highest};
      series.points.push_back(point);
    }
    if (cell->default_rate) series.default_x = cell->default_rate->result.learning_rate;
    chart.lines &= !cell->is_design;
    chart.series.push_back(std::move(series));
  }
  return chart;
}

// Why nothing can be drawn of the tuning of a block.
std::string no_tuning(const AnalysedBlock& block) {
  const auto has = [&](Standing standing) {
    return std::any_of(block.cells.begin(), block.cells.end(),
                       [&](const auto* cell) { return cell->standing == standing; });
  };
  if (has(Standing::kNoReference))
    return "Nothing is drawn: the records do not say what the constant prediction scores, so that nobody is known to "
           "learn; give it with --trivial-score.";
  return has(Standing::kIncomplete) ? "Nothing is drawn: trials of the search are missing or failed."
                                    : "Nothing is drawn: no optimiser learns, and only what learns has such figures.";
}

Chart plane_chart(const AnalysedBlock& block, const Analysis& analysis) {
  Chart chart{
      "Performance and sensitivity",
      "A point an optimiser that learns: how good its best rate is, on fresh seeds where they ran, and over how "
      "many decades of rates it is usable; the further right the less tuning it needs. Search seed: no others "
      "ran, so the score is flattered by the choice of the rate.",
      "usable decades of learning rates",
      "best " + analysis.select.name(),
      false,
      false,
      {}};
  chart.absence = no_tuning(block);
  for (const auto* cell : block.cells) {
    chart.series.push_back({cell->line + (cell->fresh ? "" : ", search seed"), {}, {}});
    if (!cell->sensitivity || cell->is_design) continue;
    ChartPoint point{cell->sensitivity->width.decades.value, cell->best_score};
    if (cell->fresh) point = {point.x, cell->fresh->score.value, cell->fresh->score.interval};
    chart.series.back().points.push_back(point);
  }
  return chart;
}

Chart tuning_chart(const AnalysedBlock& block, const Analysis& analysis) {
  Chart chart{
      "Expected best of k rates",
      "What to expect of the best after so many rates tried, drawn at random from the grid; only of what learns. "
      "The numbers say in which band all of a line lies if the rates are taken for independent draws.",
      "rates tried",
      analysis.select.name(),
      false,
      true,
      {}};
  chart.whole_x = true;
  chart.absence = no_tuning(block);
  chart.bands = false;  // so wide that together they would hide the lines
  for (const auto* cell : block.cells) {
    chart.series.push_back({cell->line, {}, {}});
    if (!cell->sensitivity) continue;
    for (const auto& point : cell->sensitivity->tuning)
      chart.series.back().points.push_back({static_cast<double>(point.tried), point.score, point.band});
  }
  return chart;
}

Chart learning_chart(const AnalysedBlock& block, const ReportContent& content) {
  Chart chart{"Learning curves at the best rate",
              "The mean over all seeds at each optimiser's best rate; the band goes from the worst to the best seed.",
              "epochs",
              content.analysis.select.name(),
              false,
              true,
              {}};
  chart.whole_x = true;
  for (const auto* cell : block.cells) {
    ChartSeries series{cell->line, {}, {}};
    for (const auto& epoch : content.curves.at(static_cast<std::size_t>(cell - content.analysis.cells.data()))) {
      ChartPoint point{static_cast<double>(epoch.epoch), epoch.mean};
      if (epoch.seeds > 1) point.band = Interval{epoch.lowest, epoch.highest};
      series.points.push_back(point);
    }
    chart.series.push_back(std::move(series));
  }
  return chart;
}

// The optimisers of which the records say it, in units of which `scale` are one of the records'.
template <class T>
std::vector<Bar> bars_of(const AnalysedBlock& block, std::optional<T> CellAnalysis::*value, double scale,
                         std::string (*text)(T)) {
  std::vector<Bar> bars;
  for (const auto* cell : block.cells) {
    if (const auto& known = cell->*value)
      bars.push_back({cell->line, scale * static_cast<double>(*known), text(*known)});
  }
  return bars;
}

}  // namespace

std::vector<Chart> charts_of(const AnalysedBlock& block, const ReportContent& content) {
  return {rate_chart(block, content.analysis), learning_chart(block, content), plane_chart(block, content.analysis),
          tuning_chart(block, content.analysis)};
}

std::vector<BarChart> cost_charts_of(const AnalysedBlock& block) {
  return {{"Optimiser state, bytes", "Bytes that the optimiser keeps between steps, measured.",
           bars_of(block, &CellAnalysis::state_bytes, 1, bytes_text)},
          {"Peak of tensor memory, bytes",
           "The most that a trial had allocated for tensors, gradients and activations included.",
           bars_of(block, &CellAnalysis::allocator_peak_bytes, 1, bytes_text)},
          {"Optimiser's part of a training step, ms",
           "The median over trials of their median; of the machine that the report names, whatever else it did.",
           bars_of(block, &CellAnalysis::optimiser_seconds, 1e3, milliseconds_text)},
          {"A whole training step, ms", "With batch, forward and backward pass; a median likewise.",
           bars_of(block, &CellAnalysis::step_seconds, 1e3, milliseconds_text)}};
}

}  // namespace nero_bench
