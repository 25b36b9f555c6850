#include "usage_errors.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/text.h"
#include "command_tree.h"

namespace nero_bench {
namespace {

using Words = std::vector<std::string>;

bool is_option(const std::string& word) { return word.size() > 1 && word.front() == '-'; }

Words options_of(const Command& command) {
  Words names;
  for (const auto& argument : command.arguments) {
    if (!argument.is_positional) names.insert(names.end(), argument.names.begin(), argument.names.end());
  }
  return names;
}

std::string wrong_command(const std::string& typed, const Command& command) {
  Words names;
  for (const auto& below : command.commands) names.push_back(below.name());
  const auto nearest = nearest_name(typed, names);
  return fmt::format("'{}': expected a command, {}there are {}", typed,
                     nearest.empty() ? "" : "did you mean '" + nearest + "'? ", quoted_list(names));
}

// The commands that have an option of that name.
Words commands_with(const std::string& option, const Command& root) {
  Words paths;
  for (const auto* command : all_commands(root)) {
    const auto names = options_of(*command);
    if (std::find(names.begin(), names.end(), option) != names.end()) paths.push_back(command->path);
  }
  return paths;
}

// What is known of an option that is not there: the one that it resembles, or the commands that do have it.
std::string meant_by(const std::string& name, const Command& command, const Command& root) {
  const bool is_letter = name.size() == 2;  // any other would be near
  const auto nearest = is_letter ? "" : nearest_name(name, options_of(command));
  if (!nearest.empty()) return "did you mean '" + nearest + "'? ";
  const auto elsewhere = commands_with(name, root);
  return elsewhere.empty() ? "" : "it is one of " + quoted_list(elsewhere) + "; ";
}

std::string wrong_option(const std::string& typed, const Command& command, const Command& root) {
  const auto name = shortened(typed.substr(0, typed.find('=')), 80);
  const auto call = "nero-bench" + (command.path.empty() ? "" : " " + command.path);
  return fmt::format("{0}: '{1}' has no such option; {2}'{1} --help' lists its options", name, call,
                     meant_by(name, command, root));
}

}  // namespace

std::string usage_error(const CLI::App& app) {
  const auto root = command_tree(app);
  const auto* parsed = &app;
  const auto* command = &root;
  while (!parsed->get_subcommands().empty()) {
    parsed = parsed->get_subcommands().front();
    const auto is_it = [&](const Command& below) { return below.name() == parsed->get_name(); };
    command = &*std::find_if(command->commands.begin(), command->commands.end(), is_it);
  }
  const auto left = app.remaining(true);
  const auto word = std::find_if_not(left.begin(), left.end(), is_option);
  if (!command->commands.empty() && word != left.end()) return wrong_command(shortened(*word, 80), *command);
  const auto option = std::find_if(left.begin(), left.end(), is_option);
  if (option != left.end()) return wrong_option(*option, *command, root);
  if (word != left.end())
    return fmt::format("'{0}': 'nero-bench {1}' takes no further argument; 'nero-bench {1} --help' says what it takes",
                       shortened(*word, 80), command->path);
  return "";
}

}  // namespace nero_bench
