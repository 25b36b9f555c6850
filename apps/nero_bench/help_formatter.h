#pragma once
#include <CLI/CLI.hpp>

#include <string>

namespace nero_bench {

// Writes --help within 80 columns; what cannot be broken, such as a long list of choices, stands on a line of its own.
class HelpFormatter : public CLI::Formatter {
 public:
  std::string make_description(const CLI::App* app) const override;
  std::string make_usage(const CLI::App* app, std::string name) const override;
  std::string make_footer(const CLI::App* app) const override;
  std::string make_subcommand(const CLI::App* sub) const override;
  std::string make_option(const CLI::Option* option, bool is_positional) const override;
};

}  // namespace nero_bench
