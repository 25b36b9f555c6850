#include <fmt/format.h>
#include <fmt/ranges.h>

#include <memory>

#include "command_tree.h"
#include "commands.h"

namespace nero_bench {
namespace {

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += by.size())
    text.replace(at, what.size(), by);
  return text;
}

std::vector<std::string> flags_of(const Command& command) {
  std::vector<std::string> flags;
  for (const auto& argument : command.arguments) {
    if (!argument.is_positional) flags.insert(flags.end(), argument.names.begin(), argument.names.end());
  }
  return flags;
}

// What may stand where no flag does: sub-commands and choices of positionals. Empty: file names.
std::vector<std::string> words_of(const Command& command) {
  std::vector<std::string> words;
  for (const auto& below : command.commands) words.push_back(below.name());
  for (const auto& argument : command.arguments) {
    if (argument.is_positional) words.insert(words.end(), argument.choices.begin(), argument.choices.end());
  }
  return words;
}

// "PATH WORD" → the path of the command that WORD leads to: the same in all shells.
std::string parent_and_name(const Command& command) {
  const auto space = command.path.rfind(' ');
  return fmt::format("{} {}", space == std::string::npos ? "" : command.path.substr(0, space), command.name());
}

std::string bash_completion(const Command& root) {
  std::string steps, values, words;
  for (const auto* command : all_commands(root)) {
    if (!command->path.empty())
      steps += fmt::format("      '{}') at='{}' ;;\n", parent_and_name(*command), command->path);
    for (const auto& argument : command->arguments) {
      if (argument.is_positional || !argument.takes_value) continue;
      for (const auto& name : argument.names)
        values += fmt::format("    '{} {}') {} ;;\n", command->path, name,
                              argument.choices.empty()
                                  ? std::string("_nero_bench_files; return")
                                  : fmt::format("_nero_bench_words '{}'; return", fmt::join(argument.choices, " ")));
    }
    const auto list = words_of(*command);
    words += fmt::format("    '{}') flags='{}' words='{}' ;;\n", command->path, fmt::join(flags_of(*command), " "),
                         fmt::join(list, " "));
  }
  return fmt::format(R"(# bash completion of nero-bench: source <(nero-bench completion bash)
_nero_bench_words() {{ mapfile -t COMPREPLY < <(compgen -W "$1" -- "$current"); }}
_nero_bench_files() {{ compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$current"); }}
_nero_bench() {{
  local current=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD - 1]}} at= flags= words= i
  if [[ $current == = ]]; then  # --format=… is three words
    current=
  elif [[ $before == = ]]; then
    before=${{COMP_WORDS[COMP_CWORD - 2]}}
  fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$at ${{COMP_WORDS[i]}}" in
{}    esac
  done
  case "$at $before" in
{}  esac
  case "$at" in
{}  esac
  if [[ $current == -* ]]; then
    _nero_bench_words "$flags"
  elif [[ $words ]]; then
    _nero_bench_words "$words"
  else
    _nero_bench_files
  fi
}}
complete -F _nero_bench nero-bench
)",
                     steps, values, words);
}

// In single quotes for zsh's _arguments and _describe, which read brackets and colons.
std::string zsh_text(const std::string& text) {
  auto escaped = replaced(text, "'", "'\\''");
  for (const auto* special : {"[", "]", ":"}) escaped = replaced(escaped, special, fmt::format("\\{}", special));
  return escaped;
}

std::string zsh_function(const Command& command) {
  return command.path.empty() ? "_nero_bench" : "_nero_bench_" + replaced(command.path, " ", "_");
}

std::string zsh_argument(const Argument& argument) {
  const auto values = argument.choices.empty() ? "_files" : fmt::format("({})", fmt::join(argument.choices, " "));
  const auto described = zsh_text(argument.description);
  if (argument.is_positional)
    return fmt::format(" '{}:{}:{}'", argument.takes_several ? "*" : "", argument.names[0], values);
  std::string specs;
  for (const auto& name : argument.names) {
    const bool is_long = name.starts_with("--");
    specs += fmt::format(" '*{}{}[{}]{}'", name, argument.takes_value && is_long ? "=" : "", described,
                         argument.takes_value ? ":value:" + values : "");
  }
  return specs;
}

