// Answers what test_statistics.py asks: a JSON list of {"of": name, …} on standard input, a list of results on standard
// output.
#include <iostream>
#include <iterator>
#include <map>

#include "base/bootstrap.h"
#include "base/distributions.h"
#include "base/expected_best.h"
#include "base/json.h"
#include "base/survival.h"

namespace nero_bench {
namespace {

using Values = std::vector<double>;

Values values(const Json& question) { return question.at("values").get<Values>(); }

std::vector<SurvivalStep> survival(const Json& question) {
  std::vector<Duration> durations;
  for (const auto& [time, happened] : question.at("durations").get<std::vector<std::pair<double, bool>>>())
    durations.push_back({time, happened});
  return kaplan_meier(durations);
}

Json survival_json(const Json& question) {
  const auto steps = survival(question);
  Json list = Json::array();
  for (const auto& step : steps) list.push_back({step.time, step.survival});
  return {{"steps", list},
          {"median", number_to_json(median_survival(steps))},
          {"restricted_mean", restricted_mean(steps, question.at("horizon"))}};
}

Json interval_json(const Json& question) {
  const auto interval = mean_estimate(values(question), {.confidence = question.at("confidence")}).interval.value();
  return {interval.low, interval.high};
}

Json band_json(const Json& question) {
  Json list = Json::array();
  for (const auto& interval : expected_minimum_band(values(question), question.at("smallest"), question.at("largest"),
                                                    question.at("confidence")))
    list.push_back({interval.low, interval.high});
  return list;
}

Json answer(const Json& question) {
  using Answer = Json (*)(const Json&);
  static const std::map<std::string, Answer> answers{
      {"student_cdf", [](const Json& q) { return Json(student_cdf(q.at("at"), q.at("degrees"))); }},
      {"student_quantile", [](const Json& q) { return Json(student_quantile(q.at("at"), q.at("degrees"))); }},
      {"normal_quantile", [](const Json& q) { return Json(normal_quantile(q.at("at"))); }},
      {"kolmogorov_cdf", [](const Json& q) { return Json(kolmogorov_cdf(q.at("at"), q.at("count"))); }},
      {"kolmogorov_quantile", [](const Json& q) { return Json(kolmogorov_quantile(q.at("at"), q.at("count"))); }},
      {"without_replacement", [](const Json& q) { return Json(expected_minimum_without_replacement(values(q))); }},
      {"mean_interval", interval_json},
      {"band", band_json},
      {"survival", survival_json}};
  return answers.at(question.at("of"))(question);
}

}  // namespace
}  // namespace nero_bench

int main() {
  using namespace nero_bench;
  const std::string text{std::istreambuf_iterator<char>(std::cin), {}};
  Json results = Json::array();
  for (const auto& question : Json::parse(text)) results.push_back(answer(question));
  std::cout << results.dump() << "\n";
  return 0;
}
