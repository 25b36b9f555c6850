#include "learning/optimisers/optimisers.h"

#include "learning/optimisers/adam.h"
#include "learning/optimisers/clipped_optimiser.h"
#include "learning/optimisers/lamb.h"
#include "learning/optimisers/madam.h"
#include "learning/optimisers/nero.h"
#include "learning/optimisers/sgd.h"

namespace nero_bench {
namespace {

// Every optimiser accepts "clip_norm" besides its own options.
template <class T, class Options>
Registry<BuildOptimiser>::Entry entry(std::string name, std::string summary, Options (*parse)(JsonReader&)) {
  return {std::move(name), std::move(summary), [parse](JsonReader& json) -> BuildOptimiser {
            const auto options = parse(json);
            const auto clip_norm = json.optional<double>("clip_norm", 0, Range::at_least(0));
            return [options, clip_norm](NamedTensors parameters) -> std::unique_ptr<Optimiser> {
              auto optimiser = std::make_unique<T>(std::move(parameters), options);
              if (clip_norm == 0) return optimiser;
              return std::make_unique<ClippedOptimiser>(std::move(optimiser), clip_norm);
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
