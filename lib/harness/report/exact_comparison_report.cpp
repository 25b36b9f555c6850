#include "harness/report/exact_comparison_report.h"

#include <fmt/format.h>

#include <stdexcept>

#include "base/text.h"
#include "harness/report/columns.h"
#include "harness/report/flat_table.h"
#include "harness/report/json_values.h"

namespace nero_bench {
namespace {

constexpr std::size_t kLongestValue = 60;

std::string side(const std::string& value) {
  return value.empty() ? "nothing" : one_line(shortened(value, kLongestValue));
}

std::string lines_of(const Difference& difference) {
  if (difference.path.empty()) {
    return fmt::format("{}\n  only on the {} side\n", one_line(difference.id),
                       difference.left.empty() ? "right" : "left");
  }
  return fmt::format("{}\n  at {}\n    left   {}\n    right  {}\n", one_line(difference.id), one_line(difference.path),
                     side(difference.left), side(difference.right));
}

std::string table(const ExactComparison& comparison) {
  const auto& [differences, left_count, right_count] = comparison;
  if (differences.empty()) {
    return fmt::format("{} records, equal but for timings, dates and process memory\n", left_count);
  }
  std::string text;
  for (const auto& difference : differences) text += lines_of(difference);
  return text + fmt::format("{} of the trials differ ({} records left, {} right)\n", differences.size(), left_count,
                            right_count);
}

// With null for what only one side has.
FlatTable rows_of(const ExactComparison& comparison) {
  const auto value = [](const std::string& text) { return text.empty() ? Json() : Json(text); };
  FlatTable table{{"trial", "path", "left", "right"}, {}};
  for (const auto& [id, path, left, right] : comparison.differences)
    table.rows.push_back({id, value(path), value(left), value(right)});
  return table;
}

std::vector<Json> objects_of(const FlatTable& table) {
  std::vector<Json> objects;
  for (const auto& row : table.rows) {
    auto& object = objects.emplace_back(Json::object());
    for (std::size_t i = 0; i < row.size(); ++i) object[table.columns[i]] = row[i];
  }
  return objects;
}

std::string json(const ExactComparison& comparison) {
  const Json answer{{"equal", comparison.differences.empty()},
                    {"left_records", comparison.left_count},
                    {"right_records", comparison.right_count},
                    {"differences", objects_of(rows_of(comparison))}};
  return dump(answer, 2) + "\n";
}

}  // namespace

std::string render(const ExactComparison& comparison, Format format) {
  switch (format) {
    case Format::kTable: return table(comparison);
    case Format::kJson: return json(comparison);
    case Format::kJsonLines: return json_lines(objects_of(rows_of(comparison)));
    case Format::kCsv: return csv(rows_of(comparison));
    case Format::kMarkdown: return markdown(rows_of(comparison));
  }
  throw std::logic_error("a format without a function");
}

}  // namespace nero_bench
