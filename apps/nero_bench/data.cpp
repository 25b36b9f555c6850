#include <fmt/format.h>

#include <memory>

#include "base/errors.h"
#include "base/text.h"
#include "commands.h"
#include "harness/execution/trial_program.h"
#include "options.h"

namespace nero_bench {
namespace {

struct VerifyOptions {
  std::string data_set;
  MachineOptions machine;
  std::string format = "table";
};

int verify(const VerifyOptions& options) {
  std::vector<std::string> arguments{"--verify-data", options.data_set};
  if (!options.machine.data_dir.empty()) arguments.insert(arguments.end(), {"--data-dir", options.machine.data_dir});
  const Json checks = ask_trial_program(find_trial_program("cpu"), arguments);
  bool good = true;
  for (const auto& check : checks) {
    const auto problem = check.at("problem").get<std::string>();
    good = good && problem.empty();
    if (options.format == "table")
      fmt::print("{}: {}\n", check.at("file").get<std::string>(), problem.empty() ? "good" : printable(problem));
  }
  if (options.format == "json") fmt::print("{}\n", checks.dump(2));
  return static_cast<int>(good ? ExitCode::kDone : ExitCode::kData);
}

}  // namespace

void add_data_command(CLI::App& app, Action& chosen) {
  auto* command = app.add_subcommand("data", "look after data sets");
  command->require_subcommand(1);
  auto* verify_command =
      command->add_subcommand("verify", "compare the files of a data set with their published checksums");
  const auto options = std::make_shared<VerifyOptions>();
  verify_command->add_option("data_set", options->data_set, "mnist or fashion_mnist")->required();
  verify_command->add_option("--data-dir", options->machine.data_dir,
                             "folder that holds the data sets (else NERO_BENCH_DATA)");
  add_format_option(*verify_command, options->format, {"table", "json"});
  verify_command->callback([options, &chosen] { chosen = [options] { return verify(*options); }; });
}

}  // namespace nero_bench
