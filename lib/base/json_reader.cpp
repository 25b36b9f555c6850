#include "base/json_reader.h"

#include <fmt/format.h>

#include <stdexcept>

#include "base/errors.h"
#include "base/text.h"

namespace nero_bench {
namespace {

constexpr std::size_t kLongestShown = 80;

const Json& empty_object() {
  static const Json empty = Json::object();
  return empty;
}

std::string shown(const Json& value) {
  return shortened(value.dump(-1, ' ', false, Json::error_handler_t::replace), kLongestShown);
}

}  // namespace

bool Range::contains(double value) const {
  return (low_included ? value >= low : value > low) && (high_included ? value <= high : value < high);
}

std::string Range::text() const {
  if (std::isinf(low) && std::isinf(high)) return "";
  if (std::isinf(high)) return fmt::format(" {} {}", low_included ? ">=" : ">", low);
  if (std::isinf(low)) return fmt::format(" {} {}", high_included ? "<=" : "<", high);
  return fmt::format(" in {}{}, {}{}", low_included ? '[' : '(', low, high, high_included ? ']' : ')');
}

JsonReader::JsonReader(const Json& value, std::string source, std::string path)
    : value_(&value), source_(std::move(source)), path_(std::move(path)) {
  if (!value.is_object()) {
    throw ConfigError(fmt::format("{}: at {}: expected an object, found {}; write {{…}} there", source_,
                                  path_.empty() ? "the top" : shortened(path_, 200), shown(value)));
  }
}

JsonReader JsonReader::describing() {
  JsonReader reader(empty_object(), "description");
  reader.describing_ = true;
  return reader;
}

std::string JsonReader::path_of(std::string_view key) const {
  return path_.empty() ? std::string(key) : path_ + "." + std::string(key);
}

bool JsonReader::has(std::string_view key) const { return value_->contains(std::string(key)); }

std::vector<std::string> JsonReader::keys() const {
  std::vector<std::string> names;
  for (const auto& item : value_->items()) names.push_back(item.key());
  return names;
}

const Json* JsonReader::find(std::string_view key) {
  read_.emplace(key);
  const auto found = value_->find(std::string(key));
  return found == value_->end() ? nullptr : &*found;
}

const Json& JsonReader::raw(std::string_view key) {
  static const Json nothing;
  const Json* value = find(key);
  if (value == nullptr) return nothing;
  (*resolved_)[std::string(key)] = *value;
  return *value;
}

JsonReader JsonReader::child(const Json& value, std::string_view key, bool optional, std::string_view description) {
  JsonReader reader(value, source_, path_of(key));
  reader.describing_ = describing_;
  // The child writes into our tree, so that what it reads later is part of resolved() and description(), too.
  auto& place = (*resolved_)[std::string(key)];
  place = Json::object();
  reader.resolved_ = std::shared_ptr<Json>(resolved_, &place);
  if (describing_) describe(key, description, {{"type", "an object"}, {"required", !optional}});
  reader.description_ = description_;  // one flat list, the child's keys by their paths
  return reader;
}

JsonReader JsonReader::object(std::string_view key, std::string_view description) {
  const Json* value = find(key);
  if (value == nullptr && !describing_) fail_missing(key, "an object");
  return child(value == nullptr ? empty_object() : *value, key, false, description);
}

std::optional<JsonReader> JsonReader::optional_object(std::string_view key, std::string_view description) {
  const Json* value = find(key);
  if (value == nullptr && !describing_) return std::nullopt;
  return child(value == nullptr ? empty_object() : *value, key, true, description);
}

std::vector<JsonReader> JsonReader::objects(std::string_view key) {
  const Json* value = find(key);
  if (value == nullptr) fail_missing(key, "a list of objects");
  if (!value->is_array() || value->empty()) fail(key, "a list of at least one object", "write [{…}]");
  std::vector<JsonReader> readers;
  for (std::size_t i = 0; i < value->size(); ++i)
    readers.emplace_back((*value)[i], source_, fmt::format("{}[{}]", path_of(key), i));
  return readers;
}

void JsonReader::finish() const {
  if (describing_) return;
  for (const auto& item : value_->items()) {
    if (read_.contains(item.key())) continue;
    const std::vector<std::string> known(read_.begin(), read_.end());
    const auto nearest = nearest_name(item.key(), known);
    throw ConfigError(
        fmt::format("{}: at {}: unknown key; {}known here: {}", source_, shortened(path_of(item.key()), 200),
                    nearest.empty() ? "remove it; " : fmt::format("did you mean '{}'? ", nearest), quoted_list(known)));
  }
}

void JsonReader::fail(std::string_view key, const std::string& expected, const std::string& remedy) const {
  const auto found = value_->find(std::string(key));
  throw ConfigError(fmt::format("{}: at {}: expected {}, found {}{}", source_, shortened(path_of(key), 200), expected,
                                found == value_->end() ? "nothing" : shown(*found),
                                remedy.empty() ? "" : "; " + remedy));
}

void JsonReader::fail_item(std::string_view key, std::size_t item, const std::string& expected,
                           const std::string& remedy) const {
  throw ConfigError(fmt::format("{}: at {}[{}]: expected {}, found {}; {}", source_, shortened(path_of(key), 200), item,
                                expected, shown(value_->at(std::string(key)).at(item)), remedy));
}

void JsonReader::fail_missing(std::string_view key, const std::string& expected) const {
  for (const auto& name : keys()) {
    if (!read_.contains(name) && nearest_name(name, std::vector{std::string(key)}) == key)
      fail(key, expected, fmt::format("rename '{}' to '{}'", name, key));
  }
  fail(key, expected, fmt::format("add \"{}\"", key));
}

void JsonReader::describe(std::string_view key, std::string_view description, Json facts) {
  if (description.empty()) throw std::logic_error("the option '" + path_of(key) + "' has no description");
  facts["name"] = path_of(key);
  facts["description"] = description;
  description_->push_back(std::move(facts));
}

}  // namespace nero_bench
