#pragma once
#include <CLI/CLI.hpp>

#include <functional>

namespace nero_bench {

// What the command line asks for; returns the exit status.
using Action = std::function<int()>;

// Each adds its sub-command to `app`; parsing it leaves the action in `chosen`.
void add_run_command(CLI::App& app, Action& chosen);
void add_plan_command(CLI::App& app, Action& chosen);
void add_status_command(CLI::App& app, Action& chosen);
void add_compare_command(CLI::App& app, Action& chosen);
void add_analyse_command(CLI::App& app, Action& chosen);
void add_report_command(CLI::App& app, Action& chosen);
void add_check_command(CLI::App& app, Action& chosen);
void add_merge_command(CLI::App& app, Action& chosen);
void add_list_command(CLI::App& app, Action& chosen);
void add_data_command(CLI::App& app, Action& chosen);
void add_doctor_command(CLI::App& app, Action& chosen);
void add_export_command(CLI::App& app, Action& chosen);
void add_schema_command(CLI::App& app, Action& chosen);
void add_completion_command(CLI::App& app, Action& chosen);
void add_man_command(CLI::App& app, Action& chosen);

}  // namespace nero_bench
