#include "learning/optimisers/optimisers.h"

#include "learning/optimisers/adam.h"
#include "learning/optimisers/clipped_optimiser.h"
#include "learning/optimisers/lamb.h"
#include "learning/optimisers/madam.h"
#include "learning/optimisers/nero.h"
#include "learning/optimisers/sgd.h"

namespace nero_bench {
namespace {

template <class T, class Options>
Registry<BuildOptimiser>::Entry entry(std::string name, std::string summary, Options (*parse)(JsonReader&)) {
  return {std::move(name), std::move(summary), [parse](JsonReader& json) -> BuildOptimiser {
            return [options = parse(json)](NamedTensors parameters) {
              return std::make_unique<T>(std::move(parameters), options);
            };
          }};
}

}  // namespace

const Registry<BuildOptimiser>& optimisers() {
  static const Registry<BuildOptimiser> list(
      "optimiser",
      {
          entry<Nero>("nero", "per-neuron relative steps on balanced weights", parse_nero),
          entry<Lamb>("lamb", "Adam's direction with steps relative to the weights of a layer", parse_lamb),
          entry<Madam>("madam", "multiplicative steps, relative to each weight", parse_madam),
          entry<Sgd>("sgd", "gradient descent, with or without momentum", parse_sgd),
          entry<Adam>("adam", "adaptive moments with bias correction", parse_adam),
          entry<Adam>("adamw", "Adam with decoupled weight decay", parse_adamw),
      });
  return list;
}

BuildOptimiser parse_optimiser(JsonReader& json) {
  auto build = optimisers().parse(json);
  const auto clip_norm = json.optional<double>("clip_norm", 0, Range::at_least(0));
  json.finish();
  if (clip_norm == 0) return build;
  return [build, clip_norm](NamedTensors parameters) {
    return std::make_unique<ClippedOptimiser>(build(std::move(parameters)), clip_norm);
  };
}

}  // namespace nero_bench
