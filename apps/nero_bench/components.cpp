#include "components.h"

#include "harness/execution/trial_program.h"
#include "harness/experiment/cells.h"

namespace nero_bench {

void check_components(const ExperimentConfig& config, const std::string& trial_program, const std::string& device) {
  constexpr double kAnyRate = 1;
  Json list = Json::array();
  for (const auto& cell : expand(config)) {
    list.push_back(
        {{"spec", to_json(cell.trial(kAnyRate, 0))},
         {"origin", {{"source", config.source}, {"task", cell.task_path}, {"optimiser", cell.optimiser_path}}}});
  }
  ask_trial_program(trial_program, {"--check", "--device", device}, list.dump());
}

}  // namespace nero_bench
