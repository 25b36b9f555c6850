#include "harness/experiment/search_space.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/decimal.h"
#include "base/errors.h"
#include "base/text.h"
#include "harness/experiment/unit_points.h"

namespace nero_bench {
namespace {

constexpr std::size_t kMostValues = 10'000;
const Range kSensible = Range::between(-1e30, 1e30);  // so that no width overflows
constexpr double kSmallestOfLog = 1e-30;              // nor a ratio

void check_names(const JsonReader& json, const std::string& path) {
  const auto count = json.keys().size();
  if (count >= 1 && count <= kMostDimensions) return;
  throw ConfigError(fmt::format(
      "{}: at {}: expected 1 to {} hyper-parameters, found {}; {}", json.source(), path.empty() ? "the top" : path,
      kMostDimensions, count,
      count == 0 ? R"(write {"learning_rate": {"min": 1e-4, "max": 1, "scaling": "log"}})" : "remove some"));
}

void check_scalars(const JsonReader& json, std::string_view key, const Json& values) {
  const auto is_scalar = [](const Json& value) { return value.is_primitive() && !value.is_null(); };
  if (!std::all_of(values.begin(), values.end(), is_scalar))
    json.fail(key, "numbers, texts, true or false", "correct the value");
}

std::vector<Json> parse_feasible_points(JsonReader& json) {
  const Json& values = json.raw("feasible_points");
  if (!values.is_array() || values.empty())
    json.fail("feasible_points", "a list of at least one value", "write [0.9, 0.99]");
  if (values.size() > kMostValues) json.fail("feasible_points", "at most 10000 values", "shorten the list");
  check_scalars(json, "feasible_points", values);
  return values;
}

Dimension parse_dimension(JsonReader json, const std::string& name) {
  Dimension dimension{.name = name, .feasible_points = {}};
  if (json.has("feasible_points")) {
    dimension.feasible_points = parse_feasible_points(json);
    json.finish();
    return dimension;
  }
  dimension.minimum = json.required<double>("min", kSensible);
  dimension.maximum = json.required<double>("max", kSensible);
  const auto scaling = json.required<std::string>("scaling");
  dimension.logarithmic = scaling == "log";
  json.finish();
  if (scaling != "log" && scaling != "linear") json.fail("scaling", R"("log" or "linear")", "correct it");
  if (dimension.minimum >= dimension.maximum)
    json.fail("max", "a number above \"min\"", "exchange the two, or write {\"feasible_points\": [value]}");
  if (dimension.logarithmic && dimension.minimum < kSmallestOfLog)
    json.fail("min", "a number >= 1e-30 where the scaling is \"log\"", "raise it, or write \"scaling\": \"linear\"");
  return dimension;
}

void parse_points(SearchSpace& space, const Json& list) {
  if (list.empty() || list.size() > kMostValues) {
    throw ConfigError(fmt::format("{}: at {}: expected a list of 1 to 10000 points, found {}; write [{{…}}]",
                                  space.source, space.path.empty() ? "the top" : space.path, list.size()));
  }
  for (const auto& point : list) {
    const auto path = fmt::format("{}[{}]", space.path, space.points.size());
    const JsonReader reader(point, space.source, path);
    check_names(reader, path);
    for (const auto& name : reader.keys()) check_scalars(reader, name, Json::array({point.at(name)}));
    if (!space.points.empty() && reader.keys() != space.names())
      throw ConfigError(fmt::format("{}: at {}[{}]: expected a value for each of {}, as in the first point, found {}",
                                    space.source, space.path, space.points.size(), quoted_list(space.names()),
                                    quoted_list(reader.keys())));
    space.points.push_back(point);
  }
}

SearchSpace parse_space(const Json& json, std::string source, std::string path) {
  SearchSpace space{{}, {}, std::move(source), std::move(path)};
  if (json.is_array()) {
    parse_points(space, json);
    return space;
  }
  JsonReader reader(json, space.source, space.path);
  check_names(reader, space.path);
  for (const auto& name : reader.keys()) space.dimensions.push_back(parse_dimension(reader.object(name), name));
  return space;
}

Json dimension_to_json(const Dimension& dimension) {
  if (!dimension.feasible_points.empty()) return {{"feasible_points", dimension.feasible_points}};
  return {
      {"min", dimension.minimum}, {"max", dimension.maximum}, {"scaling", dimension.logarithmic ? "log" : "linear"}};
}

int digits_of(const Dimension& dimension, double value) {
  constexpr int kDigits = 6;
  constexpr int kExact = 17;
  const double ratio = std::abs(value) / (dimension.maximum - dimension.minimum);
  return ratio > 1 ? std::min(kExact, kDigits + static_cast<int>(std::ceil(std::log10(ratio)))) : kDigits;
}

}  // namespace

std::vector<std::string> SearchSpace::names() const {
  std::vector<std::string> all;
  for (const auto& dimension : dimensions) all.push_back(dimension.name);
  if (!points.empty()) all = JsonReader(points.front(), source, path).keys();
  return all;
}

SearchSpace parse_search_space(JsonReader& json, std::string_view key, const std::filesystem::path& folder) {
  const Json& value = json.raw(key);
  if (value.is_string()) {
    auto file = (folder / value.get<std::string>()).string();
    if (file == "-") file = "./-";  // not the standard input
    return parse_space(load_json(file), file, "");
  }
  if (!value.is_object() && !value.is_array())
    json.fail(key, "a search space, or the name of a file that holds one",
              R"(write {"learning_rate": {"min": 1e-4, "max": 1, "scaling": "log"}})");
  return parse_space(value, json.source(), json.path_of(key));
}

Json to_json(const SearchSpace& space) {
  if (!space.points.empty()) return space.points;
  Json json = Json::object();
  for (const auto& dimension : space.dimensions) json[dimension.name] = dimension_to_json(dimension);
  return json;
}

Json value_at(const Dimension& dimension, double unit) {
  if (const auto count = dimension.feasible_points.size(); count > 0)
    return dimension.feasible_points[static_cast<std::size_t>(unit * static_cast<double>(count))];
  const double value = dimension.logarithmic ? dimension.minimum * std::pow(dimension.maximum / dimension.minimum, unit)
                                             : dimension.minimum + unit * (dimension.maximum - dimension.minimum);
  return std::clamp(rounded(value, digits_of(dimension, value)), dimension.minimum, dimension.maximum);
}

}  // namespace nero_bench
