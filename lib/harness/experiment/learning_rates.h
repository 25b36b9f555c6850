#pragma once
#include <string_view>
#include <vector>

#include "base/json_reader.h"

namespace nero_bench {

// Reads a list of rates, or {"from": 1e-4, "to": 1, "per_decade": 1}: all different, all > 0. Throws ConfigError.
std::vector<double> parse_learning_rates(JsonReader& json, std::string_view key);

// The rates from · 10^(i / per_decade) up to `to`: whole decades of `from` exactly, those between rounded to three
// digits.
std::vector<double> logarithmic_grid(double from, double to, int per_decade);

}  // namespace nero_bench
