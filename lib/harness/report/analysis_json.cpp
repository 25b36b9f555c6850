#include "harness/report/analysis_json.h"

#include <stdexcept>

#include "harness/report/json_values.h"

namespace nero_bench {
namespace {

Json to_json(const Interval& interval) { return {number_to_json(interval.low), number_to_json(interval.high)}; }

Json to_json(const Estimate& estimate) {
  return {{"value", number_to_json(estimate.value)},
          {"count", estimate.count},
          {"interval", estimate.interval ? to_json(*estimate.interval) : Json("too few")},
          {"needed", estimate.needed}};
}

Json to_json(const ReferenceScore& reference) {
  return {{"score", number_to_json(reference.score)},
          {"error", number_to_json(reference.error)},
          {"source", reference.source}};
}

Json to_json(const FreshScore& fresh) {
  return {{"learning_rate", fresh.learning_rate}, {"score", to_json(fresh.score)}, {"diverged", fresh.diverged}};
}

Json to_json(const DefaultRate& rate) {
  auto json = to_json(rate.result);
  json["fails"] = rate.fails;
  json["regret"] = number_to_json(rate.regret);
  return json;
}

Json to_json(const LearningRateSensitivity& sensitivity) {
  return {{"value", to_json(sensitivity.value)},
          {"normalised", to_json(sensitivity.normalised)},
          {"lowest_rate", number_to_json(sensitivity.lowest_rate)},
          {"highest_rate", number_to_json(sensitivity.highest_rate)},
          {"rates", sensitivity.rates},
          {"complete", sensitivity.complete}};
}

Json to_json(const std::vector<TuningPoint>& curve) {
  Json list = Json::array();
  for (const auto& point : curve)
    list.push_back({{"tried", point.tried}, {"score", number_to_json(point.score)}, {"band", to_json(point.band)}});
  return list;
}

Json to_json(const Sensitivity& sensitivity, bool is_design) {
  Json json{{"tuning_curve", to_json(sensitivity.tuning)},
            {"tunability",
             {{"early", number_to_json(sensitivity.tunability.early)},
              {"uniform", number_to_json(sensitivity.tunability.uniform)},
              {"late", number_to_json(sensitivity.tunability.late)}}}};
  if (is_design) return json;
  json["modes"] = sensitivity.modes;
  json["usable_width"] = {{"decades", to_json(sensitivity.width.decades)},
                          {"open_below", sensitivity.width.open_below},
                          {"open_above", sensitivity.width.open_above}};
  json["shared_grid"] = to_json(sensitivity.shared);
  json["around_best"] = to_json(sensitivity.own);
  return json;
}

Json to_json(const CostToTarget& cost) {
  return {{"median", number_to_json(cost.median)},
          {"restricted_mean", to_json(cost.restricted_mean)},
          {"horizon", number_to_json(cost.horizon)}};
}

Json to_json(const TimeToTarget& target) {
  return {
      {"score", number_to_json(target.score)},     {"trials", target.trials},          {"reached", target.reached},
      {"on_search_seeds", target.on_search_seeds}, {"epochs", to_json(target.epochs)}, {"steps", to_json(target.steps)},
      {"seconds", to_json(target.seconds)}};
}

Json to_json(const RatePoint& point) {
  return {{"learning_rate", point.learning_rate},
          {"settings", nero_bench::to_json(point.settings)},
          {"score", number_to_json(point.score)},
          {"lowest", number_to_json(point.lowest)},
          {"highest", number_to_json(point.highest)},
          {"error", number_to_json(point.error)},
          {"seeds", point.seeds},
          {"diverged", point.diverged}};
}

Json to_json(const std::vector<ProfileStep>& profile) {
  Json list = Json::array();
  for (const auto& step : profile) list.push_back({{"ratio", number_to_json(step.ratio)}, {"share", step.share}});
  return list;
}

template <class T>
Json optional_object(const std::optional<T>& value) {
  return value ? to_json(*value) : Json();
}

Json to_json(const OptimiserOverTasks& optimiser) {
  return {{"optimiser", optimiser.line},
          {"tasks", optimiser.tasks},
          {"learnt", optimiser.learnt},
          {"per_task_tuned", number_to_json(optimiser.per_task_tuned)},
          {"tuning_gain", optional_object(optimiser.tuning_gain)},
          {"cross_task_rate", optional_to_json(optimiser.cross_task_rate)},
          {"default_regret", optional_object(optimiser.default_regret)},
          {"profile", to_json(optimiser.profile)},
          {"profile_area", number_to_json(optimiser.profile_area)}};
}

Json to_json(const AnalysisOptions& options) {
  return {{"margin", options.margin},
          {"tolerance", options.tolerance},
          {"window_decades", options.window},
          {"confidence", options.confidence},
          {"furthest_ratio", options.furthest_ratio},
          {"trivial_score", optional_to_json(options.trivial_score)},
          {"target_score", optional_to_json(options.target_score)}};
}

}  // namespace

std::string to_string(Standing standing) {
  switch (standing) {
    case Standing::kLearns: return "learns";
    case Standing::kNeverLearns: return "never_learns";
    case Standing::kDoesNotRepeat: return "does_not_repeat";
    case Standing::kIncomplete: return "incomplete";
    case Standing::kNoReference: return "no_trivial_predictor";
  }
  throw std::logic_error("a standing without a name");
}

Json to_json(const CellAnalysis& cell) {
  Json curve = Json::array();
  for (const auto& point : cell.curve) curve.push_back(to_json(point));
  return {
      {"task", cell.task},
      {"optimiser", cell.optimiser},
      {"study", cell.study},
      {"settings", to_json(cell.settings)},
      {"standing", to_string(cell.standing)},
      {"search", to_json(cell.search)},
      {"trivial", optional_object(cell.trivial)},
      {"untrained", optional_object(cell.untrained)},
      {"curve", curve},
      {"best_rate", optional_to_json(cell.best_rate)},
      {"best_settings", cell.best ? to_json(cell.curve[*cell.best].settings) : Json()},
      {"best_score", number_to_json(cell.best_score)},
      {"best_diverged", cell.best_diverged},
      {"best_at", edge_name(cell.best_at)},
      {"rates_alike", cell.rates_alike},
      {"try_next", cell.try_next},
      {"fresh", optional_object(cell.fresh)},
      {"fresh_of_another_rate", cell.fresh_of_another},
      {"selection_gap", number_to_json(cell.selection_gap)},
      {"default", optional_object(cell.default_rate)},
      {"sensitivity", cell.sensitivity ? to_json(*cell.sensitivity, cell.is_design) : Json(to_string(cell.standing))},
      {"target", cell.target ? to_json(*cell.target) : Json(to_string(cell.standing))},
      {"state_bytes", optional_to_json(cell.state_bytes)},
      {"step_transient_bytes", optional_to_json(cell.step_transient_bytes)},
      {"allocator_peak_bytes", optional_to_json(cell.allocator_peak_bytes)},
      {"step_seconds", optional_to_json(cell.step_seconds)},
      {"optimiser_seconds", optional_to_json(cell.optimiser_seconds)}};
}

Json to_json(const Analysis& analysis) {
  Json cells = Json::array();
  for (const auto& cell : analysis.cells) cells.push_back(to_json(cell));
  Json over_tasks = Json::array();
  for (const auto& optimiser : analysis.over_tasks) over_tasks.push_back(to_json(optimiser));
  return {{"experiment", analysis.experiment},
          {"description", analysis.description},
          {"metric", analysis.select.name()},
          {"rule", analysis.select.rule == SelectionRule::kFinal ? "final" : "best"},
          {"search_seeds", analysis.search_seeds},
          {"repeat_seeds", analysis.repeat_seeds},
          {"options", to_json(analysis.options)},
          {"intervals_are_for",
           {{"cells", kIntervalsOfATask}, {"tuning_bands", kBandsOfTuning}, {"over_tasks", kIntervalsOverTasks}}},
          {"cells", cells},
          {"over_tasks", over_tasks}};
}

}  // namespace nero_bench
