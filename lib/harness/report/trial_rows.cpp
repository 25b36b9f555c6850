#include "harness/report/trial_rows.h"

#include <map>

#include "harness/analysis/record_facts.h"
#include "harness/report/escapes.h"
#include "harness/report/flat_table.h"
#include "harness/report/json_values.h"

namespace nero_bench {
namespace {

constexpr std::size_t kLongestText = 100'000;

std::string sql_quoted(std::string_view text, char quote) {
  std::string escaped(1, quote);
  for (const char c : shown_text(text, kLongestText)) escaped += c == quote ? std::string(2, quote) : std::string(1, c);
  return escaped + quote;
}

std::string sql_value(const Json& value) {
  if (value.is_null()) return "NULL";
  if (value.is_boolean()) return value.get<bool>() ? "1" : "0";
  if (value.is_number()) return value.dump();
  return sql_quoted(value.is_string() ? value.get<std::string>() : dump(value), '\'');
}

std::string sql_list(const std::vector<std::string>& parts) {
  std::string text;
  for (const auto& part : parts) text += (text.empty() ? "" : ", ") + part;
  return text;
}

}  // namespace

std::vector<Json> trial_rows(std::span<const TrialRecord> records) {
  std::map<std::string, const TrialRecord*> by_id;
  for (const auto& record : records) by_id.emplace(record.id(), &record);
  std::vector<Json> rows;
  for (const auto& [id, record] : by_id) {
    const auto json = to_json(*record);
    Json row{{"id", id}, {"status", to_string(record->status)}, {"reason", record->reason}};
    row["trial"] = Json::object();
    for (const auto& [path, value] : facts_of(*record)) row["trial"][path] = value;
    for (const char* part : {"steps", "final_metrics", "best_metrics", "initial", "counts", "timings", "memory_bytes",
                             "environment", "started_at", "finished_at"})
      row[part] = json.at(part);
    rows.push_back(std::move(row));
  }
  return rows;
}

std::string trial_sql(std::span<const TrialRecord> records) {
  const auto table = flattened(trial_rows(records));
  std::vector<std::string> columns;
  for (const auto& column : table.columns) columns.push_back(sql_quoted(column, '"'));
  if (columns.empty()) columns.push_back("\"id\"");
  auto text = "CREATE TABLE trials (" + sql_list(columns) + ");\nBEGIN;\n";
  for (const auto& row : table.rows) {
    std::vector<std::string> values;
    for (const auto& value : row) values.push_back(sql_value(value));
    text += "INSERT INTO trials VALUES (" + sql_list(values) + ");\n";
  }
  return text + "COMMIT;\n";
}

}  // namespace nero_bench
