#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_reader.h"
#include "base/text.h"

namespace nero_bench {

// The components of one kind that a config may name, in one visible list. `parse` reads the component's options and
// returns its builder; building comes later, so that every option of every trial is checked before the first trial
// runs.
template <class Builder>
class Registry {
 public:
  struct Entry {
    std::string name;
    std::string summary;
    std::function<Builder(JsonReader&)> parse;
  };

  Registry(std::string kind, std::vector<Entry> entries) : kind_(std::move(kind)), entries_(std::move(entries)) {}

  // Reads the key "name", finds the component and lets it read its options. The caller calls finish(), having read keys
  // of its own.
  Builder parse(JsonReader& json) const {
    const auto name = json.required<std::string>("name", "which " + kind_ + "; 'nero-bench list' shows them");
    if (json.is_describing()) return {};
    for (const auto& entry : entries_) {
      if (entry.name == name) return entry.parse(json);
    }
    const bool begins_with_vowel = std::string_view("aeiou").find(kind_.front()) != std::string_view::npos;
    json.fail("name", (begins_with_vowel ? "the name of an " : "the name of a ") + kind_, advice(name));
  }

  const std::vector<Entry>& entries() const { return entries_; }
  const std::string& kind() const { return kind_; }

  // [{"name", "summary", "options": [{"name", "type", "required", "default", "description"}]}]
  Json describe() const {
    Json list = Json::array();
    for (const auto& entry : entries_) {
      auto reader = JsonReader::describing();
      entry.parse(reader);
      list.push_back({{"name", entry.name}, {"summary", entry.summary}, {"options", reader.description()}});
    }
    return list;
  }

 private:
  std::string advice(const std::string& name) const {
    std::vector<std::string> names;
    for (const auto& entry : entries_) names.push_back(entry.name);
    const auto nearest = nearest_name(name, names);
    return (nearest.empty() ? "" : "did you mean '" + nearest + "'? ") + "there are " + quoted_list(names);
  }

  std::string kind_;
  std::vector<Entry> entries_;
};

}  // namespace nero_bench
