#include "learning/training/prepared_trial.h"

#include <algorithm>

#include "base/errors.h"
#include "base/text.h"
#include "learning/optimisers/optimisers.h"

namespace nero_bench {
namespace {

// The optimiser's options for one role: the common ones, overridden by those under roles.<role>.
Json options_for_role(Json options, const std::string& role) {
  const Json roles = options.value("roles", Json::object());
  options.erase("roles");
  if (roles.contains(role)) options.merge_patch(roles.at(role));
  return options;
}

BuildOptimiser parse_for_role(const TrialSpec& spec, const std::string& role, const SpecOrigin& origin,
                              Json& resolved) {
  const auto parse = [&](const Json& options, const std::string& path) {
    JsonReader json(options, origin.source, path);
    auto build = parse_optimiser(json);
    resolved = json.resolved();
    return build;
  };
  const Json common = options_for_role(spec.optimiser, "");
  const Json options = options_for_role(spec.optimiser, role);
  if (options == common) return parse(common, origin.optimiser);
  try {
    return parse(options, origin.optimiser + ".roles." + role);
  } catch (const ConfigError&) {
    parse(common, origin.optimiser);  // where the fault lies there already, it is named there
    throw;
  }
}

void check_roles(const TrialSpec& spec, const TaskPlan& task, const SpecOrigin& origin) {
  if (!spec.optimiser.contains("roles")) return;
  const JsonReader roles(spec.optimiser.at("roles"), origin.source, origin.optimiser + ".roles");
  for (const auto& role : roles.keys()) {
    if (std::find(task.roles.begin(), task.roles.end(), role) == task.roles.end()) {
      throw ConfigError(origin.source + ": at " + roles.path_of(role) + ": the task has no such role; it has " +
                        quoted_list(task.roles));
    }
    JsonReader(spec.optimiser.at("roles").at(role), origin.source, roles.path_of(role));  // an object, or an error
  }
}

Split split_from(const std::string& name, const TaskPlan& task, const SpecOrigin& origin) {
  if (name == "train") return Split::kTrain;
  if (name == "train_clean") return Split::kTrainClean;
  if (name == "test") return Split::kTest;
  if (name == "validation" && task.has_validation) return Split::kValidation;
  if (name == "validation") {
    throw ConfigError(origin.source + ": at evaluate: 'validation' is nothing yet; say with validation_samples in " +
                      origin.task + ".data how many training samples are held out");
  }
  throw ConfigError(origin.source + ": at evaluate: expected 'train', 'train_clean', 'validation' or 'test', found '" +
                    name + "'; correct it");
}

}  // namespace

PreparedTrial prepare_trial(const TrialSpec& spec, const SpecOrigin& origin) {
  PreparedTrial trial;
  trial.spec = spec;
  trial.origin = origin;
  JsonReader task(spec.task, origin.source, origin.task);
  trial.task = parse_task(task);
  trial.resolved["task"] = task.resolved();

  check_roles(spec, trial.task, origin);
  for (const auto& role : trial.task.roles) {
    trial.optimisers.push_back(parse_for_role(spec, role, origin, trial.resolved["optimiser"][role]));
  }

  JsonReader schedule(spec.schedule, origin.source, origin.schedule);
  trial.schedule = parse_schedule(schedule);
  trial.resolved["schedule"] = schedule.resolved();

  for (const auto& name : spec.evaluate) trial.evaluate.push_back(split_from(name, trial.task, origin));
  return trial;
}

void check_device(const PreparedTrial& trial, at::Device device) {
  if (trial.task.precision != Precision::kTf32 || device.is_cuda()) return;
  throw ConfigError(trial.origin.source + ": at " + trial.origin.task +
                    ".precision: expected \"float32\" or \"bfloat16\" on the CPU, found \"tf32\", which only GPUs "
                    "have; correct it, or run with --device cuda");
}

}  // namespace nero_bench
