#include "turns.h"

namespace nero_bench {

Turns::Turns(const PreparedTrial& trial, const DataLocations& data, Device& device, Length length)
    : length_(length),
      task_(trial.task.build({data, static_cast<std::uint64_t>(trial.spec.seed), device.torch_device()})),
      images_(dynamic_cast<ImageClassification&>(*task_)) {
  const auto sets = task_->parameter_sets();
  for (std::size_t i = 0; i < sets.size(); ++i) optimisers_.push_back(trial.optimisers[i](sets[i].parameters));
  for (const auto& optimiser : optimisers_) optimiser->set_learning_rate(trial.spec.learning_rate);
}

bool Turns::after_step_of_loop() {
  const auto steps_done = asked_++;  // it asks before the first step, too
  if (steps_done == 0) since_block_ = Stopwatch();
  if (steps_done == 0 || steps_done % length_.block != 0) return false;
  const double loop = since_block_.seconds() / length_.block;
  const double bare = bare_steps();
  const double batch = batches_of_steps();
  const auto round = steps_done / length_.block - kWarmUpRounds;
  if (round > 0) {
    seconds_.loop.push_back(loop);
    seconds_.bare.push_back(bare);
    seconds_.batch.push_back(batch);
  }
  since_block_ = Stopwatch();
  return round == length_.rounds;
}

double Turns::bare_steps() {
  const Stopwatch watch;
  for (int i = 0; i < length_.block; ++i) task_->train_step(step_++, optimisers_);
  return watch.seconds() / length_.block;
}

// Each after a step, which leaves the caches to the batch as it finds them in training.
double Turns::batches_of_steps() {
  double seconds = 0;
  for (int i = 0; i < length_.block; ++i) {
    const Stopwatch watch;
    images_.batch(step_);
    seconds += watch.seconds();
    task_->train_step(step_++, optimisers_);
  }
  return seconds / length_.block;
}

}  // namespace nero_bench
