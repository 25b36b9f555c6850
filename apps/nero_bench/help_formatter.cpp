#include "help_formatter.h"

#include "harness/report/columns.h"

namespace nero_bench {
namespace {

constexpr std::size_t kWidth = 80;
constexpr std::size_t kIndent = 2;

std::string paragraphs(const std::string& text) {
  std::string lines;
  for (const auto& paragraph : CLI::detail::split(text, '\n')) {
    for (const auto& line : wrapped(paragraph, kWidth)) lines += line + "\n";
  }
  return lines;
}

// Lines of a name that is too long for one; all but the first are indented further.
std::string name_lines(const std::string& name) {
  std::string text;
  for (const auto& line : wrapped(name, kWidth - 2 * kIndent))
    text += (text.empty() ? "" : "\n" + std::string(kIndent, ' ')) + std::string(kIndent, ' ') + line;
  return text;
}

}  // namespace

std::string HelpFormatter::make_description(const CLI::App* app) const {
  return paragraphs(CLI::Formatter::make_description(app));
}

std::string HelpFormatter::make_usage(const CLI::App* app, std::string name) const {
  return paragraphs(CLI::Formatter::make_usage(app, name));
}

std::string HelpFormatter::make_footer(const CLI::App* app) const {
  return paragraphs(CLI::Formatter::make_footer(app));
}

std::string HelpFormatter::make_subcommand(const CLI::App* sub) const {
  return with_text_beside(name_lines(sub->get_name()), sub->get_description(), get_column_width(), kWidth);
}

std::string HelpFormatter::make_option(const CLI::Option* option, bool is_positional) const {
  return with_text_beside(name_lines(make_option_name(option, is_positional) + make_option_opts(option)),
                          make_option_desc(option), get_column_width(), kWidth);
}

}  // namespace nero_bench
