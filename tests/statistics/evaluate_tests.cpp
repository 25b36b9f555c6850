// Evaluates the hypothesis tests for test_hypothesis_tests.py: a list of {"test": …, arguments} on standard input, a
// list of numbers on standard output.

#include <cstdio>

#include "base/hypothesis_tests.h"
#include "base/json.h"
#include "base/rank_test.h"

namespace {

using namespace nero_bench;
using Values = std::vector<double>;

Json evaluate(const Json& question) {
  const auto test = question.at("test").get<std::string>();
  if (test == "holm") return holm(question.at("p").get<Values>());
  if (test == "fisher")
    return p_more_failures(question.at("failures"), question.at("n"), question.at("other_failures"),
                           question.at("other_n"));
  const auto left = question.at("left").get<Values>();
  const auto right = question.at("right").get<Values>();
  if (test == "mann_whitney") return p_mann_whitney(left, right);
  const auto estimate = test == "spread_of_right" ? with_spread_of_right : test == "pooled" ? pooled : welch;
  const auto difference = estimate(sample_of(left), sample_of(right));
  return {difference.value,
          difference.standard_error,
          difference.freedom,
          p_below(difference),
          p_above(difference),
          p_two_sided(difference),
          half_width(difference, 0.95),
          p_equivalent(difference, question.at("margin"))};
}

}  // namespace

int main() {
  Json answers = Json::array();
  for (const auto& question : load_json("-")) answers.push_back(evaluate(question));
  std::puts(answers.dump().c_str());
}
