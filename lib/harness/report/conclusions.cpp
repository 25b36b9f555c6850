#include "harness/report/conclusions.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "harness/experiment/config_warnings.h"
#include "harness/report/numbers.h"
#include "harness/report/table.h"
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
    text += cell->line;
  }
  return text;
}

std::string metric_sentence(const AnalysedBlock& block, const Analysis& analysis) {
  const bool larger = direction_of(analysis.select.name()) == Direction::kLargerIsBetter;
  const auto& trivial = block.cells.front()->trivial;
  return fmt::format("Scores are {}, {} is better{}.", metric_title(analysis.select), larger ? "higher" : "lower",
                     trivial ? "; the best constant prediction scores " + metric_text(trivial->score) : "");
}

// A score that is told of a cell, with the remark that belongs to it.
struct Told {
  const CellAnalysis* cell;
  double score;
  std::string where;
  std::string remark;
};

Told on_fresh_seeds(const CellAnalysis& cell) {
  const auto& fresh = cell.fresh->score;
  return {&cell, fresh.value, "at rate " + rate_text(cell.fresh->learning_rate),
          fresh.interval ? fmt::format(" ({})", interval_text(*fresh.interval)) : ""};
}

Told on_search_seeds(const CellAnalysis& cell) {
  const bool one = cell.curve.at(*cell.best).seeds == 1;
  return {&cell, cell.best_score, cell.rates_alike ? "at every rate" : "at rate " + rate_text(*cell.best_rate),
          one ? " (search seed)" : " (search seeds)"};
}

// "nero scores .848 at rate 1e-2; adam .801 at rate 1e-3", the best first.
std::string ranked(std::vector<Told> list, const Analysis& analysis) {
  const bool larger = direction_of(analysis.select.name()) == Direction::kLargerIsBetter;
  std::stable_sort(list.begin(), list.end(),
                   [&](const Told& a, const Told& b) { return larger ? a.score > b.score : a.score < b.score; });
  std::string text;
  for (const auto& [cell, score, where, remark] : list) {
    text += fmt::format("{}{} {} {}{}", text.empty() ? "" : "; ", cell->line + (text.empty() ? " scores" : ""),
                        metric_text(score), where, remark);
  }
  return text;
}

// What to think of fresh scores that have no interval; nothing if all have one.
std::string too_few_sentence(const Cells& cells) {
  std::set<std::int64_t> seeds;
  std::int64_t needed = 0;
  for (const auto* cell : cells) {
    if (cell->fresh->score.interval) continue;
    seeds.insert(cell->fresh->score.count);
    needed = cell->fresh->score.needed;
  }
  if (seeds.empty()) return "";
  const auto range = *seeds.begin() == *seeds.rbegin() ? std::to_string(*seeds.begin())
                                                       : fmt::format("{} to {}", *seeds.begin(), *seeds.rbegin());
  return fmt::format(
      " With {} fresh seed{} a rate there are too few for an interval, which takes {}: differences may be chance.",
      range, *seeds.rbegin() == 1 ? "" : "s", needed);
}

std::string flattery_sentence(bool beside_fresh) {
  return std::string(" Only the search seeds ran at this rate: the score is flattered by the choice of the rate") +
         (beside_fresh ? ", and not to be compared with those on fresh seeds." : ".");
}

// Those on fresh seeds, and apart from them those of search seeds alone, which are flattered: two rankings.
std::vector<std::string> scores_sentences(const Cells& cells, const Analysis& analysis) {
  Cells fresh_cells;
  std::vector<Told> fresh, searched;
  for (const auto* cell : cells) {
    if (!cell->best_rate) continue;
    if (cell->fresh) fresh_cells.push_back(cell);
    (cell->fresh ? fresh : searched).push_back(cell->fresh ? on_fresh_seeds(*cell) : on_search_seeds(*cell));
  }
  std::vector<std::string> sentences;
  if (!fresh.empty()) sentences.push_back(ranked(fresh, analysis) + "." + too_few_sentence(fresh_cells));
  if (!searched.empty()) {
    const bool chosen =
        std::any_of(searched.begin(), searched.end(), [](const Told& it) { return !it.cell->rates_alike; });
    sentences.push_back(ranked(searched, analysis) + "." + (chosen ? flattery_sentence(!fresh.empty()) : ""));
  }
  return sentences;
}

// What became of repeats that are no fresh evidence.
std::string shared_seeds_sentence(const Analysis& analysis) {
  std::vector<std::int64_t> shared;
  for (const auto seed : analysis.repeat_seeds) {
    const auto& search = analysis.search_seeds;
    if (std::find(search.begin(), search.end(), seed) != search.end()) shared.push_back(seed);
  }
  if (shared.empty()) return "";
  return fmt::format("The repeat {} {} no fresh one{}, as the search ran with {}, too.", seeds_text(shared),
                     shared.size() == 1 ? "is" : "are", shared.size() == 1 ? "" : "s",
                     shared.size() == 1 ? "it" : "them");
}

