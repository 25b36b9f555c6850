#pragma once
#include <CLI/CLI.hpp>

#include <string>

namespace nero_bench {

// What is wrong with a command line that did not parse, and what was perhaps meant: for a command or option that there
// is not, and for an argument too many. Empty where CLI11's own words say it.
std::string usage_error(const CLI::App& app);

}  // namespace nero_bench
