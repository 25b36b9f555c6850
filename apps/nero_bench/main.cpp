#include <CLI/CLI.hpp>
#include <signal.h>

#include <iostream>
#include <memory>
#include <sstream>
#include <string>

#include "base/build_info.h"
#include "base/errors.h"
#include "base/text.h"
#include "commands.h"
#include "help_formatter.h"
#include "usage_errors.h"

int main(int argc, char** argv) {
  using namespace nero_bench;
  ::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow is an error to be told, as a full disk is
  CLI::App app{"Measures how much tuning an optimiser needs, and what it costs in memory and time.", "nero-bench"};
  app.formatter(std::make_shared<HelpFormatter>());
  app.set_version_flag("--version", build_info().version + " (" + build_info().commit + ")");
  app.require_subcommand(1);
  app.footer(
      "Exit codes: 0 done, 1 a trial failed, 2 usage or config, 3 check proved a regression or compare --exact found a "
      "difference, 4 data set missing or corrupt, 5 results folder or output, 70 a bug, 128 + n ended by signal n "
      "(130: Ctrl-C): the same command continues.");

  Action chosen;
  for (const auto add :
       {add_run_command, add_plan_command, add_status_command, add_compare_command, add_analyse_command,
        add_report_command, add_check_command, add_merge_command, add_list_command, add_data_command,
        add_doctor_command, add_export_command, add_schema_command, add_completion_command, add_man_command})
    add(app, chosen);

  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& asked_for) {  // --help, --version
    return app.exit(asked_for);
  } catch (const CLI::ParseError& error) {
    std::ostringstream message;  // may quote anything that was typed
    if (const auto better = usage_error(app); !better.empty()) {
      message << better << "\n";
    } else {
      app.exit(error, message, message);
    }
    std::cerr << "error: " << printable(message.str());
    return static_cast<int>(ExitCode::kUsage);
  }
  return run_and_report_errors(chosen);
}