std::string width_text(const UsableWidth& width, bool is_first) {
  const auto& decades = width.decades;
  const auto doubt = decades.interval     ? interval_text(*decades.interval, 2)
                     : decades.count == 1 ? "one search seed"
                                          : fmt::format("{} search seeds, too few for an interval", decades.count);
  return fmt::format("{}{}{} ({})", width.open_below || width.open_above ? "at least " : "",
                     metric_text(decades.value, 2), is_first ? " decades of learning rates" : "", doubt);
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
  const double percent = 100 * analysis.options.tolerance;
  std::string text;
  bool open = false;
  for (const auto* cell : measured) {
    const auto& width = cell->sensitivity->width;
    open |= width.open_below || width.open_above;
    text += text.empty() ? fmt::format("{} is within {:.0f} % of its best over ", cell->line, percent)
                         : fmt::format("; {} over ", cell->line);
    text += width_text(width, cell == measured.front());
  }
  return text + fmt::format(". The {:.0f} % are of the way from the best to the constant prediction.", percent) +
         (open ? " \"At least\": it reaches the end of the grid." : "");
}

// A mean over seeds hides that some of them ended without a result.
std::string divergence_sentence(const CellAnalysis& cell) {
  if (cell.standing == Standing::kNeverLearns) return "";
  std::string text;
  if (cell.best_diverged > 0) {
    text = fmt::format("Of {}, {} of {} search seeds diverged at its best rate {}; they count as untrained networks.",
                       cell.line, cell.best_diverged, cell.curve.at(*cell.best).seeds, rate_text(*cell.best_rate));
  }
  if (cell.fresh && cell.fresh->diverged > 0) {
    text += fmt::format("{}Of {}, {} of {} fresh seeds diverged at rate {}.", text.empty() ? "" : " ", cell.line,
                        cell.fresh->diverged, cell.fresh->score.count, rate_text(cell.fresh->learning_rate));
  }
  if (cell.fresh_of_another) {
    text += fmt::format("{}The fresh seeds of {} ran at rate {}; its best one over the search seeds is {}.",
                        text.empty() ? "" : " ", cell.line, rate_text(cell.fresh->learning_rate),
                        rate_text(*cell.best_rate));
  }
  return text;
}

std::string default_sentence(const CellAnalysis& cell, const Analysis& analysis) {
  if (!cell.default_rate || !cell.default_rate->fails) return "";
  return fmt::format(
      "At its default rate {} {} fails here: it scores {}, which does not beat the constant prediction by {:.0f} % of "
      "its error.",
      rate_text(cell.default_rate->result.learning_rate), cell.line, metric_text(cell.default_rate->result.score.value),
      100 * analysis.options.margin);
}

std::string edge_sentence(const CellAnalysis& cell) {
  if (cell.rates_alike) return fmt::format("Every rate gives {} the same, so none is best.", cell.line);
  if (cell.try_next.empty()) return "";
  std::vector<std::string> rates;
  for (const double rate : cell.try_next) rates.push_back(rate_text(rate));
  return fmt::format("The best rate of {} is the {} of its grid, so its figures are bounds: try {}, too.", cell.line,
                     cell.best_at == GridEdge::kSmallest ? "smallest" : "largest", fmt::join(rates, ", "));
}

}  // namespace

std::vector<std::string> conclusions(const AnalysedBlock& block, const Analysis& analysis) {
  std::vector<std::string> sentences{metric_sentence(block, analysis)};
  const auto add = [&](std::string sentence) {
    if (!sentence.empty()) sentences.push_back(std::move(sentence));
  };
  const auto learners = with(block, Standing::kLearns);
  const auto unjudged = with(block, Standing::kNoReference);  // what they score is known all the same
  for (auto& sentence : scores_sentences(learners.empty() ? unjudged : learners, analysis)) add(std::move(sentence));
  add(shared_seeds_sentence(analysis));
  add(widths_sentence(learners, analysis));
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
  for (const auto* cell : block.cells) add(divergence_sentence(*cell));
  for (const auto* cell : block.cells) add(default_sentence(*cell, analysis));
  for (const auto* cell : learners.empty() ? unjudged : learners) add(edge_sentence(*cell));
  return sentences;
}

std::string precision_sentence(const Analysis& analysis) {
  if (analysis.precisions.size() < 2) return "";
  return fmt::format(
      "Tasks at {} are neither set against each other nor pooled, so that the precision is not taken for the "
      "optimiser. "
      "To compare precisions, run the experiment once with each as task.precision, in place of the axis, and with a "
      "--results of its own; then nero-bench compare A B --across precision.",
      fmt::join(analysis.precisions, " and "));
}

}  // namespace nero_bench
