#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json_reader.h"

namespace nero_bench {

// A place in the components of a trial and the values it takes: "task.model.depth": [5, 20, 40].
struct Axis {
  std::string path;
  std::vector<Json> values;
};

// One value of an axis.
struct Setting {
  std::string path;
  Json value;

  bool operator==(const Setting&) const = default;
};

// Reads {"task.model.depth": [5, 20, 40], …} under `key`, nothing if it is absent. Throws ConfigError.
std::vector<Axis> parse_axes(JsonReader& json, std::string_view key);

// Whether `path` has 2 to 16 elements and begins with "task.", "optimiser.", "schedule." or "budget.".
bool is_component_path(std::string_view path);

// Fails at `key` unless it is a path below "task.", "optimiser.", "schedule." or "budget.".
void check_axis_path(const JsonReader& json, const std::string& path);

// Writes the value into `component` at `path` without its first element, creating objects on the way.
// Returns false if something else than an object stands on the way.
bool apply_setting(Json& component, const Setting& setting);

// "task" of "task.model.depth".
std::string_view component_of(const Setting& setting);

// "depth 5, init balanced": the last element of each path and its value, the whole path where last elements coincide.
std::string describe(const std::vector<Setting>& settings);

// Every combination, the last axis varying fastest; one empty combination for no axes.
std::vector<std::vector<Setting>> combinations(const std::vector<Axis>& axes);

}  // namespace nero_bench
