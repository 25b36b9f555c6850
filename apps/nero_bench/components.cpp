#include "components.h"

#include <map>

#include "harness/execution/trial_program.h"
#include "harness/experiment/cells.h"

namespace nero_bench {
namespace {

constexpr double kAnyRate = 1;

Json request(const ExperimentConfig& config, const Cell& cell) {
  return {{"spec", to_json(cell.trial(kAnyRate, 0))},
          {"origin", {{"source", config.source}, {"task", cell.task_path}, {"optimiser", cell.optimiser_path}}}};
}

}  // namespace

void check_components(const ExperimentConfig& config, const std::string& trial_program, const std::string& device) {
  Json list = Json::array();
  for (const auto& cell : expand(config)) list.push_back(request(config, cell));
  ask_trial_program(trial_program, {"--check", "--device", device}, list.dump());
}

std::vector<CellSchedule> ask_schedules(const ExperimentConfig& config, const std::string& trial_program,
                                        const std::string& data_dir) {
  std::vector<CellSchedule> schedules;
  std::map<Json, std::size_t> questions;  // what a sequence depends on → its place in the answer
  Json list = Json::array();
  const auto question = [](const Cell& cell) {
    return Json{cell.common.task, cell.common.schedule, cell.common.budget.epochs, cell.common.budget.steps};
  };
  for (const auto& cell : expand(config)) {
    schedules.push_back({cell, 0, {}});
    if (questions.emplace(question(cell), list.size()).second) list.push_back(request(config, cell));
  }
  std::vector<std::string> arguments{"--schedule"};
  if (!data_dir.empty()) arguments.insert(arguments.end(), {"--data-dir", data_dir});
  const Json answers = ask_trial_program(trial_program, arguments, list.dump());
  for (auto& schedule : schedules) {
    const auto& answer = answers.at(questions.at(question(schedule.cell)));
    answer.at("steps_per_epoch").get_to(schedule.steps_per_epoch);
    answer.at("factors").get_to(schedule.factors);
  }
  return schedules;
}

}  // namespace nero_bench
