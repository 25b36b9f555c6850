#include "command_tree.h"

namespace nero_bench {
namespace {

// CLI11 tells a type and its checks in one text: "TEXT:{table,json}", "FLOAT:FLOAT in [0 - 1]".
std::vector<std::string> choices_in(const std::string& type) {
  const auto open = type.find('{');
  const auto close = type.find('}', open);
  if (open == std::string::npos || close == std::string::npos) return {};
  return CLI::detail::split(type.substr(open + 1, close - open - 1), ',');
}

Argument argument_of(const CLI::Option& option) {
  Argument argument;
  for (const auto& name : option.get_lnames()) argument.names.push_back("--" + name);
  for (const auto& name : option.get_snames()) argument.names.push_back("-" + name);
  argument.is_positional = argument.names.empty();
  if (argument.is_positional) argument.names.push_back(option.get_name());
  const auto type = option.get_type_name();
  argument.takes_value = option.get_items_expected_max() > 0;
  argument.takes_several = option.get_items_expected_max() > 1;
  argument.required = option.get_required();
  argument.value = type.substr(0, type.find(':'));
  argument.choices = choices_in(type);
  argument.description = option.get_description();
  argument.fallback = option.get_default_str();
  return argument;
}

Command command_at(const CLI::App& app, const std::string& path) {
  Command command{path, app.get_description(), {}, {}};
  for (const auto* option : app.get_options([](const CLI::Option*) { return true; }))
    command.arguments.push_back(argument_of(*option));
  for (const auto* below : app.get_subcommands([](const CLI::App*) { return true; }))
    command.commands.push_back(command_at(*below, path.empty() ? below->get_name() : path + " " + below->get_name()));
  return command;
}

void add_all(const Command& command, std::vector<const Command*>& list) {
  list.push_back(&command);
  for (const auto& below : command.commands) add_all(below, list);
}

}  // namespace

std::string Command::name() const { return path.substr(path.rfind(' ') + 1); }

Command command_tree(const CLI::App& app) { return command_at(app, ""); }

std::vector<const Command*> all_commands(const Command& root) {
  std::vector<const Command*> list;
  add_all(root, list);
  return list;
}

}  // namespace nero_bench
