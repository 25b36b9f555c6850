#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/build_info.h"
#include "command_tree.h"
#include "commands.h"

namespace nero_bench {
namespace {

// A text as troff shows it: no character of it is a request or an escape.
std::string roff(const std::string& text) {
  std::string shown;
  for (const char c : text) {
    if (c == '\\')
      shown += "\\e";
    else if (c == '-')
      shown += "\\-";
    else
      shown += c;
  }
  return shown.starts_with('.') || shown.starts_with('\'') ? "\\&" + shown : shown;
}

std::string value_of(const Argument& argument) {
  return argument.choices.empty() ? argument.value : fmt::format("{}", fmt::join(argument.choices, "|"));
}

std::string head_of(const Argument& argument) {
  if (argument.is_positional) return fmt::format("\\fI{}\\fR", roff(argument.names[0]));
  std::vector<std::string> names;
  for (const auto& name : argument.names) names.push_back(fmt::format("\\fB{}\\fR", roff(name)));
  const auto value = argument.takes_value ? fmt::format(" \\fI{}\\fR", roff(value_of(argument))) : std::string();
  return fmt::format("{}{}{}", fmt::join(names, ", "), value, argument.takes_several ? " ..." : "");
}

std::string described(const Argument& argument) {
  auto text = roff(argument.description);
  if (argument.is_positional && !argument.choices.empty()) text += fmt::format(" ({})", roff(value_of(argument)));
  if (argument.required && !argument.is_positional) text += " (required)";
  if (!argument.fallback.empty()) text += fmt::format(" (default: {})", roff(argument.fallback));
  return text;
}

std::string synopsis_of(const Command& command) {
  std::string text = "\\fBnero\\-bench";
  if (!command.path.empty()) text += " " + roff(command.path);
  text += "\\fR";
  for (const auto& argument : command.arguments) {
    if (!argument.is_positional && !argument.required) continue;
    const auto shown = head_of(argument) + (argument.is_positional && argument.takes_several ? " ..." : "");
    text += argument.required ? fmt::format(" {}", shown) : fmt::format(" [{}]", shown);
  }
  return text + " [\\fIoptions\\fR]";
}

std::string section_of(const Command& command) {
  auto text =
      fmt::format(".SS \"{}\"\n{}\n.PP\n{}\n", roff(command.path), roff(command.description), synopsis_of(command));
  for (const auto& argument : command.arguments)
    text += fmt::format(".TP\n{}\n{}\n", head_of(argument), described(argument));
  return text;
}

std::string man_page(const CLI::App& app) {
  const auto root = command_tree(app);
  auto text = fmt::format(
      ".TH NERO\\-BENCH 1 \"\" \"nero\\-bench {}\" \"User Commands\"\n.SH NAME\nnero\\-bench \\- benchmarks of "
      "training "
      "algorithms\n.SH SYNOPSIS\n\\fBnero\\-bench\\fR \\fIcommand\\fR [\\fIoptions\\fR]\n.SH DESCRIPTION\n{}\n",
      roff(build_info().version), roff(root.description));
  text += ".SH OPTIONS\n";
  for (const auto& argument : root.arguments)
    text += fmt::format(".TP\n{}\n{}\n", head_of(argument), described(argument));
  text += ".SH COMMANDS\n";
  for (const auto* command : all_commands(root)) {
    if (command->commands.empty()) text += section_of(*command);
  }
  return fmt::format("{}.SH NOTES\n{}\n", text, roff(app.get_footer()));
}

}  // namespace

void add_man_command(CLI::App& app, Action& chosen) {
  auto* command = app.add_subcommand("man", "print the manual page: nero-bench man | man -l -");
  command->callback([&app, &chosen] {
    chosen = [&app] {
      fmt::print("{}", man_page(app));
      return 0;
    };
  });
}

}  // namespace nero_bench
