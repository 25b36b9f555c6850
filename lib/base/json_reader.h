#pragma once
#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"

namespace nero_bench {

// The numbers an option accepts.
struct Range {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
  bool low_included = true;
  bool high_included = true;

  static Range any() { return {}; }
  static Range positive() { return {0, std::numeric_limits<double>::infinity(), false, false}; }
  static Range at_least(double low) { return {low}; }
  static Range between(double low, double high) { return {low, high}; }
  static Range decay() { return {0, 1, true, false}; }  // [0, 1): the β of a moving average

  bool contains(double value) const;
  std::string text() const;  // " > 0", " in [0, 1)", or nothing
};

// Reads one JSON object key by key. A key of the wrong type or range, a missing one, and in finish() one that nobody
// read, are ConfigErrors naming source, path, expectation, finding and remedy. What was read, defaults included, is
// kept: resolved() is the object as understood.
//
// A reader made by describing() has no object: every key is reported absent, required ones get a stand-in, and nothing
// is an error. description() then lists the options that the parse function knows, and `list` is fed from it; an option
// read without a description is a std::logic_error.
class JsonReader {
 public:
  JsonReader(const Json& value, std::string source, std::string path = "");
  static JsonReader describing();

  // T: bool, std::int64_t, double, std::string, or a std::vector of one of the last three. The description says what
  // the value means, with units and special values ("threads; 0: as many as cores"); options of components have one.
  template <class T>
  T required(std::string_view key, std::string_view description, const Range& range = {});
  template <class T>
  T required(std::string_view key, const Range& range = {}) {
    return required<T>(key, "", range);
  }
  template <class T>
  T optional(std::string_view key, T fallback, std::string_view description, const Range& range = {});
  template <class T>
  T optional(std::string_view key, T fallback, const Range& range = {}) {
    return optional<T>(key, std::move(fallback), "", range);
  }

  // A name that stands for a value, as in {{"default", Init::kDefault}, {"balanced", Init::kBalanced}}.
  template <class E>
  using Names = std::vector<std::pair<std::string, E>>;
  template <class E>
  E choice(std::string_view key, E fallback, std::string_view description, const Names<E>& names);
  template <class E>
  E choice(std::string_view key, E fallback, const Names<E>& names) {
    return choice<E>(key, fallback, "", names);
  }

  JsonReader object(std::string_view key, std::string_view description = "");  // required
  std::optional<JsonReader> optional_object(std::string_view key, std::string_view description = "");
  std::vector<JsonReader> objects(std::string_view key);  // required; a list of at least one object
  const Json& raw(std::string_view key);                  // whatever stands there, null if nothing

  bool has(std::string_view key) const;
  bool is_describing() const { return describing_; }
  std::vector<std::string> keys() const;

  void finish() const;
  [[noreturn]] void fail(std::string_view key, const std::string& expected, const std::string& remedy = "") const;

  const Json& resolved() const { return *resolved_; }
  const Json& description() const { return *description_; }
  const std::string& source() const { return source_; }
  std::string path_of(std::string_view key) const;

 private:
  const Json* find(std::string_view key);  // marks the key as read
  JsonReader child(const Json& value, std::string_view key, bool optional, std::string_view description);
  template <class T>
  T convert(std::string_view key, const Json& value, const Range& range, const std::string& remedy) const;
  void describe(std::string_view key, std::string_view description, Json facts);
  [[noreturn]] void fail_item(std::string_view key, std::size_t item, const std::string& expected,
                              const std::string& remedy) const;
  template <class T>
  void check_items(std::string_view key, const Json& list, const Range& range, const std::string& remedy) const;
  [[noreturn]] void fail_missing(std::string_view key, const std::string& expected) const;

