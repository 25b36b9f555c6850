#include "components.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <tuple>

#include "base/errors.h"
#include "base/text.h"
#include "harness/execution/trial_program.h"
#include "harness/experiment/cells.h"

namespace nero_bench {
namespace {

// Nothing if there is no such component, which is found out where it is built.
std::optional<std::vector<std::string>> options_of(const Json& components, const std::string& name) {
  for (const auto& component : components) {
    if (component.at("name") != name) continue;
    std::vector<std::string> options;
    for (const auto& option : component.at("options")) options.push_back(option.at("name").get<std::string>());
    return options;
  }
  return std::nullopt;
}

// A search space may have been written for another optimiser or schedule: what it names has to be an option of this
// one. Said here, because the file and the remedy are not those of an option in the config.
void check_option(const SearchSpace& space, const std::string& name, const Target& target, const std::string& component,
                  const std::string& component_name, const std::optional<std::vector<std::string>>& options) {
  const auto option = target.path.substr(component.size() + 1);
  if (!options || option.find('.') != std::string::npos) return;  // what lies deeper is checked as it is built
  if (std::find(options->begin(), options->end(), option) != options->end()) return;
  throw ConfigError(
      fmt::format("{}: at {}{}{}: sets {}, but '{}' has {}; say what it sets with \"names\": {{\"{}\": "
                  "\"{}.…\"}} in the \"search\" of this optimiser, or null to leave it out",
                  space.source, space.path, space.path.empty() ? "" : ".", name, target.path, component_name,
                  options->empty() ? "no options" : "the options " + quoted_list(*options), name, component));
}

void check_search(const ExperimentConfig& config, const std::string& trial_program) {
  if (!config.search) return;
  const Json all = ask_trial_program(trial_program, {"--describe"});
  for (std::size_t i = 0; i < config.optimisers.size(); ++i) {
    const auto& optimiser = config.optimisers[i];
    const auto searched =
        searched_space(*config.search, optimiser.search, config.source, fmt::format("optimisers[{}]", i));
    const auto name_of = [](const Json& component) { return component.at("name").get<std::string>(); };
    for (const auto& [name, target] : targets_of(*searched.space, searched.names, config.source)) {
      for (const auto& [component, kind, chosen] : {std::tuple{"optimiser", "optimisers", name_of(optimiser.component)},
                                                    {"schedule", "schedules", name_of(config.schedule)}}) {
        if (target.path.starts_with(std::string(component) + "."))
          check_option(*searched.space, name, target, component, chosen, options_of(all.at(kind), chosen));
      }
    }
  }
}

// "optimisers[0].beta" of "file: at optimisers[0].beta: expected …".
std::string path_in(const std::string& message) {
  const std::string before = ": at ";
  const auto start = message.find(before);
  if (start == std::string::npos) return "";
  const auto end = message.find(": ", start + before.size());
  return end == std::string::npos ? "" : message.substr(start + before.size(), end - start - before.size());
}

// Where the file has what is at that path of a trial, if one of these axes sets it: "axes.task.model.depth[1]".
std::string place_in(const std::vector<Axis>& axes, const std::string& where, const std::string& message) {
  const auto path = path_in(message);
  for (const auto& axis : axes) {
    const auto component = axis.path.substr(0, axis.path.find('.'));
    if (!path.starts_with(component) || !path.ends_with(axis.path.substr(component.size()))) continue;
    const auto place = fmt::format("{}.{}", where, axis.path);
    for (std::size_t i = 0; i < axis.values.size(); ++i) {
      const auto value = axis.values[i].dump(-1, ' ', false, Json::error_handler_t::replace);
      if (message.find("found " + value + ";") != std::string::npos) return fmt::format("{}[{}]", place, i);
    }
    return place;
  }
  return "";
}

// What nero-trial finds wrong it names by its place in the trial, where axes have put it.
[[noreturn]] void refuse_with_place(const ExperimentConfig& config, const std::string& message) {
  auto place = place_in(config.axes, "axes", message);
  for (std::size_t i = 0; place.empty() && i < config.optimisers.size(); ++i) {
    const auto optimiser = fmt::format("optimisers[{}]", i);
    if (path_in(message).starts_with(optimiser) || !path_in(message).starts_with("optimisers"))
      place = place_in(config.optimisers[i].axes, optimiser + ".axes", message);
  }
  throw ConfigError(place.empty() ? message : fmt::format("{}; set by {}", message, place));
}

Json request(const ExperimentConfig& config, const Cell& cell, const Candidate& candidate) {
  return {{"spec", to_json(cell.trial(candidate, 0))},
          {"origin", {{"source", config.source}, {"task", cell.task_path}, {"optimiser", cell.optimiser_path}}}};
}

// What is to be found out about a cell: a search may vary the schedule or the task, and then it has several sequences.
struct Question {
  CellSchedule schedule;
  Json task;
  Json request;
};

Question& question_about(std::vector<Question>& questions, const ExperimentConfig& config, const Cell& cell,
                         const Candidate& candidate) {
  const auto spec = cell.trial(candidate, 0);
  for (auto& known : questions) {
    if (known.task == spec.task && known.schedule.schedule == spec.schedule) return known;
  }
  questions.push_back({{.task = cell.task_label(),
                        .optimiser = cell.optimiser,
                        .schedule = spec.schedule,
                        .learning_rates = {},
                        .factors = {}},
                       spec.task,
                       request(config, cell, candidate)});
  return questions.back();
}

std::vector<Question> questions_about(const ExperimentConfig& config, const Cell& cell) {
  std::vector<Question> questions;
  for (const auto& candidate : cell.candidates)
    question_about(questions, config, cell, candidate).schedule.learning_rates.push_back(candidate.learning_rate);
  if (cell.published)
    question_about(questions, config, cell, *cell.published).schedule.repeat_learning_rate =
        cell.published->learning_rate;
  return questions;
}

}  // namespace

void check_components(const ExperimentConfig& config, const std::string& trial_program,
                      const std::optional<std::string>& device) {
  check_search(config, trial_program);
  Json list = Json::array();
  for (const auto& cell : expand(config)) {
    std::set<Json> checked;  // candidates that differ in their rate alone have the same options
    for (const auto& candidate : cell.candidates) {
      Json settings = Json::array();
      for (const auto& setting : candidate.settings) settings.push_back(setting.value);
      if (!checked.insert(std::move(settings)).second) continue;
      list.push_back(request(config, cell, candidate));
    }
  }
  std::vector<std::string> arguments{"--check"};
  if (device) arguments.insert(arguments.end(), {"--device", *device});
  try {
    ask_trial_program(trial_program, arguments, list.dump());
  } catch (const ConfigError& error) {
    refuse_with_place(config, error.what());
  }
}

std::vector<CellSchedule> ask_schedules(const ExperimentConfig& config, const std::string& trial_program,
                                        const std::string& data_dir) {
  std::vector<CellSchedule> schedules;
  std::vector<std::size_t> answer_of;  // each schedule's
  std::map<Json, std::size_t> places;  // what a sequence depends on → its place in the answer
  Json list = Json::array();
  for (const auto& cell : expand(config)) {
    const auto& budget = cell.common.budget;
    for (auto& question : questions_about(config, cell)) {
      const Json key{question.task, question.schedule.schedule, budget.epochs, budget.steps};
      const auto [place, is_new] = places.emplace(key, list.size());
      if (is_new) list.push_back(std::move(question.request));
      answer_of.push_back(place->second);
      schedules.push_back(std::move(question.schedule));
    }
  }
  std::vector<std::string> arguments{"--schedule"};
  if (!data_dir.empty()) arguments.insert(arguments.end(), {"--data-dir", data_dir});
  const Json answers = ask_trial_program(trial_program, arguments, list.dump());
  for (std::size_t i = 0; i < schedules.size(); ++i) {
    const auto& answer = answers.at(answer_of[i]);
    answer.at("steps_per_epoch").get_to(schedules[i].steps_per_epoch);
    answer.at("factors").get_to(schedules[i].factors);
  }
  return schedules;
}

}  // namespace nero_bench
