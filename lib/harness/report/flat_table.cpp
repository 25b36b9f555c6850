#include "harness/report/flat_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "harness/report/escapes.h"

namespace nero_bench {
namespace {

constexpr std::size_t kWhole = std::string::npos;  // lists stand in fields as JSON, which may not be cut

std::string csv_field(const Json& value) { return csv_text(value, kWhole); }

std::string markdown_field(const Json& value) {
  if (value.is_null()) return "";
  return value.is_string() ? markdown_text(value.get<std::string>(), kWhole) : value.dump();
}

using Fields = std::map<std::string, Json>;

void add_fields(const Json& value, const std::string& path, Fields& fields, std::vector<std::string>& order) {
  if (value.is_object() && !value.empty()) {
    for (const auto& item : value.items())
      add_fields(item.value(), path.empty() ? item.key() : path + "." + item.key(), fields, order);
    return;
  }
  fields[path] = value.is_structured() ? Json(value.dump(-1, ' ', false, Json::error_handler_t::replace)) : value;
  if (std::find(order.begin(), order.end(), path) == order.end()) order.push_back(path);
}

// Whether another column lies below this one, which then is an object that some rows have not.
bool is_prefix(const std::string& path, const std::vector<std::string>& order) {
  return std::any_of(order.begin(), order.end(),
                     [&](const std::string& other) { return other.starts_with(path + "."); });
}

Json field(const Fields& fields, std::string path) {
  for (;;) {
    const auto found = fields.find(path);
    if (found != fields.end()) return found->second;
    const auto dot = path.rfind('.');
    if (dot == std::string::npos) return nullptr;
    path.erase(dot);
  }
}

}  // namespace

std::string csv(const FlatTable& table) {
  std::vector<std::string> names;
  for (const auto& column : table.columns) names.push_back(csv_field(column));
  std::string text = fmt::format("{}\r\n", fmt::join(names, ","));
  for (const auto& row : table.rows) {
    std::vector<std::string> fields;
    for (const auto& value : row) fields.push_back(csv_field(value));
    text += fmt::format("{}\r\n", fmt::join(fields, ","));
  }
  return text;
}

std::string markdown(const FlatTable& table) {
  std::vector<std::string> names;
  for (const auto& column : table.columns) names.push_back(markdown_field(column));
  std::string text = fmt::format("| {} |\n|", fmt::join(names, " | "));
  for (std::size_t i = 0; i < table.columns.size(); ++i) text += " --- |";
  text += "\n";
  for (const auto& row : table.rows) {
    std::vector<std::string> fields;
    for (const auto& value : row) fields.push_back(markdown_field(value));
    text += fmt::format("| {} |\n", fmt::join(fields, " | "));
  }
  return text;
}

FlatTable flattened(const std::vector<Json>& objects) {
  std::vector<Fields> rows;
  std::vector<std::string> order;
  for (const auto& object : objects) add_fields(object, "", rows.emplace_back(), order);
  FlatTable table;
  std::copy_if(order.begin(), order.end(), std::back_inserter(table.columns),
               [&](const std::string& path) { return !is_prefix(path, order); });
  for (const auto& fields : rows) {
    auto& row = table.rows.emplace_back();
    for (const auto& column : table.columns) row.push_back(field(fields, column));
  }
  return table;
}

}  // namespace nero_bench
