#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "harness/experiment/cells.h"
#include "trial/trial_record.h"

namespace nero_bench {

// How the trials of a group ended.
struct StatusCounts {
  std::int64_t completed = 0;
  std::int64_t diverged = 0;
  std::int64_t timed_out = 0;
  std::int64_t out_of_memory = 0;
  std::int64_t failed = 0;
  std::int64_t interrupted = 0;
  std::int64_t missing = 0;  // planned, no record

  void count(TrialStatus status);
  void add(const StatusCounts& other);
  std::int64_t failures() const { return timed_out + out_of_memory + failed; }
  std::int64_t total() const { return completed + diverged + failures() + interrupted + missing; }
};

// A metric over seeds. Everything is NaN where there is nothing, the deviation also for one value.
struct Spread {
  std::int64_t count = 0;
  double mean = 0;
  double minimum = 0;
  double maximum = 0;
  double standard_deviation = 0;
};

// One candidate over its seeds, in a grid a learning rate; the metric is that of the completed trials.
struct RateSummary {
  double learning_rate = 0;
  std::vector<Setting> settings = {};  // of the candidate, besides its rate
  Spread metric;
  StatusCounts counts;
};

enum class GridEdge { kInside, kSmallest, kLargest };

struct CellSummary {
  std::string task;
  std::string optimiser;
  std::string block;  // as in Cell
  std::string line;
  std::size_t variant = 0;
  std::int64_t study = 0;
  bool is_design = false;  // candidates drawn from a space, not a grid of rates
  std::vector<Setting> settings;

  std::vector<RateSummary> rates;  // the candidates, ascending by rate
  bool search_complete = false;
  std::optional<std::size_t> best;  // of `rates`; so far, if the search is not complete
  std::optional<double> best_rate;  // its learning rate
  double best_metric = 0;           // NaN without a best rate
  GridEdge best_at = GridEdge::kInside;
  bool rates_alike =
      false;  // several rates, one mean: the best one is an accident, such as a network that never learns

  std::optional<RateSummary> repeats;  // absent without repeat seeds, and while the search has not chosen a rate
  StatusCounts totals;                 // search and repeats, a trial of both once

  // Over the trials that took a step; absent without one.
  std::optional<std::int64_t> state_bytes;         // of the optimiser; largest
  std::optional<std::int64_t> process_peak_bytes;  // largest
  std::optional<std::int64_t> allocator_peak_bytes;
  std::optional<std::int64_t> step_transient_bytes;  // of an optimiser step; largest
  std::optional<double> step_seconds;                // median of the trials' medians
  std::optional<double> optimiser_seconds;           // the optimiser's part of it

  bool is_best(const RateSummary& candidate) const;  // also of the repeats of it
};

struct Summary {
  std::string experiment;
  std::string description;
  std::string paper;
  Selection select;
  std::vector<std::int64_t> search_seeds;
  std::vector<std::int64_t> repeat_seeds;
  std::vector<std::int64_t> choosing_repeat_seeds;  // of them, those by which the repeated rates were chosen
  std::vector<CellSummary> cells;                   // in the order of expand()
  StatusCounts totals;
};

// What the records say about the experiment: a pure function of both. Throws ConfigError if a completed record lacks
// the selection metric.
Summary summarise(const ExperimentConfig& config, std::span<const TrialRecord> records);

}  // namespace nero_bench
