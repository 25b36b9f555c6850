#include "harness/analysis/cell_analysis.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>

#include "base/statistics.h"
#include "harness/analysis/error_scale.h"
#include "harness/analysis/rate_curve.h"
#include "harness/analysis/sensitivity.h"
#include "harness/analysis/time_to_target.h"

namespace nero_bench {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

class CellReader {
 public:
  CellReader(const CellSummary& summary, const Cell& cell, const CellTrials& trials, const TaskFacts& task,
             const Selection& select, const AnalysisOptions& options)
      : summary_(summary), cell_(cell), trials_(trials), task_(task), select_(select), options_(options) {
    untrained_ = untrained_network(trials.present(), select, task.trivial);
    cap_ = untrained_ ? untrained_->error : std::numeric_limits<double>::infinity();
    errors_ = trials.search_errors(cap_);
  }

  CellAnalysis read() const {
    CellAnalysis result;
    copy_summary(result);
    result.trivial = task_.trivial;
    result.untrained = untrained_;
    for (std::size_t i = 0; i < errors_.size(); ++i) {
      result.curve.push_back(rate_point(i));
      result.search.add(summary_.rates[i].counts);
    }
    result.standing = standing();
    result.selection_gap = kNaN;
    if (result.best) {
      result.fresh = judged(trials_.fresh_at(best()), *result.best_rate);
      if (result.fresh) result.selection_gap = gap(result.fresh->score.value);
    }
    result.default_rate = default_rate(result.fresh);
    if (result.standing != Standing::kLearns) return result;
    result.sensitivity = sensitivity_of(
        {trials_.rates(), errors_, task_.shared_rates, task_.trivial->error, cap_, cell_.is_design}, select_, options_);
    result.target = target();
    return result;
  }

 private:
  const Candidate& best() const { return trials_.candidates()[*summary_.best]; }

  void copy_summary(CellAnalysis& result) const {
    result.task = summary_.task;
    result.optimiser = summary_.optimiser;
    result.block = summary_.block;
    result.line = summary_.line;
    result.variant = summary_.variant;
    result.study = summary_.study;
    result.is_design = summary_.is_design;
    result.settings = summary_.settings;
    result.best = summary_.best;
    result.best_rate = summary_.best_rate;
    result.best_score = summary_.best_metric;
    result.best_at = summary_.best_at;
    result.try_next = continued(trials_.rates(), summary_.best_at);
    result.state_bytes = summary_.state_bytes;
    result.step_transient_bytes = summary_.step_transient_bytes;
    result.step_seconds = summary_.step_seconds;
    result.optimiser_seconds = summary_.optimiser_seconds;
  }

  RatePoint rate_point(std::size_t i) const {
    const auto& row = errors_[i];
    const double error = mean(row);
    const auto missing = std::count_if(row.begin(), row.end(), [](double value) { return std::isnan(value); });
    const auto& [rate, settings] = trials_.candidates()[i];
    RatePoint point{
        rate, settings, kNaN, error, static_cast<std::int64_t>(row.size()) - missing, summary_.rates[i].counts.diverged,
        kNaN, kNaN};
    if (!std::isfinite(error)) return point;
    point.score = score_of(error, select_);
    const auto [least, most] = std::minmax_element(row.begin(), row.end());
    std::tie(point.lowest, point.highest) = std::minmax({score_of(*least, select_), score_of(*most, select_)});
    return point;
  }

  Standing standing() const {
    for (const auto& row : errors_) {
      if (std::isnan(mean(row))) return Standing::kIncomplete;
    }
    if (!task_.trivial) return Standing::kNoReference;
    const bool learns = summary_.best && beats(error_of(summary_.best_metric, select_), *task_.trivial, options_);
    return learns ? Standing::kLearns : Standing::kNeverLearns;
  }

  std::optional<FreshScore> judged(const std::vector<const TrialRecord*>& records, double rate) const {
    FreshScore result;
    result.learning_rate = rate;
    std::vector<double> scores;
    for (const auto* record : records) {
      const double error = capped_error(record, select_, cap_);
      if (std::isnan(error)) continue;
      scores.push_back(std::isfinite(error) ? score_of(error, select_) : kNaN);
      result.diverged += record->status == TrialStatus::kDiverged ? 1 : 0;
    }
    if (scores.empty()) return std::nullopt;
    result.score = mean_estimate(scores, {.confidence = options_.confidence});
    return result;
  }

  // Positive where the search saw a better score than the fresh seeds do.
  double gap(double fresh) const { return error_of(fresh, select_) - error_of(summary_.best_metric, select_); }

  std::optional<DefaultRate> default_rate(const std::optional<FreshScore>& fresh) const {
    if (!cell_.default_learning_rate || cell_.is_design) return std::nullopt;  // a design has no default point
    const Candidate candidate{*cell_.default_learning_rate, {}};
    const auto result = judged(trials_.all_at(candidate), candidate.learning_rate);
    if (!result) return std::nullopt;
    const double error = error_of(result->score.value, select_);
    const double best = fresh ? fresh->score.value : summary_.best_metric;
    return DefaultRate{*result, task_.trivial && !beats(error, *task_.trivial, options_),
                       error - error_of(best, select_)};
  }

  std::optional<TimeToTarget> target() const {
    auto records = trials_.fresh_at(best());
    const bool searched = records.empty();
    if (searched) records = trials_.all_at(best());
    auto result = time_to_target(records, task_.target_error.value(), select_, options_);
    if (result) result->on_search_seeds = searched;
    return result;
  }

  const CellSummary& summary_;
  const Cell& cell_;
  const CellTrials& trials_;
  const TaskFacts& task_;
  const Selection& select_;
  const AnalysisOptions& options_;
  std::optional<Reference> untrained_;
  double cap_ = 0;
  Errors errors_;
};

}  // namespace

bool beats(double error, const Reference& trivial, const AnalysisOptions& options) {
  return error <= (1 - options.margin) * trivial.error;
}

CellAnalysis analyse_cell(const CellSummary& summary, const Cell& cell, const CellTrials& trials, const TaskFacts& task,
                          const Selection& select, const AnalysisOptions& options) {
  return CellReader(summary, cell, trials, task, select, options).read();
}

}  // namespace nero_bench
