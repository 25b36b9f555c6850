#include "harness/report/flat_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string_view>

#include "base/text.h"
#include "harness/report/columns.h"

namespace nero_bench {
namespace {

std::string csv_field(const Json& value) {
  if (value.is_null()) return "";
  if (!value.is_string()) return value.dump();
  auto text = printable(value.get<std::string>());
  if (text != "-inf" && text.find_first_of("=+-@\t\r") == 0) text.insert(0, 1, '\'');
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

std::string markdown_field(const Json& value) {
  if (value.is_null()) return "";
  if (!value.is_string()) return value.dump();
  std::string text;
  for (const char c : one_line(value.get<std::string>())) {
    if (std::string_view("|\\`*_<>[]").find(c) != std::string_view::npos) text += '\\';
    text += c;
  }
  return text;
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
  std::string text = fmt::format("{}\r\n", fmt::join(table.columns, ","));
  for (const auto& row : table.rows) {
    std::vector<std::string> fields;
    for (const auto& value : row) fields.push_back(csv_field(value));
    text += fmt::format("{}\r\n", fmt::join(fields, ","));
  }
  return text;
}

std::string markdown(const FlatTable& table) {
  std::string text = fmt::format("| {} |\n|", fmt::join(table.columns, " | "));
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
