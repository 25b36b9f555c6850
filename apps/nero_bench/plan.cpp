#include "harness/experiment/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <future>
#include <memory>

#include "base/errors.h"
#include "base/log.h"
#include "base/text.h"
#include "commands.h"
#include "components.h"
#include "harness/execution/slot.h"
#include "harness/execution/trial_program.h"
#include "harness/experiment/config_warnings.h"
#include "harness/report/columns.h"
#include "harness/report/schedules.h"
#include "harness/results/results_store.h"
#include "options.h"
#include "results_config.h"

namespace nero_bench {
namespace {

struct PlanCommandOptions {
  ExperimentOptions experiment;
  bool retry_failed = false;
  std::string shard = "1/1";
  std::string format = "table";
  bool show_schedule = false;
  std::string device;  // empty: not said
  std::string data_dir;
};

Json to_json_with_id(const TrialSpec& spec) {
  Json json = to_json(spec);
  json["id"] = trial_id(spec);
  return json;
}

// A trial a line, and more where its label needs them; a task without a label, which is the only one, is not said.
std::string trials_table(const std::vector<TrialSpec>& trials) {
  constexpr std::size_t kWidth = 80, kIdDigits = 16;
  std::size_t rate_width = 0, seed_width = 0;
  for (const auto& spec : trials) {
    rate_width = std::max(rate_width, fmt::formatted_size("{:g}", spec.learning_rate));
    seed_width = std::max(seed_width, fmt::formatted_size("{}", spec.seed));
  }
  std::string text;
  for (const auto& spec : trials) {
    const auto id = trial_id(spec);
    const auto head = fmt::format("{}  rate {:<{}g}  seed {:<{}}", id.substr(id.size() - kIdDigits), spec.learning_rate,
                                  rate_width, spec.seed, seed_width);
    const auto& [experiment, task, optimiser] = spec.labels;
    const bool has_label = !task.empty() && task != spec.task.at("name");
    text += with_text_beside(head, optimiser + (has_label ? ", " + task : ""), head.size() + 2, kWidth);
  }
  return text;
}

void print_trials(const std::vector<TrialSpec>& trials, const std::string& format) {
  if (format == "json") {
    Json list = Json::array();
    for (const auto& spec : trials) list.push_back(to_json_with_id(spec));
    fmt::print("{}\n", list.dump(2));
    return;
  }
  if (format == "table") return fmt::print("{}", trials_table(trials));
  for (const auto& spec : trials) fmt::print("{}\n", to_json_with_id(spec).dump());
}

int show_schedules(const ExperimentConfig& config, const PlanCommandOptions& options) {
  const auto schedules = ask_schedules(config, find_trial_program("cpu"), options.data_dir);
  if (options.format == "table") {
    fmt::print("{}", schedule_table(schedules));
  } else if (options.format == "json") {
    fmt::print("{}\n", schedule_json(schedules).dump());
  } else {
    for (const auto& schedule : schedule_json(schedules)) fmt::print("{}\n", schedule.dump());
  }
  return 0;
}

// The trials may be meant for another machine, so what only a device of this one lacks is no error.
void check_for_any_device(const ExperimentConfig& config) {
  const auto program = find_trial_program("cpu");
  if (find_trial_program("auto") != program) return check_components(config, program);
  try {
    check_components(config, program, "cpu");
  } catch (const ConfigError& error) {
    check_components(config, program);  // throws what is wrong on every device
    log_warning(fmt::format("{}; 'run' would refuse it on this machine", error.what()));
  }
}

void check_for(const ExperimentConfig& config, const std::string& device) {
  const bool is_elsewhere = device.starts_with("cuda") && !has_nvidia_driver();
  if (!is_elsewhere) return check_components(config, find_trial_program(device), device);
  check_components(config, find_trial_program("cpu"));
  log_warning(fmt::format("--device {}: no NVIDIA driver on this machine, where 'run' would refuse it", device));
}

void check_all(const ExperimentConfig& config, const PlanCommandOptions& options) {
  if (!has_trial_program()) {
    log_warning("nero-trial is not built here: the options of tasks, optimisers and schedules are not checked");
  } else if (options.device.empty()) {
    check_for_any_device(config);
  } else {
    for (const auto& device : parse_devices(options.device)) check_for(config, device);
  }
}

int plan(const PlanCommandOptions& options) {
  const auto config = options.experiment.load();
  if (options.show_schedule) return show_schedules(config, options);
  for (const auto& warning : warnings_about(config)) log_warning(warning);
  const PlanOptions plan_options{options.retry_failed, parse_shard(options.shard)};
  ResultsStore store(options.experiment.results_folder(config));
  auto reading = std::async(std::launch::async, [&store] { return std::cref(store.records()); });  // meanwhile:
  check_all(config, options);
  const std::vector<TrialRecord>& records = reading.get();
  for (const auto& problem : store.problems()) log_warning(problem);
  if (const auto why_not = objection_to(config, store); !why_not.empty())
    log_warning(why_not + "; 'run' would refuse it");
  const auto trials = plan_trials(config, records, plan_options);
  print_trials(trials, options.format);
  log_info(fmt::format("{} trials to run, {} records in {}", trials.size(), records.size(), store.folder().string()));
  return 0;
}

}  // namespace

void add_plan_command(CLI::App& app, Action& chosen) {
  auto* command = app.add_subcommand("plan", "list the trials that 'run' would train now, and check every component");
  const auto options = std::make_shared<PlanCommandOptions>();
  options->experiment.add_to(*command);
  command->add_flag("--retry-failed", options->retry_failed, "with those that failed, timed out or ran out of memory");
  command->add_option("--shard", options->shard, "only part I of N")->type_name("I/N");
  command->add_flag("--show-schedule", options->show_schedule, "show the learning rates, step by step, instead");
  command->add_option("--device", options->device,
                      "refuse what 'run' would with this device: auto, cpu, cuda or cuda:<index>, several with commas");
  command->add_option("--data-dir", options->data_dir, "folder that holds the data sets, for --show-schedule");
  add_format_option(*command, options->format, {"table", "json", "jsonl"});
  command->callback([options, &chosen] { chosen = [options] { return plan(*options); }; });
}

}  // namespace nero_bench
