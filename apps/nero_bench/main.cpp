#include <CLI/CLI.hpp>
#include <signal.h>

#include <algorithm>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include "base/build_info.h"
#include "base/errors.h"
#include "base/text.h"
#include "commands.h"

namespace nero_bench {
namespace {

std::vector<std::string> command_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const auto* command : app.get_subcommands({})) names.push_back(command->get_name());
  return names;
}

// Where CLI11 would say that a subcommand is required.
int refuse_command(const std::string& typed, const std::vector<std::string>& names) {
  const auto nearest = nearest_name(typed, names);
  std::cerr << printable("error: '" + typed + "': expected a command, " +
                         (nearest.empty() ? "" : "did you mean '" + nearest + "'? ") + "there are " +
                         quoted_list(names) + "\n");
  return static_cast<int>(ExitCode::kUsage);
}

}  // namespace
}  // namespace nero_bench

int main(int argc, char** argv) {
  using namespace nero_bench;
  ::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow is an error to be told, as a full disk is
  CLI::App app{"Measures how much tuning an optimiser needs, and what it costs in memory and time."};
  app.set_version_flag("--version", build_info().version + " (" + build_info().commit + ")");
  app.require_subcommand(1);
  app.footer(
      "Exit codes: 0 done, 1 a trial failed, 2 usage or config, 3 check proved a regression or compare --exact\n"
      "found a difference, 4 data set missing or corrupt, 5 results folder or output, 70 a bug, 128 + n ended\n"
      "by signal n (130: Ctrl-C): the same command continues.");

  Action chosen;
  for (const auto add :
       {add_run_command, add_plan_command, add_status_command, add_compare_command, add_analyse_command,
        add_report_command, add_check_command, add_merge_command, add_list_command, add_data_command,
        add_doctor_command, add_export_command, add_schema_command, add_completion_command, add_man_command})
    add(app, chosen);

  const auto names = command_names(app);
  const std::string first = argc > 1 ? argv[1] : "";
  if (!first.empty() && first.front() != '-' && std::find(names.begin(), names.end(), first) == names.end())
    return refuse_command(first, names);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    std::ostringstream message;  // may quote anything that was typed
    const bool asked_for = app.exit(error, std::cout, message) == 0;
    std::cerr << printable(message.str());
    return asked_for ? 0 : static_cast<int>(ExitCode::kUsage);
  }
  return run_and_report_errors(chosen);
}
