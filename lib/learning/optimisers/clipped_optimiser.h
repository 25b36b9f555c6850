#pragma once
#include "learning/optimisers/optimiser.h"

namespace nero_bench {

// Decorator: before each step scales all gradients, in place, by min(1, clip_norm / (‖g‖ + 1e-6)), where ‖g‖ is the
// 2-norm over all tensors that have a gradient. A gradient that is not finite makes all of them so, which the trial
// then notices.
class ClippedOptimiser final : public Optimiser {
 public:
  ClippedOptimiser(std::unique_ptr<Optimiser> wrapped, double clip_norm);

  void step() override;
  bool can_capture() const override { return wrapped_->can_capture(); }
  void capture_step() override;
  void prepare_replay() override { wrapped_->prepare_replay(); }
  OptimiserState state() override { return wrapped_->state(); }
  std::int64_t expected_state_bytes() const override { return wrapped_->expected_state_bytes(); }
  std::map<std::string, std::int64_t> notes() const override { return wrapped_->notes(); }
  void set_learning_rate(double rate) override { wrapped_->set_learning_rate(rate); }

 private:
  void clip();

  std::unique_ptr<Optimiser> wrapped_;
  double clip_norm_;
};

}  // namespace nero_bench
