#pragma once
#include <memory>
#include <vector>

#include "learning/tasks/image_classification.h"
#include "learning/training/run_trial.h"
#include "learning/training/stopwatch.h"

namespace nero_bench {

inline constexpr int kWarmUpRounds = 2;  // in which optimisers allocate, and the first steps measure their memory

// Blocks of steps in turns, so that whatever else the machine does meets both sides: run_trial() itself takes some, and
// hands control to us between two steps, where it asks whether to stop.
class Turns {
 public:
  struct Length {
    int rounds;
    int block;  // steps
  };
  struct Seconds {
    std::vector<double> loop;   // a step in run_trial()
    std::vector<double> bare;   // the same task's step and nothing else
    std::vector<double> batch;  // until a step has its batch
  };

  // Builds the same task and its optimisers once more.
  Turns(const PreparedTrial& trial, const DataLocations& data, Device& device, Length length);

  // True once all rounds are through.
  bool after_step_of_loop();

  const Seconds& seconds() const { return seconds_; }

 private:
  double bare_steps();
  double batches_of_steps();

  Length length_;
  std::unique_ptr<Task> task_;
  Optimisers optimisers_;
  ImageClassification& images_;
  std::int64_t asked_ = 0;
  std::int64_t step_ = 0;  // of the bare side
  Seconds seconds_;
  Stopwatch since_block_;
};

}  // namespace nero_bench
