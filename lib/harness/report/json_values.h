#pragma once
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "base/hypothesis_tests.h"
#include "base/json.h"
#include "harness/analysis/summary.h"

namespace nero_bench {

// What several of the JSON results have in common.

// Null for nothing; numbers that are not finite as texts.
template <class T>
Json optional_to_json(const std::optional<T>& value) {
  if (!value) return nullptr;
  if constexpr (std::is_same_v<T, double>) return number_to_json(*value);
  return *value;
}

Json to_json(const StatusCounts& counts);
Json to_json(const Sample& sample);
Json to_json(const std::vector<Setting>& settings);  // values by path
std::string edge_name(GridEdge edge);

// On one line, or indented; what is no UTF-8 is replaced.
std::string dump(const Json& json, int indent = -1);
std::string json_lines(const std::vector<Json>& rows);

}  // namespace nero_bench
