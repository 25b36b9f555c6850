#include <array>
#include <set>
#include <utility>

#include "harness/analysis/quantity.h"

namespace nero_bench {
namespace {

constexpr std::array<std::pair<const char*, Quantity::Kind>, 5> kCombinations{
    {{"difference", Quantity::Kind::kDifference},
     {"ratio", Quantity::Kind::kRatio},
     {"largest", Quantity::Kind::kLargest},
     {"smallest", Quantity::Kind::kSmallest},
     {"rise", Quantity::Kind::kRise}}};

void parse_reduction(JsonReader& json, Quantity& quantity) {
  quantity.rates = json.required<std::vector<double>>("over_rates", Range::positive());
  if (quantity.rates.empty()) json.fail("over_rates", "at least one learning rate");
  const std::set<double> different(quantity.rates.begin(), quantity.rates.end());
  if (different.size() < quantity.rates.size()) json.fail("over_rates", "every rate once", "remove the doubled ones");
  quantity.take = json.choice("take", Quantity::Take::kBest,
                              {{"best", Quantity::Take::kBest},
                               {"rate_of_best", Quantity::Take::kRateOfBest},
                               {"rates_beyond", Quantity::Take::kRatesBeyond}});
  if (quantity.take == Quantity::Take::kRatesBeyond) quantity.beyond = json.required<double>("beyond");
  if (!quantity.better) json.fail("better", R"("larger" or "smaller", as this is no metric that is known)");
}

Quantity parse_recorded(JsonReader& json) {
  Quantity quantity;
  quantity.of = json.required<std::string>("of");
  quantity.where = parse_conditions(json, "where");
  if (json.has("epoch")) quantity.epoch = json.required<std::int64_t>("epoch", Range::at_least(1));
  quantity.better = direction_of(quantity.of);
  if (json.has("better")) {
    quantity.better = json.choice("better", Direction::kLargerIsBetter,
                                  {{"larger", Direction::kLargerIsBetter}, {"smaller", Direction::kSmallerIsBetter}});
  }
  if (json.has("over_rates")) parse_reduction(json, quantity);
  return quantity;
}

}  // namespace

Conditions parse_conditions(JsonReader& json, std::string_view key) {
  Conditions conditions;
  if (!json.has(key)) return conditions;
  const auto& object = json.raw(key);
  if (!object.is_object()) json.fail(key, "an object of paths and values");
  for (const auto& [path, value] : object.items()) conditions[path] = value;
  return conditions;
}

Quantity parse_quantity(JsonReader json) {
  Quantity quantity;
  for (const auto& [key, kind] : kCombinations) {
    if (!json.has(key)) continue;
    quantity.kind = kind;
    for (const auto& part : json.objects(key)) quantity.parts.push_back(parse_quantity(part));
    const bool is_pair = kind == Quantity::Kind::kDifference || kind == Quantity::Kind::kRatio;
    if (is_pair ? quantity.parts.size() != 2 : quantity.parts.size() < 2)
      json.fail(key, is_pair ? "two quantities" : "two quantities or more");
    json.finish();
    return quantity;
  }
  quantity = parse_recorded(json);
  json.finish();
  return quantity;
}

}  // namespace nero_bench
