#include "harness/report/exact_comparison_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "base/text.h"
#include "harness/report/columns.h"
#include "harness/report/escapes.h"
#include "harness/report/flat_table.h"
#include "harness/report/json_values.h"

namespace nero_bench {
namespace {

constexpr std::size_t kLongestValue = 60;

std::string side(const std::string& value) {
  return value.empty() ? "nothing" : one_line(shortened(value, kLongestValue));
}

// The names of the folders, above one another.
struct Names {
  explicit Names(const ExactComparison& comparison)
      : left(shown_text(comparison.left)), right(shown_text(comparison.right)) {
    const auto width = std::max(display_width(left), display_width(right));
    for (auto* name : {&left, &right}) name->append(width - display_width(*name), ' ');
  }
  std::string left;
  std::string right;
};

std::string lines_of(const Difference& difference, const ExactComparison& comparison) {
  const Names names(comparison);
  return fmt::format("{}\n  at {}\n    {}  {}\n    {}  {}\n", one_line(difference.id), one_line(difference.path),
                     names.left, side(difference.left), names.right, side(difference.right));
}

// The trials of which only one side has a record; of many the first few, and how many there are besides.
std::string only_in(const std::string& folder, const std::vector<Difference>& differences,
                    std::string Difference::*side) {
  constexpr std::size_t kMostShown = 3;
  std::string text;
  std::size_t count = 0;
  for (const auto& difference : differences) {
    if (!difference.path.empty() || (difference.*side).empty()) continue;
    if (++count <= kMostShown) text += fmt::format("{}\n  only in {}\n", one_line(difference.id), shown_text(folder));
  }
  if (count > kMostShown) text += fmt::format("and {} more only in {}\n", count - kMostShown, shown_text(folder));
  return text;
}

std::string table(const ExactComparison& comparison) {
  const auto& [differences, left, right, left_count, right_count] = comparison;
  if (differences.empty()) {
    return fmt::format("{} records, equal but for timings, dates and process memory\n", left_count);
  }
  std::string text;
  for (const auto& difference : differences) {
    if (!difference.path.empty()) text += lines_of(difference, comparison);
  }
  text += only_in(left, differences, &Difference::left) + only_in(right, differences, &Difference::right);
  return text + fmt::format("{} of the trials differ ({} records in {}, {} in {})\n", differences.size(), left_count,
                            shown_text(left), right_count, shown_text(right));
}

// With null for what only one side has.
FlatTable rows_of(const ExactComparison& comparison) {
  const auto value = [](const std::string& text) { return text.empty() ? Json() : Json(text); };
  FlatTable table{{"trial", "path", "left", "right"}, {}};
  for (const auto& [id, path, left, right] : comparison.differences)
    table.rows.push_back({id, value(path), value(left), value(right)});
  return table;
}

// For people: the folders' names above their columns.
FlatTable named(FlatTable table, const ExactComparison& comparison) {
  table.columns[2] = comparison.left;
  table.columns[3] = comparison.right;
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
                    {"left", comparison.left},
                    {"right", comparison.right},
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
    case Format::kMarkdown: return markdown(named(rows_of(comparison), comparison));
  }
  throw std::logic_error("a format without a function");
}

}  // namespace nero_bench
