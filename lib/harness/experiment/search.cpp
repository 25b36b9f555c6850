#include "harness/experiment/search.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/errors.h"
#include "base/text.h"
#include "harness/experiment/unit_points.h"

namespace nero_bench {
namespace {

constexpr double kMostPoints = 10'000;
constexpr double kMostStudies = 1'000;
const std::vector<std::pair<std::string, Design>> kDesigns{{"halton", Design::kHalton}, {"random", Design::kRandom}};

Names parse_names(JsonReader& json) {
  Names names;
  auto reader = json.optional_object("names");
  if (!reader) return names;
  for (const auto& name : reader->keys()) {
    const Json& value = reader->raw(name);
    if (!value.is_null() && (!value.is_string() || value.get<std::string>().empty()))
      reader->fail(name, "the path of an option, or null", "write it as in \"optimiser.momentum\"");
    names.emplace(name, value);
  }
  return names;
}

[[noreturn]] void refuse(const std::string& config, const std::string& path, const std::string& why) {
  throw ConfigError(fmt::format("{}: at {}: {}", config, path, why));
}

void check_names(const Names& names, const SearchSpace& space, const std::string& config, const std::string& path) {
  const auto there = space.names();
  for (const auto& [name, target] : names) {
    if (std::find(there.begin(), there.end(), name) != there.end()) continue;
    refuse(config, path + ".names." + shortened(printable(name), 60),
           "expected a hyper-parameter of the space, which has " + quoted_list(there) + "; correct or remove it");
  }
}

Json values_at(const SearchSpace& space, const std::vector<double>& point) {
  Json values = Json::object();
  auto coordinate = point.begin();
  for (const auto& dimension : space.dimensions)
    values[dimension.name] = value_at(dimension, dimension.is_constant() ? 0 : *coordinate++);
  return values;
}

}  // namespace

NamedSpace parse_named_space(JsonReader json, const std::filesystem::path& folder) {
  NamedSpace named;
  if (json.has("space")) named.space = parse_search_space(json, "space", folder);
  named.names = parse_names(json);
  json.finish();
  return named;
}

Search parse_search(JsonReader json, const std::filesystem::path& folder) {
  Search search;
  search.design = json.choice("design", search.design, kDesigns);
  search.points = json.required<std::int64_t>("points", Range::between(1, kMostPoints));
  search.studies = json.optional("studies", search.studies, Range::between(1, kMostStudies));
  search.seed = json.optional("seed", search.seed, Range::at_least(0));
  search.space = parse_named_space(json, folder);
  if (search.space.space) check_names(search.space.names, *search.space.space, json.source(), "search");
  return search;
}

Json to_json(const NamedSpace& named) {
  Json json = Json::object();
  if (named.space) json["space"] = to_json(*named.space);
  if (!named.names.empty()) json["names"] = named.names;
  return json;
}

Json to_json(const Search& search) {
  Json json = to_json(search.space);
  json["design"] = search.design == Design::kHalton ? "halton" : "random";
  json["points"] = search.points;
  json["studies"] = search.studies;
  json["seed"] = search.seed;
  return json;
}

NamedSpace searched_space(const Search& search, const NamedSpace& own, const std::string& config,
                          const std::string& path) {
  NamedSpace searched{own.space ? own.space : search.space.space, own.names};
  if (!searched.space)
    refuse(config, path + ".search.space",
           "expected a search space, of the optimiser or of the experiment, found "
           "nothing; add \"space\" to \"search\"");
  check_names(own.names, *searched.space, config, path + ".search");
  searched.names.insert(search.space.names.begin(), search.space.names.end());  // does not replace
  const auto there = searched.space->points.size();
  if (there > 0 && there < static_cast<std::size_t>(search.points))
    refuse(config, "search.points",
           fmt::format("expected at most the {} points that {} lists, found {}; lower it or "
                       "extend the list",
                       there, searched.space->source, search.points));
  return searched;
}

std::vector<Candidate> candidates_of(const Search& search, const NamedSpace& searched, std::int64_t study,
                                     const std::string& config) {
  const auto& space = *searched.space;
  const auto targets = targets_of(space, searched.names, config);
  const auto count = static_cast<std::size_t>(search.points);
  std::vector<Candidate> candidates;
  for (std::size_t i = 0; i < std::min(count, space.points.size()); ++i)
    candidates.push_back(candidate_at(space.points[i], targets));
  if (!space.points.empty()) return candidates;
  const auto varied =
      static_cast<std::size_t>(std::count_if(space.dimensions.begin(), space.dimensions.end(),
                                             [](const auto& dimension) { return !dimension.is_constant(); }));
  const RandomStreams streams(static_cast<std::uint64_t>(search.seed));
  const auto draw = search.design == Design::kHalton ? halton_points : random_points;
  for (const auto& point : draw(count, varied, streams, static_cast<std::uint64_t>(study)))
    candidates.push_back(candidate_at(values_at(space, point), targets));
  return candidates;
}

}  // namespace nero_bench
