#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bootstrap.h"
#include "harness/analysis/summary.h"

namespace nero_bench {

// What the analysis assumes; every output repeats it.
struct AnalysisOptions {
  double margin = 0.05;    // share of the trivial predictor's error by which a rate must beat it to count as learning
  double tolerance = 0.1;  // share of the way from the best to the trivial error within which a rate is usable
  double window = 1;       // decades on each side of the own best rate
  double confidence = 0.95;
  double furthest_ratio = 4;              // Dolan-Moré profiles are integrated up to this multiple of the best error
  std::optional<double> trivial_score{};  // for records that do not say it
  std::optional<double> target_score{};   // to be reached; else nine tenths of the way to the best of the task
};

// Of what its intervals are: they hold the figure of everything that could have been drawn like this, and of nothing
// beyond it.
inline constexpr std::string_view kIntervalsOfATask = "new seeds on the same task, at the same rates";
inline constexpr std::string_view kBandsOfTuning = "new rates, drawn at random like those of the grid";
inline constexpr std::string_view kIntervalsOverTasks = "new tasks like these, each with new seeds, as many as these";

// Errors are distances from the perfect score: 1 − accuracy, or the loss. Scores are in the unit of the metric.

// A score without learning, and where it is from.
struct ReferenceScore {
  double score = 0;
  double error = 0;
  std::string source;
};

// Whether figures about tuning mean anything. Only what learns has them: an optimiser that fails alike at every rate
// would look insensitive.
enum class Standing {
  kLearns,
  kNeverLearns,    // does not beat the trivial predictor by the margin, not even at its best rate
  kDoesNotRepeat,  // does so at its best rate on the search seeds, but not on the fresh ones that ran there
  kIncomplete,     // trials of the search are missing, or failed
  kNoReference,    // nobody says what the trivial predictor scores
};

// One rate, or another candidate, over the search seeds; a diverged trial counts as one that has learnt nothing.
struct RatePoint {
  double learning_rate = 0;
  std::vector<Setting> settings;  // of a candidate of a search design, besides its rate
  double score = 0;               // mean; NaN where a seed has no result
  double error = 0;
  std::int64_t seeds = 0;  // with a result
  std::int64_t diverged = 0;
  double lowest = 0;  // scores of single seeds; NaN like the mean
  double highest = 0;
};

// A rate judged on seeds that had no part in choosing it.
struct FreshScore {
  double learning_rate = 0;
  Estimate score;
  std::int64_t diverged = 0;
};

struct DefaultRate {
  FreshScore result;
  bool fails = false;  // it does not beat the trivial predictor by the margin
  double regret = 0;   // its error − that of the best rate, over the seeds that ran at both
};

// Decades of rates around the best one at which the error is at most `tolerance` of the way from the best to the
// trivial one, linear in the logarithm of the rate between those of the grid.
struct UsableWidth {
  Estimate decades;
  bool open_below = false;  // it reaches the end of the grid: a lower bound
  bool open_above = false;
};

// Learning-rate sensitivity (Wortsman et al. 2023, arXiv 2309.14322, section 2.2): mean over a logarithmic grid of
// min(error, error before training) − best error. Normalised by (error before training − best): 0 all rates alike,
// 1 no rate but the best learns anything.
struct LearningRateSensitivity {
  Estimate value;
  Estimate normalised;
  double lowest_rate = 0;
  double highest_rate = 0;
  std::int64_t rates = 0;
  bool complete = true;  // the grid covers the whole window
};

// Expected best score after `tried` of the rates, drawn without replacement; the band holds for all budgets at once if
// the rates of the grid are taken for independent draws.
struct TuningPoint {
  std::int64_t tried = 0;
  double score = 0;
  Interval band;
};

// Tunability (Sivaprasad et al. 2020, arXiv 1910.11758, section 3): the expected best score averaged over the budgets
// k = 1 … n, with weights that fall (n − k + 1), are equal, or rise (k).
struct Tunability {
  double early = 0;    // CPE
  double uniform = 0;  // CPU
  double late = 0;     // CPL
};

// Of a search design only the last two are figures: its points differ in more than the rate.
struct Sensitivity {
  std::int64_t modes = 0;  // separate valleys of the error over the rates, deeper than the tolerance
  UsableWidth width;
  LearningRateSensitivity shared;  // on the rates that all optimisers of the task tried
  LearningRateSensitivity own;     // within the window around the own best rate
  std::vector<TuningPoint> tuning;
  Tunability tunability;
};

// A cost to the target over seeds at the best rate. Trials that end without it are censored there; one that diverged
// never reaches it.
struct CostToTarget {
  double median = 0;         // Kaplan-Meier; infinite: less than half reach it
  Estimate restricted_mean;  // of min(cost, horizon)
  double horizon = 0;
};

struct TimeToTarget {
  double score = 0;
  std::int64_t trials = 0;
  std::int64_t reached = 0;
  bool on_search_seeds = false;  // no others ran at this rate
  CostToTarget epochs;
  CostToTarget steps;
  CostToTarget seconds;  // of training, without evaluation
};

// One optimiser on one task. Its best rate, on which every figure rests, is that of the least mean error over the
// search seeds; one at which no seed completed is none. What the repeats run is the best rate whose search seeds all
// completed (Summary); where that is another one, the fresh score is of it.
struct CellAnalysis {
  std::string task;
  std::string optimiser;
  std::string block;  // as in Cell
  std::string line;
  std::size_t variant = 0;
  std::int64_t study = 0;
  bool is_design = false;  // candidates drawn from a space, not a grid of rates
  std::vector<Setting> settings;