std::string zsh_completion_of(const Command& command) {
  std::string arguments, described, calls;
  for (const auto& argument : command.arguments) arguments += " \\\n   " + zsh_argument(argument);
  if (command.commands.empty()) return fmt::format("{}() {{\n  _arguments{}\n}}\n", zsh_function(command), arguments);
  for (const auto& below : command.commands) {
    described += fmt::format(" '{}:{}'", below.name(), zsh_text(below.description));
    calls += fmt::format("        {}) {} ;;\n", below.name(), zsh_function(below));
  }
  return fmt::format(R"({}() {{
  local state line curcontext=$curcontext
  _arguments -C{} \
    '1:command:->command' '*::argument:->arguments'
  case $state in
    command)
      local commands=({})
      _describe command commands ;;
    arguments)
      case $words[1] in
{}      esac ;;
  esac
}}
)",
                     zsh_function(command), arguments, described, calls);
}

std::string zsh_completion(const Command& root) {
  std::string functions;
  for (const auto* command : all_commands(root)) functions += zsh_completion_of(*command);
  return fmt::format(
      "#compdef nero-bench\n# zsh completion of nero-bench: a file _nero-bench in $fpath, or\n"
      "# source <(nero-bench completion zsh) after compinit\n{}"
      "if [[ $funcstack[1] == _nero-bench ]]; then _nero_bench \"$@\"; else compdef _nero_bench nero-bench; fi\n",
      functions);
}

std::string fish_text(const std::string& text) {
  return fmt::format("'{}'", replaced(replaced(text, "\\", "\\\\"), "'", "\\'"));
}

std::string fish_argument(const std::string& line, const Argument& argument) {
  std::string text = line;
  for (const auto& name : argument.names) {
    if (argument.is_positional) continue;
    text += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
  }
  if (!argument.choices.empty()) {
    text += fmt::format(" -x -a '{}'", fmt::join(argument.choices, " "));
  } else if (argument.takes_value) {
    text += " -r";
  }
  return text + " -d " + fish_text(argument.description) + "\n";
}

std::string fish_completion(const Command& root) {
  std::string steps, lines;
  for (const auto* command : all_commands(root)) {
    if (!command->path.empty())
      steps += fmt::format("      case '{}'\n        set at '{}'\n", parent_and_name(*command), command->path);
    const auto line = fmt::format("complete -c nero-bench -n \"__nero_bench_at '{}'\"", command->path);
    if (!words_of(*command).empty()) lines += line + " -f\n";
    for (const auto& below : command->commands)
      lines += fmt::format("{} -a {} -d {}\n", line, below.name(), fish_text(below.description));
    for (const auto& argument : command->arguments) {
      if (!argument.is_positional || !argument.choices.empty()) lines += fish_argument(line, argument);
    }
  }
  return fmt::format(R"(# fish completion of nero-bench: nero-bench completion fish | source
function __nero_bench_at
  set -l at ''
  for word in (commandline -opc)[2..-1]
    switch "$at $word"
{}    end
  end
  test "$at" = "$argv[1]"
end
complete -c nero-bench -e
{})",
                     steps, lines);
}

}  // namespace

void add_completion_command(CLI::App& app, Action& chosen) {
  auto* command = app.add_subcommand("completion", "print the completion of this command line for a shell");
  const auto shell = std::make_shared<std::string>();
  command->add_option("shell", *shell, "whose completion")->required()->check(CLI::IsMember({"bash", "zsh", "fish"}));
  command->callback([shell, &app, &chosen] {
    chosen = [shell, &app] {
      const auto root = command_tree(app);
      fmt::print("{}", *shell == "bash"  ? bash_completion(root)
                       : *shell == "zsh" ? zsh_completion(root)
                                         : fish_completion(root));
      return 0;
    };
  });
}

}  // namespace nero_bench
