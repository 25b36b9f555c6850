#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace nero_bench {

// Shortest text that reads back as the same double: 0.001, 1e-05, 1.
std::string format_number(double value);

// 'a', 'b' or 'c'; empty for an empty list.
std::string quoted_list(std::span<const std::string> names);

// The name most like `word`, or empty if none is near enough to be meant (Levenshtein distance at most a third of its
// length, at least 1).
std::string nearest_name(std::string_view word, std::span<const std::string> names);

// `text` with control characters and what is no UTF-8 shown as \xNN, but for newline and tab, and with marks that turn
// the direction of writing or have no width shown as \u202e.
std::string printable(std::string_view text);

// Seconds of "90", "90s", "5m", "1.5h", "2d", and of several with their units, "1h30m". Throws ConfigError for anything
// else, for what is not above 0, and for more than 10000 days.
double parse_duration(std::string_view text);

// How often something is done: every so many steps, or every so many seconds; the other one is 0.
struct Cadence {
  std::int64_t steps = 0;
  double seconds = 0;
};

// "500" is steps, what parse_duration() takes with a unit is time. Throws ConfigError for anything else.
Cadence parse_cadence(std::string_view text);

// `text` cut to `length` characters with "…" at the end.
std::string shortened(std::string_view text, std::size_t length);

}  // namespace nero_bench
