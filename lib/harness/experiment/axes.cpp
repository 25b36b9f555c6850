#include "harness/experiment/axes.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/text.h"

namespace nero_bench {
namespace {

constexpr std::size_t kMostValues = 10'000;
constexpr std::size_t kLongestValue = 30;  // in a label
constexpr std::size_t kMostElements = 16;  // of a path; each is a level of nesting
constexpr std::array<std::string_view, 4> kComponents{"task", "optimiser", "schedule", "budget"};

std::vector<std::string> elements(std::string_view path) {
  std::vector<std::string> parts(1);
  for (const char c : path) {
    if (c == '.') {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

std::string value_text(const Json& value) {
  const auto text =
      value.is_string() ? value.get<std::string>() : value.dump(-1, ' ', false, Json::error_handler_t::replace);
  return shortened(text, kLongestValue);
}

std::vector<Json> parse_values(JsonReader& axes, const std::string& path) {
  const Json& values = axes.raw(path);
  if (!values.is_array() || values.empty()) axes.fail(path, "a list of at least one value", "write [5, 20]");
  if (values.size() > kMostValues) axes.fail(path, "at most 10000 values", "split the experiment");
  std::set<Json> seen;
  for (const auto& value : values) {
    if (!seen.insert(value).second) axes.fail(path, "values that differ", "remove one of the two " + value_text(value));
  }
  return values;
}

// One path inside another would make the result depend on the order of the two.
void check_disjoint(const JsonReader& axes, const std::vector<std::string>& paths) {
  for (const auto& outer : paths) {
    for (const auto& inner : paths) {
      if (inner.starts_with(outer + "."))
        axes.fail(inner, "axes that do not lie in one another", "remove it or \"" + outer + "\"");
    }
  }
}

}  // namespace

bool is_component_path(std::string_view path) {
  const auto parts = elements(path);
  const bool known = std::find(kComponents.begin(), kComponents.end(), parts.front()) != kComponents.end();
  const bool empty_part = std::any_of(parts.begin(), parts.end(), [](const auto& part) { return part.empty(); });
  return known && !empty_part && parts.size() >= 2 && parts.size() <= kMostElements;
}

void check_axis_path(const JsonReader& json, const std::string& path) {
  if (!is_component_path(path)) {
    json.fail(path, "a path of 2 to 16 elements that begins with task., optimiser., schedule. or budget.",
              "write it as in \"task.model.depth\"");
  }
  if (path == "optimiser.learning_rate")
    json.fail(path, "another path", "learning rates stand under \"learning_rates\"");
}

std::vector<Axis> parse_axes(JsonReader& json, std::string_view key) {
  if (!json.has(key)) return {};
  auto reader = json.object(key);
  const auto paths = reader.keys();
  if (paths.empty()) json.fail(key, "at least one axis", "remove the key, or write {\"task.model.depth\": [5, 20]}");
  std::vector<Axis> axes;
  for (const auto& path : paths) {
    check_axis_path(reader, path);
    axes.push_back({path, parse_values(reader, path)});
  }
  check_disjoint(reader, paths);
  return axes;
}

bool apply_setting(Json& component, const Setting& setting) {
  const auto parts = elements(setting.path);
  Json* place = &component;
  for (std::size_t i = 1; i < parts.size(); ++i) {
    if (place->is_null()) *place = Json::object();
    if (!place->is_object()) return false;
    place = &(*place)[parts[i]];
  }
  *place = setting.value;
  return true;
}

std::string_view component_of(const Setting& setting) {
  return std::string_view(setting.path).substr(0, setting.path.find('.'));
}

std::string describe(const std::vector<Setting>& settings) {
  std::string text;
  for (const auto& setting : settings) {
    auto name = elements(setting.path).back();
    const auto shares_name = [&](const Setting& other) { return elements(other.path).back() == name; };
    if (std::count_if(settings.begin(), settings.end(), shares_name) > 1) name = setting.path;
    text += (text.empty() ? "" : ", ") + name + " " + value_text(setting.value);
  }
  return text;
}

std::vector<std::vector<Setting>> combinations(const std::vector<Axis>& axes) {
  std::vector<std::vector<Setting>> all(1);
  for (const auto& axis : axes) {
    std::vector<std::vector<Setting>> longer;
    for (const auto& settings : all) {
      for (const auto& value : axis.values) {
        longer.push_back(settings);
        longer.back().push_back({axis.path, value});
      }
    }
    all = std::move(longer);
  }
  return all;
}

}  // namespace nero_bench
