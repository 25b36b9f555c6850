#include "base/json.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <stdexcept>
#include <vector>

#include "base/errors.h"
#include "base/files.h"
#include "base/text.h"

namespace nero_bench {
namespace {

[[noreturn]] void throw_too_deep(const std::string& source, int most) {
  throw ConfigError(fmt::format("{}: nested deeper than {} levels; flatten the file", source, most));
}

// Refuses duplicate keys and deep nesting while the parser goes on; keeps the path for the message.
class StructureCheck {
 public:
  StructureCheck(std::string source, int max_depth) : source_(std::move(source)), max_depth_(max_depth) {}

  // Where the parser is: "axes.a", without the indices of lists.
  std::string path() const {
    std::string path;
    for (const auto& part : path_) {
      if (!path.empty() && !part.empty()) path += '.';
      path += part;
    }
    return shortened(path, 200);
  }

  bool operator()(Json::parse_event_t event, const Json& parsed) {
    switch (event) {
      case Json::parse_event_t::object_start:
      case Json::parse_event_t::array_start:
        keys_.emplace_back();
        path_.emplace_back();
        if (static_cast<int>(keys_.size()) > max_depth_) {
          throw_too_deep(source_, max_depth_);
        }
        break;
      case Json::parse_event_t::object_end:
      case Json::parse_event_t::array_end:
        keys_.pop_back();
        path_.pop_back();
        break;
      case Json::parse_event_t::key:
        path_.back() = parsed.get<std::string>();
        if (!keys_.back().insert(path_.back()).second) {
          throw ConfigError(
              fmt::format("{}: at {}: the key stands twice in one object; remove one of the two", source_, path()));
        }
        break;
      case Json::parse_event_t::value: break;
    }
    return true;
  }

 private:
  std::string source_;
  int max_depth_;
  std::vector<std::set<std::string>> keys_;
  std::vector<std::string> path_;
};

std::string line_and_column(std::string_view text, std::size_t byte) {
  const auto before = text.substr(0, std::min(byte == 0 ? 0 : byte - 1, text.size()));
  const auto line = std::count(before.begin(), before.end(), '\n') + 1;
  const auto line_start = before.rfind('\n');
  const auto column = line_start == std::string_view::npos ? before.size() + 1 : before.size() - line_start;
  return fmt::format("line {}, column {}", line, column);
}

// At least the deepest nesting of brackets, and cheap to know.
std::ptrdiff_t opening_brackets(std::string_view text) {
  return std::count(text.begin(), text.end(), '{') + std::count(text.begin(), text.end(), '[');
}

// The deepest nesting of brackets outside strings; right for whatever is JSON.
int bracket_depth(std::string_view text) {
  int depth = 0;
  int deepest = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"') in_string = !in_string;
    if (in_string) {
      if (c == '\\') ++i;
    } else if (c == '{' || c == '[') {
      deepest = std::max(deepest, ++depth);
    } else if (c == '}' || c == ']') {
      --depth;
    }
  }
  return deepest;
}

// nlohmann's "[json.exception.parse_error.101] parse error at line 1, column 2: syntax error …" without its own
// bookkeeping.
std::string plain_reason(const std::string& what) {
  const auto cut = what.find("syntax error");
  return shortened(cut == std::string::npos ? what : what.substr(cut), 300);
}

// The 1e999 of nlohmann's "… number overflow parsing '1e999'".
std::string quoted_part(const std::string& what) {
  const auto open = what.find('\'');
  const auto close = what.rfind('\'');
  return open < close ? shortened(what.substr(open + 1, close - open - 1), 80) : "a larger one";
}

}  // namespace

Json parse_json(std::string_view text, const std::string& source, const JsonLimits& limits) {
  if (text.size() > limits.bytes) {
    throw ConfigError(
        fmt::format("{}: {} bytes; at most {} are read, is this the right file?", source, text.size(), limits.bytes));
  }
  // The parser takes a zero byte for the end, whatever follows.
  if (const auto zero = text.find('\0'); zero != std::string_view::npos) {
    throw ConfigError(fmt::format("{}: {}: expected JSON, found a zero byte; correct the file there", source,
                                  line_and_column(text, zero + 1)));
  }
  if (!limits.unique_keys && opening_brackets(text) > limits.depth && bracket_depth(text) > limits.depth)
    throw_too_deep(source, limits.depth);
  StructureCheck check(source, limits.depth);
  try {
    if (!limits.unique_keys) return Json::parse(text);
    return Json::parse(text, [&check](int, Json::parse_event_t event, Json& parsed) { return check(event, parsed); });
  } catch (const Json::parse_error& error) {
    throw ConfigError(fmt::format(
        "{}: {}: expected JSON: {}; correct the file there (numbers are finite, strings in double quotes, no comments)",
        source, line_and_column(text, error.byte), plain_reason(error.what())));
  } catch (const Json::out_of_range& error) {
    const auto path = check.path();
    throw ConfigError(fmt::format("{}: at {}: expected numbers within ±1.8e308, found {}; write a smaller one", source,
                                  path.empty() ? "the top" : path, quoted_part(error.what())));
  }
}

Json load_json(const std::string& file, const JsonLimits& limits) {
  const auto text = read_text(file, limits.bytes);
  if (!text) throw ConfigError(text.error);
  return parse_json(text.content, file == "-" ? "standard input" : file, limits);
}

Json number_to_json(double value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  return value;
}

double number_from_json(const Json& json) {
  if (json.is_number()) return json.get<double>();
  if (json == "nan") return std::numeric_limits<double>::quiet_NaN();
  if (json == "inf") return std::numeric_limits<double>::infinity();
  if (json == "-inf") return -std::numeric_limits<double>::infinity();
  throw std::invalid_argument("expected a number or \"nan\", \"inf\", \"-inf\"");
}

}  // namespace nero_bench
