#include "harness/report/analysis_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "base/decimal.h"
#include "base/text.h"
#include "harness/report/analysis_json.h"
#include "harness/report/blocks.h"
#include "harness/report/columns.h"
#include "harness/report/conclusions.h"
#include "harness/report/figures_legend.h"
#include "harness/report/figures_table.h"
#include "harness/report/flat_table.h"
#include "harness/report/json_values.h"
#include "harness/report/numbers.h"

namespace nero_bench {
namespace {

constexpr std::size_t kWidth = 80;
constexpr std::size_t kFirstBudgets = 3;  // of the tuning curve; the exports have all

using Cells = std::vector<const CellAnalysis*>;

// Marks that the tables have used and the legend must explain.
using Marks = std::set<std::string>;

// In place of figures that would mislead.
std::string standing_text(const CellAnalysis& cell, Marks& marks) {
  marks.insert(to_string(cell.standing));
  return to_string(cell.standing);
}

std::string half_width(const Estimate& estimate, Marks& marks) {
  if (!estimate.interval) {
    marks.insert("too few");
    return fmt::format("{} of {}", estimate.count, estimate.needed);
  }
  marks.insert("±");
  return "±" + metric_text((estimate.interval->high - estimate.interval->low) / 2);
}

std::string best_rate_text(const CellAnalysis& cell, Marks& marks) {
  if (!cell.best_rate) return "none ";
  if (cell.rates_alike) {
    marks.insert("alike");
    return "alike ";
  }
  const std::string mark = cell.best_at == GridEdge::kSmallest ? "<" : cell.best_at == GridEdge::kLargest ? ">" : " ";
  if (mark != " ") marks.insert(mark);
  return rate_text(cell.is_design ? rounded(*cell.best_rate, 3) : *cell.best_rate) + mark;
}

void add_fresh(std::vector<std::string>& row, const CellAnalysis& cell, Marks& marks) {
  if (!cell.fresh) {
    marks.insert("search only");
    row.insert(row.end(), {"search only", "", ""});
    return;
  }
  const auto& score = cell.fresh->score;
  row.push_back(metric_text(score.value));
  row.push_back(half_width(score, marks));
  row.push_back(metric_text(cell.selection_gap));
}

void add_default(std::vector<std::string>& row, const CellAnalysis& cell, Marks& marks) {
  if (!cell.default_rate) {
    row.insert(row.end(), {"-", ""});
    return;
  }
  marks.insert("default");
  row.push_back(rate_text(cell.default_rate->result.learning_rate));
  if (cell.default_rate->fails) marks.insert("fails");
  row.push_back(metric_text(cell.default_rate->result.score.value) + (cell.default_rate->fails ? " fails" : ""));
}

std::string scores_table(const Cells& cells, Marks& marks) {
  Columns table(2, 2);
  table.add({"score", "best rate", "search", "fresh", "seeds", "gap", "default", "score"});
  for (const auto* cell : cells) {
    std::vector<std::string> row{cell->line, best_rate_text(*cell, marks),
                                 cell->best_rate ? metric_text(cell->best_score) : "-"};
    add_fresh(row, *cell, marks);
    add_default(row, *cell, marks);
    table.add(std::move(row));
  }
  table.drop_empty();
  table.keep_together({"default", "score"});
  return table.text(kWidth);
}

std::string width_text(const UsableWidth& width, Marks& marks) {
  const auto text = bounded_text(width, metric_text(width.decades.value, 2));
  if (text.starts_with("≥")) marks.insert("≥");
  return text;
}

std::string own_text(const LearningRateSensitivity& own, Marks& marks) {
  if (!own.complete) marks.insert("~");
  return fmt::format("{}{}", own.complete ? "" : "~", metric_text(own.normalised.value));
}

void add_tuning_lines(Columns& table, const CellAnalysis& cell, std::size_t budgets, Marks& marks) {
  std::vector<std::string> row{cell.line};
  if (!cell.sensitivity) {
    row.push_back(standing_text(cell, marks));
    table.add(std::move(row));
    return;
  }
  const auto& sensitivity = *cell.sensitivity;
  std::vector<std::string> intervals{""};
  if (cell.is_design) {
    row.insert(row.end(), 5, "-");
  } else {
    row.push_back(width_text(sensitivity.width, marks));
    row.push_back(std::to_string(sensitivity.modes));
    row.push_back(metric_text(sensitivity.shared.value.value));
    row.push_back(metric_text(sensitivity.shared.normalised.value));
    row.push_back(own_text(sensitivity.own, marks));
    intervals = {"",
                 half_width(sensitivity.width.decades, marks),
                 "",
                 half_width(sensitivity.shared.value, marks),
                 half_width(sensitivity.shared.normalised, marks),
                 half_width(sensitivity.own.normalised, marks)};
  }
  for (std::size_t i = 0; i < std::min(budgets, sensitivity.tuning.size()); ++i)
    row.push_back(metric_text(sensitivity.tuning[i].score));
  table.add(std::move(row));
  if (sensitivity.shared.value.interval) table.add(std::move(intervals));
}

std::string tuning_table(const Cells& cells, Marks& marks) {
  std::size_t budgets = 0;
  for (const auto* cell : cells) {
    if (cell->sensitivity) budgets = std::max(budgets, std::min(kFirstBudgets, cell->sensitivity->tuning.size()));
  }
  Columns table(2, 2);
  std::vector<std::string> header{"tuning", "decades", "valleys", "excess", "lost", "lost near"};
  std::vector<std::string> bests;
  for (std::size_t i = 1; i <= budgets; ++i) bests.push_back(fmt::format("best of {}", i));
  header.insert(header.end(), bests.begin(), bests.end());
  table.add(std::move(header));
  for (const auto* cell : cells) add_tuning_lines(table, *cell, budgets, marks);
  table.drop_empty();
  table.keep_together(std::move(bests));
  return table.text(kWidth);
}

std::string costs_table(const Cells& cells) {
  Columns table(2, 2);
  table.add({"cost", "state B", "transient B", "peak B", "step ms", "epochs to target", "seconds", "reached"});
  const auto bytes = [](const std::optional<std::int64_t>& known) { return known ? bytes_text(*known) : "-"; };
  for (const auto* cell : cells) {
    std::vector<std::string> row{cell->line, bytes(cell->state_bytes), bytes(cell->step_transient_bytes),
                                 bytes(cell->allocator_peak_bytes),
                                 cell->step_seconds ? milliseconds_text(*cell->step_seconds) : "-"};
    if (cell->target) {
      row.push_back(median_text(cell->target->epochs));
      row.push_back(median_text(cell->target->seconds));
      row.push_back(fmt::format("{} of {}", cell->target->reached, cell->target->trials));
    } else {
      row.push_back(to_string(cell->standing));
    }
    table.add(std::move(row));
  }
  table.drop_empty();
  table.keep_together({"epochs to target", "seconds", "reached"});
  return table.text(kWidth);
}

std::string over_tasks_table(const Analysis& analysis, Marks& marks) {
  const auto rows = over_tasks_figures(analysis);
  if (rows.empty()) return "";
  marks.insert("over tasks");
  Columns table(2, 2);
  for (const auto& row : rows) table.add(row);
  return table.text(kWidth) + "\n";
}

std::string lines_of(const std::string& text) {
  std::string lines;
  for (const auto& line : wrapped(text, kWidth)) lines += line + "\n";
  return lines;
}

std::string references_text(const Cells& cells) {
  const auto& trivial = cells.front()->trivial;
  if (!trivial)
    return "No trivial predictor to judge by: the records do not say its score (they were made before it was "
           "recorded). Give it with --trivial-score, or run the trials again.";
  auto text = fmt::format("The best constant prediction scores {} ({}).", metric_text(trivial->score, 4),
                          one_line(trivial->source));
  for (const auto* cell : cells) {
    if (cell->target) return text + fmt::format(" The target is {}.", metric_text(cell->target->score, 4));
  }
  return text;
}

std::string advice_text(const Cells& cells) {
  std::string text;
  for (const auto* cell : cells) {
    if (cell->try_next.empty() || cell->standing != Standing::kLearns) continue;
    std::vector<std::string> rates;
    for (const double rate : cell->try_next) rates.push_back(rate_text(rate));
    text += lines_of(fmt::format("{}: the best rate is the last of its grid, so its figures are bounds; try {}, too.",
                                 cell->line, fmt::join(rates, ", ")));
  }
  return text;
}

std::string legend(const Marks& marks, const Analysis& analysis) {
  const auto& options = analysis.options;
  const std::vector<std::pair<std::string, std::string>> meanings{
      {"", fmt::format("search: on the search seeds, which chose the rate; fresh: on seeds that did not, with the "
                       "{:.0f} % interval of the mean; gap: by how much the search flattered it",
                       100 * options.confidence)},
      {"", fmt::format("decades: of rates within {:.0f} % of the way from the best to the trivial error; excess: mean "
                       "over the shared grid of min(error, untrained error) - best (Wortsman et al.); lost: that, as "
                       "a share of what there is to lose, 0 none, 1 all; near: within {:g} decade of the own best",
                       100 * options.tolerance, options.window)},
      {"", "best of k: expected best score of k rates tried"},
      {"",
       "transient B: what an optimiser step allocates beyond its state; peak B: the most that a trial had allocated "
       "for tensors, gradients and activations included"},
      {"", fmt::format("intervals: for {}", kIntervalsOfATask)},
      {"never_learns", fmt::format("does not beat the constant prediction by {:.0f} % of its error at any rate, so "
                                   "figures about its tuning would mean nothing",
                                   100 * options.margin)},
      {"does_not_repeat", "beats it on the search seeds, but not on the mean of the fresh ones"},
      {"incomplete", "trials of the search are missing or failed"},
      {"no_trivial_predictor", "cannot be judged"},
      {"search only", "no other seeds ran at this rate: its score is flattered by the choice"},
      {"too few", "seeds for an interval: n of m is how many there are and how many it takes"},
      {"±", "half the interval"},
      {"<", "best rate is the smallest of its grid"},
      {">", "best rate is the largest of its grid"},
      {"alike", "every rate gives the same, so none is best"},
      {"≥", "reaches the end of the grid"},
      {"~", "the grid does not cover it all"},
      {"over tasks",
       fmt::format("learns on: of the tasks, and all figures of the line are to be read with that; tuned: mean share "
                   "of the way to the best of each task, each at its best rate; gain: what that is better than one "
                   "rate for all; profile: area of the Dolan-More profile of errors up to {:g} times the best, 1 is "
                   "best on every task; intervals: for {}; what has none is of these tasks",
                   options.furthest_ratio, kIntervalsOverTasks)},
      {"fails", "does not beat the constant prediction by the margin"}};
  std::string text;
  for (const auto& [mark, meaning] : meanings) {
    if (mark.empty() || marks.contains(mark)) text += lines_of(mark + (mark.empty() ? "" : "  ") + meaning);
  }
  return text;
}

}  // namespace

std::string analysis_table(const Analysis& given) {
  const auto analysis = with_line_labels(given);
  Marks marks;
  auto text = lines_of(analysis.experiment) + lines_of(analysis.description) + "\n";
  for (const auto& [name, cells] : blocks_of(analysis)) {
    text += lines_of(fmt::format("{}: {}", name, analysis.select.name()));
    text += lines_of(references_text(cells)) + scores_table(cells, marks) + "\n" + tuning_table(cells, marks) + "\n" +
            costs_table(cells) + advice_text(cells) + "\n";
  }
  text += lines_of(precision_sentence(analysis));
  text += over_tasks_table(analysis, marks);  // leaves its marks for the legend
  return text + legend(marks, analysis);
}

std::string render(const Analysis& analysis, Format format) {
  if (format == Format::kTable) return analysis_table(analysis);
  if (format == Format::kMarkdown) {
    return markdown_table(tuning_figures(with_line_labels(analysis))) + "\n" +
           markdown_paragraphs(legend_of_tasks(analysis)) + markdown_paragraphs(legend_of_tuning(analysis));
  }
  const auto json = to_json(analysis);
  if (format == Format::kJson) return dump(json, 2) + "\n";
  std::vector<Json> cells;
  for (const auto& cell : json.at("cells")) {
    cells.push_back(cell);
    for (const char* key : {"experiment", "metric"}) cells.back()[key] = json.at(key);
  }
  return format == Format::kCsv ? csv(flattened(cells)) : json_lines(cells);
}

}  // namespace nero_bench
