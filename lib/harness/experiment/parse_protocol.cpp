#include "harness/experiment/parse_protocol.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "trial/metric_names.h"

namespace nero_bench {
namespace {

constexpr std::size_t kMostSeeds = 10'000;

std::vector<std::int64_t> parse_seeds(JsonReader& json, const char* key, std::vector<std::int64_t> fallback) {
  if (json.raw(key).is_array() && json.raw(key).size() > kMostSeeds)
    json.fail(key, "at most 10000 seeds", "shorten the list");
  auto seeds = json.optional(key, std::move(fallback), Range::at_least(0));
  if (std::set(seeds.begin(), seeds.end()).size() != seeds.size())
    json.fail(key, "seeds that differ", "remove the one that stands twice");
  return seeds;
}

Selection parse_selection(JsonReader json, const std::vector<std::string>& evaluated) {
  Selection select;
  select.metric = json.optional("metric", select.metric);
  select.split = json.optional("split", select.split);
  select.rule = json.choice("rule", select.rule, {{"final", SelectionRule::kFinal}, {"best", SelectionRule::kBest}});
  json.finish();
  if (!direction_of(select.metric)) {
    const auto nearest = nearest_name(select.metric, metric_names());
    json.fail(
        "metric", "a metric of which it is known whether more is better",
        (nearest.empty() ? "" : "did you mean '" + nearest + "'? ") + ("there are " + quoted_list(metric_names())));
  }
  const bool running = select.metric.starts_with("running_");  // gathered during training, whatever is evaluated
  if (running && select.split != "train")
    json.fail("split", "\"train\", the split of running metrics", "write \"split\": \"train\"");
  if (!running && std::find(evaluated.begin(), evaluated.end(), select.split) == evaluated.end()) {
    json.fail("split", "a split that is evaluated", "add it to \"evaluate\"");
  }
  return select;
}

}  // namespace

Protocol parse_protocol(JsonReader& json, const std::vector<std::string>& evaluated) {
  static const Json kDefault = Json::object();
  auto reader = json.optional_object("protocol");
  Protocol protocol;
  if (reader) {
    protocol.search_seeds = parse_seeds(*reader, "search_seeds", protocol.search_seeds);
    protocol.repeat_seeds = parse_seeds(*reader, "repeat_seeds", protocol.repeat_seeds);
    if (protocol.search_seeds.empty()) reader->fail("search_seeds", "at least one seed", "write [0]");
  }
  auto select = reader ? reader->optional_object("select") : std::nullopt;
  protocol.select =
      parse_selection(select ? *select : JsonReader(kDefault, json.source(), "protocol.select"), evaluated);
  if (reader) reader->finish();
  return protocol;
}

}  // namespace nero_bench
