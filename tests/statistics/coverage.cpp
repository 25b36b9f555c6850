// How often the intervals of the analysis hold what they are of, in simulation.
// usage: coverage DRAWS; prints a JSON object a kind of interval, scenario and number of seeds.
#include <fmt/format.h>

#include <cmath>
#include <iostream>
#include <numeric>
#include <random>

#include "base/distributions.h"
#include "base/expected_best.h"
#include "base/statistics.h"
#include "harness/analysis/over_tasks.h"
#include "harness/analysis/rate_curve.h"
#include "harness/analysis/sensitivity.h"
#include "harness/analysis/time_to_target.h"

namespace nero_bench {
namespace {

constexpr double kConfidence = 0.95;

struct Count {
  int printed = 0;
  int held = 0;

  void add(const std::optional<Interval>& interval, double truth) {
    if (!interval) return;
    ++printed;
    held += interval->low <= truth && truth <= interval->high ? 1 : 0;
  }
};

void print(const std::string& kind, const std::string& scenario, int seeds, int draws, const Count& count) {
  const double coverage = static_cast<double>(count.held) / std::max(1, count.printed);
  std::cout << Json{{"kind", kind},   {"scenario", scenario},     {"seeds", seeds},
                    {"draws", draws}, {"printed", count.printed}, {"coverage", coverage}}
                   .dump()
            << std::endl;
}

using Generator = std::mt19937_64;

double normal(Generator& generator, double mean, double deviation) {
  return std::normal_distribution<double>(mean, deviation)(generator);
}

// A score over seeds: normal, and skewed as near a ceiling (one minus a gamma variable of shape 4: skewness −1).
void simulate_means(int draws) {
  for (const int seeds : {2, 3, 4, 5, 10, 20}) {
    Generator generator(1);
    Count normal_scores, skewed_scores;
    for (int i = 0; i < draws; ++i) {
      std::vector<double> a, b;
      for (int seed = 0; seed < seeds; ++seed) {
        a.push_back(normal(generator, 0.8, 0.02));
        b.push_back(1 - std::gamma_distribution<double>(4, 0.02)(generator));
      }
      normal_scores.add(mean_estimate(a, {.confidence = kConfidence}).interval, 0.8);
      skewed_scores.add(mean_estimate(b, {.confidence = kConfidence}).interval, 1 - 4 * 0.02);
    }
    print("mean", "normal", seeds, draws, normal_scores);
    print("mean", "skewness -1", seeds, draws, skewed_scores);
  }
}

struct Curve {
  std::string name;
  std::vector<double> errors;
  double deviation;
};

// E min(X, cap) of a normal X.
double capped_mean(double mean, double deviation, double cap) {
  const double z = (cap - mean) / deviation;
  const double density = std::exp(-z * z / 2) / std::sqrt(2 * M_PI);
  return cap - deviation * (z * normal_cdf(z) + density);
}

void simulate_sensitivity(int draws, const Curve& curve) {
  constexpr double kCap = 0.9;
  const std::vector<double> rates{1e-4, 1e-3, 1e-2, 1e-1, 1};
  const AnalysisOptions options{.confidence = kConfidence};
  std::vector<double> truth;
  for (const double error : curve.errors) truth.push_back(capped_mean(error, curve.deviation, kCap));
  const double best = minimum(truth);
  const double excess_of_truth = mean(truth) - best;
  const double width = width_within(rates, truth, best + options.tolerance * (kCap - best)).decades;
  for (const int seeds : {3, 4, 5, 10, 20}) {
    Generator generator(2);
    Count excess, lost, decades;
    for (int i = 0; i < draws; ++i) {
      SearchErrors search{rates, {}, rates, 0, kCap, kCap};
      std::vector<double> means;
      for (const double error : curve.errors) {
        auto& row = search.errors.emplace_back();
        for (int seed = 0; seed < seeds; ++seed)
          row.push_back(std::min(kCap, normal(generator, error, curve.deviation)));
        means.push_back(mean(row));
      }
      search.best = best_index(means);
      const auto result = sensitivity_of(search, {}, options);
      excess.add(result.shared.value.interval, excess_of_truth);
      lost.add(result.shared.normalised.interval, excess_of_truth / (kCap - best));
      decades.add(result.width.decades.interval, width);
    }
    print("sensitivity", curve.name, seeds, draws, excess);
    print("normalised sensitivity", curve.name, seeds, draws, lost);
    print("usable width", curve.name, seeds, draws, decades);
  }
}

// A trial of `epochs` epochs whose accuracy jumps above one half at epoch `reached`, or never.
TrialRecord trial_that_reaches(double reached, int epochs) {
  TrialRecord record;
  record.status = TrialStatus::kCompleted;
  record.steps = epochs;
  for (int epoch = 1; epoch <= epochs; ++epoch)
    record.curve.push_back({epoch, epoch, 0.1, {{"test.accuracy", epoch >= reached ? 0.6 : 0.1}}});
  return record;
}

// Lognormal times to the target, of which a share lies beyond the horizon.
void simulate_time_to_target(int draws, double beyond) {
  constexpr int kEpochs = 100;
  constexpr double kSpread = 0.4;
  const double centre = std::log(kEpochs) - kSpread * normal_quantile(1 - beyond);
  const auto draw = [&](Generator& generator) { return std::ceil(std::exp(normal(generator, centre, kSpread))); };
  double truth = 0;
  for (int epoch = 0; epoch < kEpochs; ++epoch)  // Σ P(time > epoch)
    truth += epoch == 0 ? 1 : 1 - normal_cdf((std::log(epoch) - centre) / kSpread);
  for (const int trials : {3, 5, 8, 10, 20}) {
    Generator generator(3);
    Count count;
    for (int i = 0; i < draws; ++i) {
      std::vector<TrialRecord> records;
      for (int trial = 0; trial < trials; ++trial) records.push_back(trial_that_reaches(draw(generator), kEpochs));
      std::vector<const TrialRecord*> pointers;
      for (const auto& record : records) pointers.push_back(&record);
      const auto result = time_to_target(pointers, 0.5, {}, {.confidence = kConfidence});
      count.add(result->epochs.restricted_mean.interval, truth);
    }
    print("restricted mean", std::to_string(std::lround(100 * beyond)) + " % never reach", trials, draws, count);
  }
}

// Shares of five rates on a task: a bump, whose centre lies `apart` from that of other tasks.
std::vector<double> task_shares(Generator& generator, double apart) {
  std::uniform_real_distribution<double> uniform(0, 1);
  const double centre = normal(generator, 2, apart);
  const double width = 1.2 + 0.3 * uniform(generator);
  const double top = 0.8 + 0.2 * uniform(generator);
  std::vector<double> shares;
  for (int rate = 0; rate < 5; ++rate) shares.push_back(top * std::exp(-std::pow((rate - centre) / width, 2) / 2));
  return shares;
}

void simulate_tuning_gain(int draws, double apart) {
  const auto drawn_tasks = [&](Generator& generator, int count) {
    std::vector<std::vector<double>> tasks;
    while (static_cast<int>(tasks.size()) < count) tasks.push_back(task_shares(generator, apart));
    return tasks;
  };
  Generator generator(5);
  std::vector<std::size_t> all(200'000);
  std::iota(all.begin(), all.end(), std::size_t{0});
  const double truth = tuning_gain(drawn_tasks(generator, static_cast<int>(all.size())), all).gain;
  for (const int tasks : {5, 20, 100}) {
    Count count;
    for (int i = 0; i < draws; ++i)
      count.add(estimated_gain(drawn_tasks(generator, tasks), kConfidence).interval, truth);
    print("tuning gain", apart < 0.5 ? "tasks alike" : "tasks apart", tasks, draws, count);
  }
}

// The default rate is the second of the five; it loses most of a task's best share on few tasks, nothing on many.
void simulate_default_regret(int draws, double apart) {
  const auto drawn_regret = [&](Generator& generator) {
    const auto shares = task_shares(generator, apart);
    return maximum(shares) - shares[1];
  };
  Generator generator(6);
  double truth = 0;
  constexpr int kMany = 200'000;
  for (int i = 0; i < kMany; ++i) truth += drawn_regret(generator) / kMany;
  for (const int tasks : {20, 100, 200}) {
    Count count;
    for (int i = 0; i < draws; ++i) {
      std::vector<double> regrets;
      while (static_cast<int>(regrets.size()) < tasks) regrets.push_back(drawn_regret(generator));
      count.add(estimated_regret(regrets, kConfidence).interval, truth);
    }
    print("default regret", apart < 0.5 ? "tasks alike" : "tasks apart", tasks, draws, count);
  }
}

// The mean of several tasks' scores, each the mean of several seeds, whose spread is so many times that of the tasks.
// The truth is that of all tasks that could be drawn. By resampling whole tasks, as what is over tasks is estimated,
// and by resampling the seeds of each task drawn again; the latter as what it tends to with the number of resamples.
void simulate_nesting(int draws, int seeds, double spread) {
  for (const int tasks : {3, 5, 20, 100}) {
    Generator generator(7);
    Count whole, nested;
    for (int i = 0; i < draws; ++i) {
      std::vector<double> scores;
      double within = 0;  // the variance that seeds drawn again add to a task's score
      for (int task = 0; task < tasks; ++task) {
        const double centre = normal(generator, 0, 1);
        std::vector<double> of_task;
        for (int seed = 0; seed < seeds; ++seed) of_task.push_back(normal(generator, centre, spread));
        scores.push_back(mean(of_task));
        within += std::pow(standard_deviation(of_task), 2) * (seeds - 1) / (seeds * seeds) / tasks;
      }
      const double value = mean(scores);
      const double variance = std::pow(standard_deviation(scores), 2) * (tasks - 1) / tasks + within;
      const double reach = student_quantile((1 + kConfidence) / 2, tasks - 1) * std::sqrt(variance / (tasks - 1));
      whole.add(mean_estimate(scores, {.confidence = kConfidence}).interval, 0);
      nested.add(Interval{value - reach, value + reach}, 0);
    }
    const auto scenario = fmt::format("{} seeds, spread {:g} times that of tasks", seeds, spread);
    print("mean over tasks", scenario, tasks, draws, whole);
    print("mean over tasks, nested", scenario, tasks, draws, nested);
  }
}

// Whether the band holds the distribution at every point (exact), and the expected best of all k at once.
void simulate_band(int draws) {
  for (const int count : {3, 5, 10, 20}) {
    Generator generator(4);
    const double distance = kolmogorov_quantile(kConfidence, static_cast<std::size_t>(count));
    Count distribution, curve;
    for (int i = 0; i < draws; ++i) {
      std::vector<double> values;
      for (int j = 0; j < count; ++j) values.push_back(std::uniform_real_distribution<double>(0, 1)(generator));
      std::sort(values.begin(), values.end());
      double deviation = 0;
      for (int j = 0; j < count; ++j)
        deviation = std::max({deviation, static_cast<double>(j + 1) / count - values[static_cast<std::size_t>(j)],
                              values[static_cast<std::size_t>(j)] - static_cast<double>(j) / count});
      distribution.add(Interval{0, distance}, deviation);
      const auto band = expected_minimum_band(values, 0, 1, kConfidence);
      bool held = true;
      for (std::size_t k = 1; k <= band.size(); ++k) {
        const double expected = 1 / (static_cast<double>(k) + 1);
        held = held && band[k - 1].low <= expected && expected <= band[k - 1].high;
      }
      curve.add(Interval{0, 1}, held ? 0 : 2);
    }
    print("distribution band", "uniform", count, draws, distribution);
    print("tuning curve band", "uniform", count, draws, curve);
  }
}

}  // namespace
}  // namespace nero_bench

int main(int argc, char** argv) {
  using namespace nero_bench;
  const int draws = argc == 2 ? std::atoi(argv[1]) : 0;
  if (draws < 1) {
    std::cerr << "usage: coverage DRAWS\n";
    return 2;
  }
  simulate_means(draws);
  simulate_sensitivity(draws, {"clear best", {0.75, 0.35, 0.2, 0.4, 0.88}, 0.02});
  simulate_sensitivity(draws, {"noisy", {0.75, 0.35, 0.2, 0.4, 0.88}, 0.06});
  simulate_sensitivity(draws, {"two best", {0.75, 0.25, 0.2, 0.2, 0.88}, 0.02});
  simulate_sensitivity(draws, {"three best", {0.75, 0.2, 0.2, 0.2, 0.88}, 0.02});
  simulate_sensitivity(draws, {"all alike", {0.2, 0.2, 0.2, 0.2, 0.2}, 0.02});
  simulate_time_to_target(draws, 0.001);
  simulate_time_to_target(draws, 0.2);
  simulate_tuning_gain(draws, 0.4);
  simulate_tuning_gain(draws, 0.8);
  simulate_default_regret(draws, 0.4);
  simulate_default_regret(draws, 0.8);
  for (const int seeds : {3, 10}) {
    for (const double spread : {0.3, 1.0, 3.0}) simulate_nesting(draws, seeds, spread);
  }
  simulate_band(draws);
  return 0;
}
