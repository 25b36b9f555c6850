#include "harness/report/figures_legend.h"

#include <fmt/format.h>

namespace nero_bench {

std::vector<std::string> legend_of_tasks(const Analysis& analysis) {
  const auto& options = analysis.options;
  return {fmt::format("Best rate: < and > where it is the smallest or largest of its grid, so that a wider grid may do "
                      "better; alike where every rate gives the same, so none is best. Search score: on the seeds that "
                      "chose the rate, so it is flattered; fresh score: on seeds that did not. In brackets: the "
                      "{:.0f} % interval, for {}; †: too few seeds for one.",
                      100 * options.confidence, kIntervalsOfATask),
          fmt::format("Usable decades: rates within {:.0f} % of the way from the best to the constant prediction (≥: "
                      "they reach the end of the grid). Lost: by how much a rate of the shared grid is worse than the "
                      "best one, on average, as a share of all there is to lose. never_learns: no rate beats the "
                      "constant prediction by {:.0f} % of its error.",
                      100 * options.tolerance, 100 * options.margin),
          "Epochs to target: the median until the target is reached. Peak bytes: the most that a trial had allocated "
          "for tensors, gradients and activations included, which is where a step in the backward pass saves memory."};
}

std::vector<std::string> legend_of_tuning(const Analysis& analysis) {
  return {
      fmt::format("Gap: by how much the search flattered the fresh score's rate; regret: what the default rate "
                  "loses against the best one. Valleys: separate ones of the error over the rates. Excess: the "
                  "mean over the shared grid of what is lost against the best rate; lost near: lost, within {:g} "
                  "decade of the own best rate (~: the grid does not cover it). CPE, CPU, CPL: the expected best "
                  "score averaged over budgets of rates, with weight on the small ones, even, and on the large "
                  "ones. Means of costs: until the target is reached, or until the end of training.",
                  analysis.options.window)};
}

std::vector<std::string> legend_over_tasks(const Analysis& analysis) {
  if (analysis.over_tasks.empty()) return {};
  return {
      fmt::format("Over tasks. Tuned: the mean share of the way from the constant prediction to the best of each "
                  "task, each at its best rate; gain by tuning: what that is better than one rate for all; "
                  "profile: the area of the Dolan-Moré profile of errors up to {:g} times the best, 1 is best on "
                  "every task. Intervals over tasks are for {}; †: too few tasks for one; what has none is of "
                  "these tasks.",
                  analysis.options.furthest_ratio, kIntervalsOverTasks)};
}

}  // namespace nero_bench