  Standing standing = Standing::kIncomplete;
  StatusCounts search;
  std::vector<RatePoint> curve;  // ascending rates
  std::optional<ReferenceScore> trivial;
  std::optional<ReferenceScore> untrained;  // caps the errors: before the first step, else the trivial predictor

  std::optional<std::size_t> best;  // of `curve`
  std::optional<double> best_rate;  // its learning rate
  double best_score = 0;            // on the search seeds, which chose it; NaN without a best rate
  std::int64_t best_diverged = 0;   // so many of them diverged there
  GridEdge best_at = GridEdge::kInside;
  bool rates_alike = false;         // as in CellSummary: the best rate is any of them, and at no end of the grid
  std::vector<double> try_next;     // rates beyond that end of the grid
  std::optional<FreshScore> fresh;  // at the best rate; absent where only the search seeds ran
  bool fresh_of_another = false;    // it is of the rate that was repeated, which is not the best
  double selection_gap = 0;         // by how much the search flattered the rate of `fresh`; NaN without it
  std::optional<DefaultRate> default_rate;  // absent where the config names none, or it did not run

  std::optional<Sensitivity> sensitivity;  // only of what learns, and tried two rates or more
  std::optional<TimeToTarget> target;      // likewise

  std::optional<std::int64_t> state_bytes;  // costs: as in CellSummary
  std::optional<std::int64_t> step_transient_bytes;
  std::optional<std::int64_t> allocator_peak_bytes;
  std::optional<double> step_seconds;
  std::optional<double> optimiser_seconds;
};

// A step of a Dolan-Moré profile: the share of tasks on which the optimiser's best error is at most `ratio` times the
// best of all optimisers.
struct ProfileStep {
  double ratio = 1;
  double share = 0;
};

// One optimiser variant over the tasks whose searches are complete, two or more. Shares are of the way from the trivial
// predictor to the best that any optimiser reached on the task: 0 nothing learnt, 1 the best. Intervals are for new
// tasks like these, each with as many seeds; what has none is of the tasks given. Whole tasks are resampled, and no
// seeds within them: a task's figure varies by its seeds already, and drawing them again would count that twice
// (Davison & Hinkley 1997, section 3.8; Field & Welsh 2007, J. R. Statist. Soc. B 69, 369-390;
// results/published/README.md).
struct OptimiserOverTasks {
  std::string line;
  std::int64_t tasks = 0;
  std::int64_t learnt = 0;  // on how many it learns; on none, the figures about tuning are absent

  double per_task_tuned = 0;  // mean share at the best rate of each task
  // How much of it needs tuning to the task (Adkins et al. 2024, arXiv 2412.07165, section 3, with this scale of
  // scores): per-task-tuned − the mean share of the one rate that is best for all.
  std::optional<Estimate> tuning_gain;
  std::optional<double> cross_task_rate;
  std::optional<Estimate> default_regret;  // mean share at the best rate − at the default rate

  // Dolan & Moré 2002, equation 2, of errors; where it does not learn the ratio is infinite. The area below it between
  // ratio 1 and the furthest, over that length: 1 is best on every task.
  std::vector<ProfileStep> profile;
  double profile_area = 0;
};

struct Analysis {
  std::string experiment;
  std::string description;
  Selection select;
  std::vector<std::int64_t> search_seeds;
  std::vector<std::int64_t> repeat_seeds;
  AnalysisOptions options;
  std::vector<std::string> precisions;  // of the tasks, each once
  std::vector<CellAnalysis> cells;      // in the order of expand()
  // Empty for a single task, for search designs, and where tasks differ in precision.
  std::vector<OptimiserOverTasks> over_tasks;
};

// How much tuning the optimisers of an experiment need: a pure function of config and records. Throws ConfigError if a
// completed record lacks the selection metric, and for options that cannot be, such as an accuracy of 5.
Analysis analyse(const ExperimentConfig& config, std::span<const TrialRecord> records,
                 const AnalysisOptions& options = {});

}  // namespace nero_bench
