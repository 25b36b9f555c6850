#include "harness/analysis/reference.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "base/errors.h"
#include "base/text.h"
#include "trial/precision.h"

namespace nero_bench {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kMostSeeds = 1e6;  // beyond which the tests of counts are out of their depth

Evidence parse_evidence(JsonReader json) {
  Evidence evidence;
  evidence.sample.mean = json.required<double>("mean");
  evidence.sample.count = json.required<std::int64_t>("n", Range::between(1, kMostSeeds));
  evidence.kind = json.choice("spread_is", SpreadKind::kUnknown,
                              {{"standard deviation over seeds", SpreadKind::kStandardDeviation},
                               {"standard error over seeds", SpreadKind::kStandardError},
                               {"exact", SpreadKind::kExact},
                               {"unknown", SpreadKind::kUnknown}});
  const bool has_spread =
      evidence.kind == SpreadKind::kStandardDeviation || evidence.kind == SpreadKind::kStandardError;
  if (has_spread && evidence.sample.count < 2) json.fail("n", "at least 2 seeds, as there is a spread");
  const double spread = has_spread ? json.required<double>("spread", Range::at_least(0)) : kNaN;
  const double seeds = static_cast<double>(evidence.sample.count);
  evidence.sample.deviation = evidence.kind == SpreadKind::kStandardError ? spread * std::sqrt(seeds) : spread;
  if (!has_spread && json.has("spread")) json.fail("spread_is", "what the spread is", "say it, or remove the spread");
  if (json.has("seeds")) json.required<std::vector<std::int64_t>>("seeds");  // for people
  json.finish();
  return evidence;
}

ReferenceNumber parse_number(JsonReader json) {
  ReferenceNumber number;
  number.name = json.required<std::string>("name");
  number.quantity = parse_quantity(json.object("quantity"));
  auto seen = json.object("seen");
  number.seen = parse_evidence(seen);
  number.margin = json.required<double>("margin", Range::at_least(0));
  json.optional<std::string>("note", "");
  const auto known = number.quantity.better;
  if (!known && !json.has("better"))
    json.fail("better", R"("larger" or "smaller", as this is no metric that is known)");
  number.better = json.choice("better", known.value_or(Direction::kLargerIsBetter),
                              {{"larger", Direction::kLargerIsBetter}, {"smaller", Direction::kSmallerIsBetter}});
  json.finish();
  return number;
}

ReferenceClaim parse_claim(JsonReader json) {
  ReferenceClaim claim;
  claim.name = json.required<std::string>("name");
  claim.quantity = parse_quantity(json.object("quantity"));
  if (json.has("at_least")) claim.at_least = json.required<double>("at_least");
  if (json.has("at_most")) claim.at_most = json.required<double>("at_most");
  if (!claim.at_least && !claim.at_most) json.fail("at_least", "a bound: at_least, at_most or both");
  if (claim.at_least && claim.at_most && *claim.at_least > *claim.at_most)
    json.fail("at_least", "a bound that is not above at_most", "correct one of the two: no value lies between them");
  if (auto seen = json.optional_object("seen")) {
    claim.held = seen->required<std::int64_t>("held", Range::at_least(0));
    claim.seen = parse_evidence(*seen);
  }
  if (claim.held > claim.seen.sample.count) json.fail("seen", "a claim held in at most n seeds");
  json.optional<std::string>("note", "");
  json.finish();
  return claim;
}

template <class Entry>
std::vector<Entry> parse_entries(JsonReader& json, const char* key, Entry (*parse)(JsonReader),
                                 std::set<std::string>& names) {
  std::vector<Entry> entries;
  if (!json.has(key)) return entries;
  for (const auto& reader : json.objects(key)) {
    entries.push_back(parse(reader));
    if (!names.insert(entries.back().name).second)
      reader.fail("name", "a name that no other figure or claim has", "rename one of them");
  }
  return entries;
}

bool says_precision(const Quantity& quantity) {
  return quantity.where.contains(kPrecisionPath) ||
         std::any_of(quantity.parts.begin(), quantity.parts.end(), says_precision);
}

bool says_precision(const Reference& reference) {
  const auto of_entry = [](const auto& entry) { return says_precision(entry.quantity); };
  return std::any_of(reference.numbers.begin(), reference.numbers.end(), of_entry) ||
         std::any_of(reference.claims.begin(), reference.claims.end(), of_entry);
}

// A config of the experiment, say.
void check_is_reference(const Json& document, const std::string& source) {
  const bool has_any = document.contains("provenance") || document.contains("numbers") || document.contains("claims");
  if (!document.is_object() || has_any) return;
  throw ConfigError(fmt::format(
      "{}: expected a reference, found an object without \"provenance\", \"numbers\" and \"claims\"{}; name a file as "
      "in results/published, or have a new one written with --update",
      shortened(source, 200), document.contains("optimisers") ? ", as configs are" : ""));
}

}  // namespace

bool ReferenceClaim::holds_for(double value) const {
  return !std::isnan(value) && (!at_least || value >= *at_least) && (!at_most || value <= *at_most);
}

Reference parse_reference(const Json& document, const std::string& source) {
  check_is_reference(document, source);
  JsonReader json(document, source);
  Reference reference;
  json.optional<std::string>("$schema", "");
  reference.name = json.required<std::string>("name");
  reference.title = json.optional<std::string>("title", "");
  auto provenance = json.object("provenance");
  reference.source = provenance.required<std::string>("source");
  for (const char* key : {"url", "licence", "environment", "made_by"}) provenance.optional<std::string>(key, "");
  provenance.finish();
  reference.protocol = parse_conditions(json, "protocol");
  reference.alpha = json.optional("alpha", reference.alpha, {1e-6, 0.5});
  std::set<std::string> names;
  reference.numbers = parse_entries(json, "numbers", parse_number, names);
  reference.claims = parse_entries(json, "claims", parse_claim, names);
  if (names.empty()) json.fail("numbers", "numbers or claims");
  json.finish();
  if (!says_precision(reference)) reference.protocol.emplace(kPrecisionPath, precision_of(Json::object()));
  return reference;
}

Reference load_reference(const std::string& file) { return parse_reference(load_json(file), file); }

}  // namespace nero_bench
