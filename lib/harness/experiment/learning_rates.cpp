#include "harness/experiment/learning_rates.h"

#include <cmath>
#include <set>

#include "base/decimal.h"
#include "base/text.h"

namespace nero_bench {
namespace {

constexpr std::size_t kMostRates = 10'000;
const Range kSensible = Range::between(1e-30, 1e30);  // bounds the length of a grid
constexpr int kMostPerDecade = 50;                    // neighbours still differ in three digits

std::vector<double> parse_grid(JsonReader json) {
  const auto from = json.required<double>("from", kSensible);
  const auto to = json.required<double>("to", kSensible);
  const auto per_decade = json.optional<std::int64_t>("per_decade", 1, Range::between(1, kMostPerDecade));
  json.finish();
  if (to < from) json.fail("to", "a rate that is not below \"from\"", "exchange the two");
  return logarithmic_grid(from, to, static_cast<int>(per_decade));
}

}  // namespace

std::vector<double> logarithmic_grid(double from, double to, int per_decade) {
  // Twelve digits hide the error of the power, and are more than anybody writes.
  constexpr int kExact = 12;
  constexpr int kBetween = 3;
  std::vector<double> rates;
  while (true) {
    const int i = static_cast<int>(rates.size());
    const bool whole_decade = i % per_decade == 0;
    const double rate =
        rounded(from * std::pow(10.0, static_cast<double>(i) / per_decade), whole_decade ? kExact : kBetween);
    if (!(rate <= to * (1 + 1e-9))) return rates;
    rates.push_back(rate);
  }
}

std::vector<double> parse_learning_rates(JsonReader& json, std::string_view key) {
  const Json& value = json.raw(key);
  if (value.is_object()) return parse_grid(json.object(key));
  if (!value.is_array() || value.empty()) {
    json.fail(key, "a list of numbers > 0, or a grid",
              R"(write [0.001, 0.01] or {"from": 1e-4, "to": 1, "per_decade": 1})");
  }
  if (value.size() > kMostRates) json.fail(key, "at most 10000 learning rates", "split the experiment");
  auto rates = json.required<std::vector<double>>(key, Range::positive());
  std::set<double> seen;
  for (const double rate : rates) {
    if (!seen.insert(rate).second)
      json.fail(key, "learning rates that differ", "remove one of the two " + format_number(rate));
  }
  return rates;
}

}  // namespace nero_bench
