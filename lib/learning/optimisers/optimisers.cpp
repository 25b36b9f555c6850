#include "learning/optimisers/optimisers.h"

#include "learning/optimisers/adam.h"
#include "learning/optimisers/clipped_optimiser.h"
#include "learning/optimisers/lamb.h"
#include "learning/optimisers/madam.h"
#include "learning/optimisers/nero.h"
#include "learning/optimisers/sgd.h"

namespace nero_bench {
namespace {

// What every optimiser accepts besides its own options.
struct CommonOptions {
  double clip_norm = 0;  // of all gradients together; 0 for none
  Implementation implementation = Implementation::kAuto;
  bool step_in_backward = false;
};

CommonOptions parse_common(JsonReader& json) {
  CommonOptions options;
  options.clip_norm =
      json.optional("clip_norm", options.clip_norm,
                    "gradients are scaled down to this 2-norm, all tensors together; 0: never", Range::at_least(0));
  options.implementation = json.choice<Implementation>(
      "implementation", options.implementation,
      "fused: kernels, float32 only; tensor_operations: LibTorch's; auto: kernels where possible",
      {{"auto", Implementation::kAuto},
       {"fused", Implementation::kFused},
       {"tensor_operations", Implementation::kTensorOperations}});
  options.step_in_backward =
      json.optional("step_in_backward", options.step_in_backward,
                    "update each tensor in the backward pass and free its gradient; not with clip_norm");
  if (options.step_in_backward && options.clip_norm > 0)
    json.fail("step_in_backward", "false with \"clip_norm\", which needs all gradients at once", "remove one of them");
  return options;
}

template <class T, class Options>
Registry<BuildOptimiser>::Entry entry(std::string name, std::string summary, Options (*parse)(JsonReader&)) {
  return {std::move(name), std::move(summary), [parse](JsonReader& json) -> BuildOptimiser {
            const auto options = parse(json);
            const auto common = parse_common(json);
            return [options, common](NamedTensors parameters) -> std::unique_ptr<Optimiser> {
              auto optimiser = std::make_unique<T>(std::move(parameters), options);
              optimiser->use(common.implementation);
              if (common.step_in_backward) optimiser->step_in_backward();
              if (common.clip_norm == 0) return optimiser;
              return std::make_unique<ClippedOptimiser>(std::move(optimiser), common.clip_norm);
            };
          }};
}

std::vector<Registry<BuildOptimiser>::Entry> entries() {
  return {
      entry<Nero>("nero", "per-neuron relative steps on balanced weights", parse_nero),
      entry<Lamb>("lamb", "Adam's direction with steps relative to the weights of a layer", parse_lamb),
      entry<Madam>("madam", "multiplicative steps, relative to each weight", parse_madam),
      entry<Sgd>("sgd", "gradient descent, with or without momentum", parse_sgd),
      entry<Adam>("adam", "adaptive moments with bias correction", parse_adam),
      entry<Adam>("adamw", "Adam with decoupled weight decay", parse_adamw),
  };
}

}  // namespace

const Registry<BuildOptimiser>& optimisers() {
  static const Registry<BuildOptimiser> list("optimiser", entries());
  return list;
}

BuildOptimiser parse_optimiser(JsonReader& json) {
  auto build = optimisers().parse(json);
  json.finish();
  return build;
}

}  // namespace nero_bench
