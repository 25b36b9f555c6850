#include "base/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <numeric>
#include <optional>
#include <vector>

#include "base/errors.h"

namespace nero_bench {
namespace {

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0);
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t substituted = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({row[j] + 1, row[j + 1] + 1, substituted});
    }
  }
  return row.back();
}

bool continues(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

// The bytes of the UTF-8 character that `text` begins with, 0 if it begins with none.
std::size_t utf8_length(std::string_view text) {
  const auto first = static_cast<unsigned char>(text.front());
  const std::size_t length = first < 0x80   ? 1
                             : first < 0xc2 ? 0
                             : first < 0xe0 ? 2
                             : first < 0xf0 ? 3
                             : first < 0xf5 ? 4
                                            : 0;
  if (length > text.size()) return 0;
  const auto rest = text.substr(0, length);
  return std::all_of(rest.begin() + (length > 0 ? 1 : 0), rest.end(), continues) ? length : 0;
}

// Whether a terminal may obey it: U+0000 to U+001F, U+007F, and U+0080 to U+009F; newline and tab are harmless.
bool is_control(std::string_view character) {
  const auto last = static_cast<unsigned char>(character.back());
  if (character.size() == 1) return (last < 0x20 && last != '\n' && last != '\t') || last == 0x7f;
  return character.size() == 2 && character.front() == '\xc2' && last < 0xa0;
}

std::optional<double> seconds_of_unit(char unit) {
  switch (unit) {
    case 's': return 1;
    case 'm': return 60;
    case 'h': return 3600;
    case 'd': return 86400;
    default: return std::nullopt;
  }
}

constexpr double kLongestDuration = 1e4 * 86400;  // so that clocks can count it in nanoseconds

// Takes "5m" off the beginning. A unit may be missing only where nothing follows and nothing came before.
std::optional<double> take_part(std::string_view& text, bool alone) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  if (error != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  if (text.empty()) return alone ? std::optional(number) : std::nullopt;
  const auto unit = seconds_of_unit(text.front());
  text.remove_prefix(1);
  return unit ? std::optional(number * *unit) : std::nullopt;
}

// The code point of three bytes of UTF-8.
std::uint32_t code_point(std::string_view three) {
  const auto bits = [&](std::size_t i, unsigned mask) { return static_cast<unsigned char>(three[i]) & mask; };
  return bits(0, 0x0f) << 12 | bits(1, 0x3f) << 6 | bits(2, 0x3f);
}

// Marks that reorder, join or hide what stands beside them (Unicode's Bidi_Control, line separators, zero width);
// U+061C, of two bytes, is another.
bool is_mark(std::uint32_t point) {
  return (point >= 0x200b && point <= 0x200f) || (point >= 0x2028 && point <= 0x202e) ||
         (point >= 0x2060 && point <= 0x2069) || point == 0xfeff;
}

}  // namespace

std::string format_number(double value) { return fmt::format("{}", value); }

std::string quoted_list(std::span<const std::string> names) {
  std::string list;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) list += i + 1 == names.size() ? " or " : ", ";
    list += "'" + names[i] + "'";
  }
  return list;
}

std::string nearest_name(std::string_view word, std::span<const std::string> names) {
  constexpr std::size_t kLongestName = 64;  // keeps a hostile key of a megabyte from costing a quadratic comparison
  if (word.size() > kLongestName) return {};
  std::string best;
  std::size_t best_distance = std::max<std::size_t>(1, word.size() / 3) + 1;
  for (const auto& name : names) {
    const std::size_t distance = edit_distance(word, name);
    if (distance < best_distance) {
      best = name;
      best_distance = distance;
    }
  }
  return best;
}

std::string printable(std::string_view text) {
  std::string shown;
  for (std::size_t i = 0; i < text.size();) {
    const auto length = utf8_length(text.substr(i));
    const auto character = text.substr(i, std::max<std::size_t>(1, length));
    if (character == "\xd8\x9c" || (length == 3 && is_mark(code_point(character)))) {
      shown += length == 3 ? fmt::format("\\u{:04x}", code_point(character)) : "\\u061c";
    } else if (length > 0 && !is_control(character)) {
      shown += character;
    } else {
      shown += fmt::format("\\x{:02x}", static_cast<unsigned char>(character.back()));
    }
    i += character.size();
  }
  return shown;
}

double parse_duration(std::string_view text) {
  double seconds = 0;
  auto rest = text;
  do {
    const auto part = take_part(rest, rest.size() == text.size());
    if (!part || !(*part >= 0)) {
      seconds = 0;
      break;
    }
    seconds += *part;
  } while (!rest.empty());
  if (seconds > kLongestDuration)
    throw ConfigError(fmt::format("'{}' is too long: expected at most {:g} days", text, kLongestDuration / 86400));
  if (seconds > 0) return seconds;
  throw ConfigError(fmt::format(
      "'{}' is no duration: expected seconds above 0, or numbers with their units as in 90s, 5m, 1h30m, 2d", text));
}

Cadence parse_cadence(std::string_view text) {
  std::int64_t steps = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), steps);
  if (error == std::errc() && end == text.data() + text.size() && steps > 0) return {.steps = steps};
  const bool has_unit = !text.empty() && std::string_view("smhd").find(text.back()) != std::string_view::npos;
  if (has_unit) return {.seconds = parse_duration(text)};
  throw ConfigError(
      fmt::format("'{}': expected a number of steps above 0, as in 500, or a time, as in 90s, 5m, 1h30m", text));
}

std::string shortened(std::string_view text, std::size_t length) {
  if (text.size() <= length) return std::string(text);
  std::size_t cut = length - 1;
  while (cut > 0 && continues(text[cut])) --cut;  // not inside a UTF-8 character
  return std::string(text.substr(0, cut)) + "…";
}

}  // namespace nero_bench
