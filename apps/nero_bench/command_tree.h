#pragma once
#include <CLI/CLI.hpp>

#include <string>
#include <vector>

namespace nero_bench {

// What completions and the man page are made of, read from the definition of the command line.

struct Argument {
  std::vector<std::string> names;  // "--format", "-h"; for a positional its one name without dashes
  bool is_positional = false;
  bool takes_value = false;
  bool takes_several = false;
  bool required = false;
  std::string value;                 // what stands for it in a synopsis: TEXT
  std::vector<std::string> choices;  // all values there are; empty: any
  std::string description;
  std::string fallback;  // empty: none is said
};

struct Command {
  std::string path;  // "data verify"; empty for the program itself
  std::string description;
  std::vector<Argument> arguments;
  std::vector<Command> commands;  // below it

  std::string name() const;  // the last word of the path
};

Command command_tree(const CLI::App& app);

// The tree as a list: each command before those below it.
std::vector<const Command*> all_commands(const Command& root);

}  // namespace nero_bench