  const Json* value_;
  std::string source_;
  std::string path_;
  bool describing_ = false;
  std::set<std::string, std::less<>> read_;
  std::shared_ptr<Json> resolved_ = std::make_shared<Json>(Json::object());
  std::shared_ptr<Json> description_ = std::make_shared<Json>(Json::array());
};

namespace json_types {

template <class T>
struct Type;
template <>
struct Type<bool> {
  static std::string name() { return "true or false"; }
  static bool holds(const Json& json) { return json.is_boolean(); }
};
template <>
struct Type<std::int64_t> {
  static std::string name() { return "a whole number"; }
  static bool holds(const Json& json) {
    return json.is_number_integer() &&
           (!json.is_number_unsigned() || json.get<std::uint64_t>() <= std::numeric_limits<std::int64_t>::max());
  }
};
template <>
struct Type<double> {
  static std::string name() { return "a number"; }
  static bool holds(const Json& json) { return json.is_number(); }
};
template <>
struct Type<std::string> {
  static std::string name() { return "a text"; }
  static bool holds(const Json& json) { return json.is_string(); }
};
template <class T>
struct Type<std::vector<T>> {
  static std::string name() { return "a list, each " + Type<T>::name(); }
  static bool holds(const Json& json) {
    return json.is_array() &&
           std::all_of(json.begin(), json.end(), [](const Json& item) { return Type<T>::holds(item); });
  }
};

template <class T>
inline constexpr bool kIsNumber = std::is_arithmetic_v<T> && !std::same_as<T, bool>;
template <class T>
inline constexpr bool kIsList = false;
template <class T>
inline constexpr bool kIsList<std::vector<T>> = true;

template <class T>
bool within(const T& value, const Range& range) {
  if constexpr (kIsNumber<T>) {
    return range.contains(static_cast<double>(value));
  } else if constexpr (kIsList<T>) {
    return std::all_of(value.begin(), value.end(), [&](const auto& item) { return within(item, range); });
  } else {
    return true;
  }
}

template <class T>
T stand_in(const Range& range) {
  if constexpr (kIsNumber<T>) {
    return static_cast<T>(std::isfinite(range.low) ? (range.low_included ? range.low : range.low + 1) : 1);
  } else {
    return T{};
  }
}

}  // namespace json_types

template <class T>
void JsonReader::check_items(std::string_view key, const Json& list, const Range& range,
                             const std::string& remedy) const {
  using Type = json_types::Type<T>;
  for (std::size_t i = 0; list.is_array() && i < list.size(); ++i) {
    if (!Type::holds(list[i]) || !json_types::within(list[i].template get<T>(), range))
      fail_item(key, i, Type::name() + range.text(), remedy);
  }
}

template <class T>
T JsonReader::convert(std::string_view key, const Json& value, const Range& range, const std::string& remedy) const {
  using Type = json_types::Type<T>;
  if constexpr (json_types::kIsList<T>) check_items<typename T::value_type>(key, value, range, remedy);
  if (!Type::holds(value)) fail(key, Type::name() + range.text(), remedy);
  auto converted = value.get<T>();
  if (!json_types::within(converted, range)) fail(key, Type::name() + range.text(), remedy);
  return converted;
}

template <class T>
T JsonReader::required(std::string_view key, std::string_view description, const Range& range) {
  const auto type = json_types::Type<T>::name();
  if (describing_) {
    describe(key, description, {{"type", type + range.text()}, {"required", true}});
    return json_types::stand_in<T>(range);
  }
  const Json* value = find(key);
  if (value == nullptr) fail_missing(key, type + range.text());
  T converted = convert<T>(key, *value, range, "correct the value");
  (*resolved_)[std::string(key)] = converted;
  return converted;
}

template <class T>
T JsonReader::optional(std::string_view key, T fallback, std::string_view description, const Range& range) {
  const Json fallback_json = fallback;
  if (describing_) {
    describe(key, description,
             {{"type", json_types::Type<T>::name() + range.text()}, {"required", false}, {"default", fallback_json}});
  }
  const Json* value = find(key);
  T converted =
      value == nullptr
          ? std::move(fallback)
          : convert<T>(key, *value, range, "correct it, or leave the key out for the default " + fallback_json.dump());
  (*resolved_)[std::string(key)] = converted;
  return converted;
}

template <class E>
E JsonReader::choice(std::string_view key, E fallback, std::string_view description, const Names<E>& names) {
  std::string fallback_name;
  std::string expected = "one of";
  for (const auto& [name, value] : names) {
    if (value == fallback) fallback_name = name;
    expected += (expected == "one of" ? " \"" : ", \"") + name + "\"";
  }
  const Json fallback_json = fallback_name;
  if (describing_) describe(key, description, {{"type", expected}, {"required", false}, {"default", fallback_json}});
  const Json* value = find(key);
  if (value == nullptr) {
    (*resolved_)[std::string(key)] = fallback_name;
    return fallback;
  }
  for (const auto& [name, meaning] : names) {
    if (*value == name) {
      (*resolved_)[std::string(key)] = name;
      return meaning;
    }
  }
  fail(key, expected, "correct it, or leave the key out for the default " + fallback_json.dump());
}

}  // namespace nero_bench
