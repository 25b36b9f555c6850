#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <thread>

#include "base/text.h"
#include "commands.h"
#include "harness/execution/trial_program.h"
#include "options.h"

namespace nero_bench {
namespace {

struct DoctorOptions {
  MachineOptions machine;
  std::string format = "table";
};

Json examine(const DoctorOptions& options) {
  Json machine{{"trial_program", "not built"}, {"data_sets", Json::object()}};
  if (has_trial_program()) {
    const auto program = find_trial_program(options.machine.device);
    std::vector<std::string> arguments{"--doctor", "--device", options.machine.device};
    if (!options.machine.data_dir.empty()) arguments.insert(arguments.end(), {"--data-dir", options.machine.data_dir});
    if (!options.machine.cache_dir.empty())
      arguments.insert(arguments.end(), {"--cache-dir", options.machine.cache_dir});
    machine = ask_trial_program(program, arguments);
    machine["trial_program"] = program;
    machine.erase("threads");  // a trial's, chosen by 'run --threads'
  }
  std::error_code ignored;
  machine["nvidia_driver"] = has_nvidia_driver();
  machine["cores"] = std::thread::hardware_concurrency();
  machine["disk_free_bytes"] = std::filesystem::space(std::filesystem::current_path(), ignored).available;
  return machine;
}

int doctor(const DoctorOptions& options) {
  const Json machine = examine(options);
  if (options.format == "json") {
    fmt::print("{}\n", machine.dump(2));
    return 0;
  }
  for (const auto& [name, value] : machine.items()) {
    if (name != "data_sets")
      fmt::print("{:<29} {}\n", name, printable(value.is_string() ? value.get<std::string>() : value.dump()));
  }
  for (const auto& [name, folder] : machine.at("data_sets").items()) {
    fmt::print("data set {:<20} {}\n", name, folder.is_null() ? "not found" : printable(folder.get<std::string>()));
  }
  return 0;
}

}  // namespace

void add_doctor_command(CLI::App& app, Action& chosen) {
  auto* command =
      app.add_subcommand("doctor", "show what trials would run on: LibTorch, BLAS, threads, GPU, data sets, disk");
  const auto options = std::make_shared<DoctorOptions>();
  options->machine.add_to(*command);
  add_format_option(*command, options->format, {"table", "json"});
  command->callback([options, &chosen] { chosen = [options] { return doctor(*options); }; });
}

}  // namespace nero_bench
