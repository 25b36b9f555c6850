#include "harness/experiment/overrides.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>
#include <vector>

#include "base/errors.h"
#include "base/text.h"

namespace nero_bench {
namespace {

constexpr std::size_t kMostElements = 64;  // each is a level of nesting

[[noreturn]] void refuse(std::string_view override_text, const std::string& why) {
  throw ConfigError(fmt::format("--set {}: {}", shortened(override_text, 200), why));
}

// "optimisers[0].beta" → optimisers, 0, beta.
std::vector<std::string> elements(std::string_view path, std::string_view override_text) {
  std::vector<std::string> parts(1);
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (path[i] == '.') {
      parts.emplace_back();
    } else if (path[i] == '[') {
      const auto close = path.find(']', i);
      const bool ends_element = close != std::string_view::npos &&
                                (close + 1 == path.size() || path[close + 1] == '.' || path[close + 1] == '[');
      if (!ends_element || parts.back().empty())
        refuse(override_text, "expected an index in brackets; write optimisers[0].beta=0.9");
      parts.emplace_back(path.substr(i + 1, close - i - 1));
      i = close;
    } else {
      parts.back() += path[i];
    }
  }
  if (parts.size() > kMostElements)
    refuse(override_text, fmt::format("expected a path of at most {} elements; shorten it", kMostElements));
  if (std::any_of(parts.begin(), parts.end(), [](const auto& part) { return part.empty(); })) {
    refuse(override_text, "expected a path without empty elements; write optimisers.0.beta=0.9");
  }
  return parts;
}

Json value_of(std::string_view text, std::string_view override_text) {
  try {
    return parse_json(text, "--set " + shortened(override_text, 200));
  } catch (const ConfigError&) {
    // What begins like JSON was meant to be JSON; anything else is a text that needs no quotes on a command line.
    if (!text.empty() && std::string_view("{[\"").find(text.front()) != std::string_view::npos) throw;
    return std::string(text);
  }
}

Json& entry_of(Json& list, const std::string& index, std::string_view override_text) {
  std::size_t i = 0;
  const auto [end, error] = std::from_chars(index.data(), index.data() + index.size(), i);
  if (error != std::errc() || end != index.data() + index.size() || i >= list.size()) {
    refuse(override_text, fmt::format("'{}' is no entry of the list there; expected an index from 0 to {}",
                                      shortened(index, 40), list.size() - 1));
  }
  return list[i];
}

// The elements from `first` to before `end` as one key.
std::string joined(const std::vector<std::string>& parts, std::size_t first, std::size_t end) {
  std::string path = parts[first];
  for (std::size_t i = first + 1; i < end; ++i) path += "." + parts[i];
  return path;
}

// Up to which element those from `i` on are one key: the names of a search space may be paths, of which one that is
// there is meant; what "names" maps has nothing below it.
std::size_t end_of_name(const Json& object, const std::vector<std::string>& parts, std::size_t i) {
  if (i > 0 && parts[i - 1] == "names") return parts.size();
  if (i == 0 || parts[i - 1] != "space") return i + 1;
  auto end = parts.size();
  while (end > i + 1 && !object.contains(joined(parts, i, end))) --end;
  return end;
}

// Whether the keys at element `i` are themselves paths: those of "axes", and of "points.0" but for its plain keys.
bool holds_paths(const std::vector<std::string>& parts, std::size_t i) {
  if (i > 0 && parts[i - 1] == "axes") return true;
  return i == 2 && parts[0] == "points" && parts.size() > 3;
}

}  // namespace

void apply_override(Json& config, const std::string& override_text) {
  const auto equals = override_text.find('=');
  if (equals == std::string::npos || equals == 0)
    refuse(override_text, "expected path=value; write optimisers.0.beta=0.9");
  const auto parts = elements(std::string_view(override_text).substr(0, equals), override_text);
  Json value = value_of(std::string_view(override_text).substr(equals + 1), override_text);
  Json* place = &config;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (place->is_null()) *place = Json::object();
    if (place->is_array() && !place->empty()) {
      place = &entry_of(*place, parts[i], override_text);
    } else if (place->is_object() && holds_paths(parts, i)) {
      place = &(*place)[joined(parts, i, parts.size())];
      break;
    } else if (place->is_object()) {
      const auto end = end_of_name(*place, parts, i);
      place = &(*place)[joined(parts, i, end)];
      i = end - 1;
    } else {
      refuse(override_text, fmt::format("'{}' has no '{}' inside; expected the path of an object or a list",
                                        i == 0 ? "the config" : parts[i - 1], parts[i]));
    }
  }
  *place = std::move(value);
}

}  // namespace nero_bench
