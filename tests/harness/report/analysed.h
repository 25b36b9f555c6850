// Analyses made by hand, for the tests of what is said and drawn of them.
#pragma once
#include <string>
#include <vector>

#include "harness/report/conclusions.h"
#include "harness/report/report.h"

namespace nero_bench {

inline CellAnalysis learner(const std::string& name, double score, double decades) {
  CellAnalysis cell;
  cell.task = cell.block = "depth 5";
  cell.optimiser = cell.line = name;
  cell.standing = Standing::kLearns;
  cell.trivial = cell.untrained = ReferenceScore{0.1, 0.9, "records"};
  cell.curve = {{0.01, {}, score, 1 - score, 1, 0}, {0.1, {}, 0.1, 0.9, 1, 1}};
  cell.best = 0;
  cell.best_rate = 0.01;
  cell.best_score = score;
  Sensitivity sensitivity;
  sensitivity.width = {{decades, 1, std::nullopt, 3}, false, false};
  sensitivity.tuning = {{1, 0.45, {0.2, 0.7}}, {2, score, {0.3, 0.9}}};
  cell.sensitivity = sensitivity;
  return cell;
}

inline ReportContent content(std::vector<CellAnalysis> cells) {
  ReportContent content;
  content.analysis.experiment = "small";
  content.analysis.cells = std::move(cells);
  content.curves.resize(content.analysis.cells.size());
  return content;
}

inline std::size_t count_of(const std::string& word, const std::string& text) {
  std::size_t count = 0;
  for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) ++count;
  return count;
}

inline std::vector<std::string> said(const std::vector<CellAnalysis>& cells) {
  const auto report = content(cells);
  return conclusions(blocks_of(report.analysis).front(), report.analysis);
}

inline CellAnalysis repeated(CellAnalysis cell, double score, std::int64_t seeds,
                             std::optional<Interval> interval = {}) {
  cell.fresh = FreshScore{*cell.best_rate, {score, seeds, interval, 3}, 0};
  return cell;
}

}  // namespace nero_bench
