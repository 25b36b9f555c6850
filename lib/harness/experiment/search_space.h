#pragma once
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_reader.h"

namespace nero_bench {

// One hyper-parameter of a search space and the values it may take: a range or a list.
struct Dimension {
  std::string name;
  double minimum = 0;
  double maximum = 0;
  bool logarithmic = false;
  std::vector<Json> feasible_points;  // not empty: instead of the range

  bool is_constant() const { return feasible_points.size() == 1; }
};

// The hyper-parameters that a search varies, in the format of AlgoPerf's tuning_search_space.json: an object {name:
// {"min", "max", "scaling": "linear" or "log"} or {"feasible_points": […]}}, or a list of points {name: value, …}.
struct SearchSpace {
  std::vector<Dimension> dimensions;  // in the order of their names
  std::vector<Json> points;           // of the list form, each with the same names; then there are no dimensions
  std::string source;                 // for messages: the file, and where in it
  std::string path;

  std::vector<std::string> names() const;  // sorted
};

// Reads what stands under `key`: a space, or the name of a file that holds one, relative to `folder`. Throws
// ConfigError.
SearchSpace parse_search_space(JsonReader& json, std::string_view key, const std::filesystem::path& folder);

// As parse_search_space reads it.
Json to_json(const SearchSpace& space);

// The value at `unit` in [0, 1): min + u · (max − min), min · (max / min)^u, or the ⌊u · n⌋-th of n feasible points. A
// range is rounded to six digits of the value or of the range, whichever are finer: the last bit of a power differs
// between C libraries, and would make other trials.
Json value_at(const Dimension& dimension, double unit);

}  // namespace nero_bench
