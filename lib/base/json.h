#pragma once
#include <nlohmann/json.hpp>

#include <string>
#include <string_view>

namespace nero_bench {

using Json = nlohmann::json;

struct JsonLimits {
  std::size_t bytes = 1 << 20;
  int depth = 64;
  bool unique_keys = true;  // false: of equal keys the last one counts, which is faster to read
};

// Parses `text`, which came from `source` (a file name, for messages). Refuses what JSON leaves open: duplicate keys,
// numbers beyond double, deeper nesting or more text than `limits`. Throws ConfigError naming line and column or the
// path.
Json parse_json(std::string_view text, const std::string& source, const JsonLimits& limits = {});

// Reads and parses a file; "-" is standard input. Throws ConfigError if it cannot be read.
Json load_json(const std::string& file, const JsonLimits& limits = {});

// A number as JSON: finite ones as they are, others as the strings "nan", "inf", "-inf"; and back. Throws
// std::invalid_argument.
Json number_to_json(double value);
double number_from_json(const Json& json);

}  // namespace nero_bench
