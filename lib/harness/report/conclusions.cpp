#include "harness/report/conclusions.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "harness/report/columns.h"
#include "harness/report/numbers.h"
#include "trial/metric_names.h"

namespace nero_bench {
namespace {

using Cells = std::vector<const CellAnalysis*>;

Cells with(const AnalysedBlock& block, Standing standing) {
  Cells chosen;
  for (const auto* cell : block.cells) {
    if (cell->standing == standing) chosen.push_back(cell);
  }
  return chosen;
}

std::string names(const Cells& cells) {
  std::string text;
  for (const auto* cell : cells) {
    const bool last = cell == cells.back();
    if (!text.empty()) text += last ? " and " : ", ";
    text += line_label(cell->line);
  }
  return text;
}

// "nero scores .848 at rate 1e-2"; in a list the first has the verb.
std::string score_of(const CellAnalysis& cell, std::string_view verb) {
  if (!cell.fresh) {
    return fmt::format("{}{} {} at rate {}", line_label(cell.line), verb, metric_text(cell.best_score),
                       rate_text(*cell.best_rate));
  }
  const auto& fresh = cell.fresh->score;
  auto text = fmt::format("{}{} {} at rate {}", line_label(cell.line), verb, metric_text(fresh.value),
                          rate_text(cell.fresh->learning_rate));
  if (fresh.interval)
    text += fmt::format(" ({} to {})", metric_text(fresh.interval->low), metric_text(fresh.interval->high));
  return text;
}

double shown_error(const CellAnalysis& cell, bool larger_is_better) {
  const double score = cell.fresh ? cell.fresh->score.value : cell.best_score;
  return larger_is_better ? -score : score;
}

std::string scores_sentence(Cells learners, const Analysis& analysis) {
  std::erase_if(learners, [](const auto* cell) { return !cell->best_rate; });
  if (learners.empty()) return "";
  const bool larger = direction_of(analysis.select.name()) == Direction::kLargerIsBetter;
  std::stable_sort(learners.begin(), learners.end(),
                   [&](const auto* a, const auto* b) { return shown_error(*a, larger) < shown_error(*b, larger); });
  std::string text;
  bool search_only = false, intervals = true;
  std::int64_t seeds = 0, needed = 0;
  for (const auto* cell : learners) {
    text += text.empty() ? score_of(*cell, " scores") : "; " + score_of(*cell, "");
    search_only |= !cell->fresh;
    if (!cell->fresh) continue;
    intervals &= cell->fresh->score.interval.has_value();
    seeds = cell->fresh->score.count;
    needed = cell->fresh->score.needed;
  }
  text += ".";
  if (search_only) {
    text += " Where only the search seeds ran, the score is flattered by the choice of the rate.";
  } else if (!intervals) {
    text += fmt::format(
        " With {} fresh seed{} a rate there are too few for an interval, which takes {}: differences may "
        "be chance.",
        seeds, seeds == 1 ? "" : "s", needed);
  }
  return text;
}

std::string widths_sentence(const Cells& learners, const Analysis& analysis) {
  Cells measured;
  for (const auto* cell : learners) {
    if (cell->sensitivity && !cell->is_design) measured.push_back(cell);
  }
  if (measured.empty()) return "";
  std::stable_sort(measured.begin(), measured.end(), [](const auto* a, const auto* b) {
    return a->sensitivity->width.decades.value > b->sensitivity->width.decades.value;
  });
  std::string text;
  bool open = false;
  for (const auto* cell : measured) {
    const auto& width = cell->sensitivity->width;
    const bool bound = width.open_below || width.open_above;
    open |= bound;
    text += text.empty() ? fmt::format("{} is within {:.0f} % of its best over ", line_label(cell->line),
                                       100 * analysis.options.tolerance)
                         : fmt::format("; {} over ", line_label(cell->line));
    text += fmt::format("{}{}{}", bound ? "at least " : "", metric_text(width.decades.value, 2),
                        cell == measured.front() ? " decades of learning rates" : "");
  }
  return text + " (of the way to the constant prediction)." +
         (open ? " \"At least\": it reaches the end of the grid." : "");
}

std::string default_sentence(const CellAnalysis& cell) {
  if (!cell.default_rate || !cell.default_rate->fails) return "";
  return fmt::format("At its default rate {} {} fails here: it scores {}, no better than the constant prediction.",
                     rate_text(cell.default_rate->result.learning_rate), line_label(cell.line),
                     metric_text(cell.default_rate->result.score.value));
}

std::string edge_sentence(const CellAnalysis& cell) {
  if (cell.try_next.empty()) return "";
  std::vector<std::string> rates;
  for (const double rate : cell.try_next) rates.push_back(rate_text(rate));
  return fmt::format("The best rate of {} is the {} of its grid, so its figures are bounds: try {}, too.",
                     line_label(cell.line), cell.best_at == GridEdge::kSmallest ? "smallest" : "largest",
                     fmt::join(rates, ", "));
}

}  // namespace

std::vector<AnalysedBlock> blocks_of(const Analysis& analysis) {
  std::vector<AnalysedBlock> blocks;
  for (const auto& cell : analysis.cells) {
    auto place =
        std::find_if(blocks.begin(), blocks.end(), [&](const auto& block) { return block.name == cell.block; });
    if (place == blocks.end()) place = blocks.insert(blocks.end(), {cell.block, {}});
    place->cells.push_back(&cell);
  }
  for (auto& block : blocks) {
    std::stable_sort(block.cells.begin(), block.cells.end(),
                     [](const auto* a, const auto* b) { return a->variant < b->variant; });
  }
  return blocks;
}

std::vector<std::string> conclusions(const AnalysedBlock& block, const Analysis& analysis) {
  std::vector<std::string> sentences;
  const auto add = [&](std::string sentence) {
    if (!sentence.empty()) sentences.push_back(std::move(sentence));
  };
  const auto learners = with(block, Standing::kLearns);
  const auto unjudged = with(block, Standing::kNoReference);  // what they score is known all the same
  if (!learners.empty()) {
    add(scores_sentence(learners, analysis));
    add(widths_sentence(learners, analysis));
  } else if (!unjudged.empty()) {
    add(scores_sentence(unjudged, analysis));
  }
  if (const auto cells = with(block, Standing::kNeverLearns); !cells.empty()) {
    add(fmt::format(
        "{} never learn{}: at no rate of the grid is the constant prediction ({}) beaten by {:.0f} % of its "
        "error, so nothing is said about tuning, however alike the rates look.",
        names(cells), cells.size() == 1 ? "s" : "", metric_text(cells.front()->trivial->score),
        100 * analysis.options.margin));
  }
  if (const auto cells = with(block, Standing::kDoesNotRepeat); !cells.empty()) {
    add(fmt::format(
        "What {} learn{} on the search seeds does not repeat: on the fresh ones the best rate does not beat the "
        "constant prediction ({}), so nothing is said about tuning.",
        names(cells), cells.size() == 1 ? "s" : "", metric_text(cells.front()->trivial->score)));
  }
  if (const auto cells = with(block, Standing::kIncomplete); !cells.empty())
    add(fmt::format("Trials of the search of {} are missing or failed: no figures until they are there.",
                    names(cells)));
  if (!unjudged.empty())
    add("The records do not say what the constant prediction scores, so nothing can be said about tuning; give it with "
        "--trivial-score.");
  for (const auto* cell : block.cells) add(default_sentence(*cell));
  for (const auto* cell : learners) add(edge_sentence(*cell));
  return sentences;
}

}  // namespace nero_bench
