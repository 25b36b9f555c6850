#include "harness/analysis/cell_analysis.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <tuple>

#include "base/statistics.h"
#include "harness/analysis/error_scale.h"
#include "harness/analysis/rate_curve.h"
#include "harness/analysis/sensitivity.h"
#include "harness/analysis/time_to_target.h"

namespace nero_bench {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kRounding = 1e-12;  // of errors, relative: the selection adds up scores

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
    add_best(result);
    add_fresh(result);
    result.default_rate = default_rate(result);
    result.standing = standing(result);
    if (result.standing != Standing::kLearns || errors_.size() < 2) return result;
    result.sensitivity = sensitivity_of(
        {trials_.rates(), errors_, task_.shared_rates, *result.best, task_.trivial->error, cap_, cell_.is_design},
        select_, options_);
    return result;
  }

 private:
  void copy_summary(CellAnalysis& result) const {
    result.task = summary_.task;
    result.optimiser = summary_.optimiser;
    result.block = summary_.block;
    result.line = summary_.line;
    result.variant = summary_.variant;
    result.study = summary_.study;
    result.is_design = summary_.is_design;
    result.settings = summary_.settings;
    result.state_bytes = summary_.state_bytes;
    result.step_transient_bytes = summary_.step_transient_bytes;
    result.allocator_peak_bytes = summary_.allocator_peak_bytes;
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

  // The selection, which knows nothing of caps, decides between rates that are alike.
  std::optional<std::size_t> best_of(const std::vector<RatePoint>& curve) const {
    auto best = summary_.best;
    for (std::size_t i = 0; i < curve.size(); ++i) {
      const bool is_candidate = std::isfinite(curve[i].error) && curve[i].diverged < curve[i].seeds;
      if (is_candidate && (!best || curve[i].error < (1 - kRounding) * curve[*best].error)) best = i;
    }
    return best;
  }

  void add_best(CellAnalysis& result) const {
    result.best = best_of(result.curve);
    result.best_score = kNaN;
    if (!result.best) return;
    const auto& point = result.curve[*result.best];
    result.best_rate = point.learning_rate;
    result.best_score = point.score;
    result.best_diverged = point.diverged;
    result.rates_alike = summary_.search_complete && summary_.rates_alike;
    if (cell_.is_design || result.rates_alike) return;
    result.best_at = edge_at(*result.best, result.curve.size());
    result.try_next = continued(trials_.rates(), result.best_at);
  }

  void add_fresh(CellAnalysis& result) const {
    result.selection_gap = kNaN;
    for (const auto& rate : {result.best, summary_.best}) {
      if (!rate || result.fresh) continue;
      const auto& candidate = trials_.candidates()[*rate];
      result.fresh = judged(trials_.fresh_at(candidate), candidate.learning_rate);
      if (!result.fresh) continue;
      result.fresh_of_another = rate != result.best;
      result.selection_gap = error_of(result.fresh->score.value, select_) - result.curve[*rate].error;
    }
  }

  Standing standing(const CellAnalysis& result) const {
    for (const auto& row : errors_) {
      if (std::isnan(mean(row))) return Standing::kIncomplete;
    }
    if (!task_.trivial) return Standing::kNoReference;
    if (!result.best || !beats(result.curve[*result.best].error, *task_.trivial, options_))
      return Standing::kNeverLearns;
    const bool is_judged = result.fresh && !result.fresh_of_another;
    const bool repeats = !is_judged || beats(error_of(result.fresh->score.value, select_), *task_.trivial, options_);
    return repeats ? Standing::kLearns : Standing::kDoesNotRepeat;
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

  std::map<std::int64_t, double> errors_by_seed(const Candidate& candidate) const {
    std::map<std::int64_t, double> errors;
    for (const auto* record : trials_.all_at(candidate))
      errors[record->spec.seed] = capped_error(record, select_, cap_);
    return errors;
  }

  // Over the seeds with a result at both rates: the same luck on either side.
  double mean_excess(const Candidate& candidate, const Candidate& over) const {
    const auto others = errors_by_seed(over);
    std::vector<double> differences;
    for (const auto& [seed, error] : errors_by_seed(candidate)) {
      const auto other = others.find(seed);
      if (other != others.end() && !std::isnan(error - other->second)) differences.push_back(error - other->second);
    }
    return mean(differences);
  }

  std::optional<DefaultRate> default_rate(const CellAnalysis& analysis) const {
    if (!cell_.default_learning_rate || cell_.is_design) return std::nullopt;  // a design has no default point
    const Candidate candidate{*cell_.default_learning_rate, {}};
    const auto result = judged(trials_.all_at(candidate), candidate.learning_rate);
    if (!result) return std::nullopt;
    const double error = error_of(result->score.value, select_);
    const double regret = analysis.best ? mean_excess(candidate, trials_.candidates()[*analysis.best]) : kNaN;
    return DefaultRate{*result, task_.trivial && !beats(error, *task_.trivial, options_), regret};
  }

  const CellSummary& summary_;
  const Cell& cell_;
  const CellTrials& trials_;
  const TaskFacts& task_;
  const Selection& select_;
  const AnalysisOptions& options_;
  std::optional<ReferenceScore> untrained_;
  double cap_ = 0;
  Errors errors_;
};

}  // namespace

bool beats(double error, const ReferenceScore& trivial, const AnalysisOptions& options) {
  return error < trivial.error && error <= (1 - options.margin) * trivial.error;
}

CellAnalysis analyse_cell(const CellSummary& summary, const Cell& cell, const CellTrials& trials, const TaskFacts& task,
                          const Selection& select, const AnalysisOptions& options) {
  return CellReader(summary, cell, trials, task, select, options).read();
}

std::optional<TimeToTarget> target_of(const CellAnalysis& analysis, const CellTrials& trials, double target_error,
                                      const Selection& select, const AnalysisOptions& options) {
  const auto& best = trials.candidates()[analysis.best.value()];
  const bool searched = !analysis.fresh || analysis.fresh_of_another;
  auto result = time_to_target(searched ? trials.all_at(best) : trials.fresh_at(best), target_error, select, options);
  if (result) result->on_search_seeds = searched;
  return result;
}

}  // namespace nero_bench
