#include <fmt/format.h>

#include <memory>

#include "commands.h"
#include "harness/execution/trial_program.h"
#include "harness/report/columns.h"
#include "options.h"

namespace nero_bench {
namespace {

struct ListOptions {
  std::string kind;
  std::string format = "table";
};

constexpr std::size_t kColumn = 29;
constexpr std::size_t kDescriptionColumn = 10;
constexpr std::size_t kWidth = 80;

const std::vector<std::string> kKinds{"optimisers", "schedules", "tasks", "models", "data_sets"};

void print_options(const Json& options) {
  for (const auto& option : options) {
    const auto fallback = option.contains("default")   ? "default " + option["default"].dump()
                          : option["required"] == true ? "required"
                                                       : "optional";
    fmt::print("{}", with_text_beside("      " + option["name"].get<std::string>(),
                                      option["type"].get<std::string>() + "; " + fallback, kColumn, kWidth));
    fmt::print("{}", with_text_beside("", option["description"].get<std::string>(), kDescriptionColumn, kWidth));
  }
}

int list(const ListOptions& options) {
  const Json all = ask_trial_program(find_trial_program("cpu"), {"--describe"});
  if (options.format == "json") {
    fmt::print("{}\n", (options.kind.empty() ? all : all.at(options.kind)).dump(2));
    return 0;
  }
  for (const auto& kind : kKinds) {
    if (!options.kind.empty() && kind != options.kind) continue;
    fmt::print("{}\n", kind);
    for (const auto& entry : all.at(kind)) {
      fmt::print("\n{}", with_text_beside("  " + entry["name"].get<std::string>(), entry["summary"].get<std::string>(),
                                          kColumn, kWidth));
      print_options(entry["options"]);
    }
    fmt::print("\n");
  }
  return 0;
}

}  // namespace

void add_list_command(CLI::App& app, Action& chosen) {
  auto* command = app.add_subcommand("list", "list what a config may name, with options, what they mean, and defaults");
  const auto options = std::make_shared<ListOptions>();
  command->add_option("kind", options->kind, "only these")->check(CLI::IsMember(kKinds));
  add_format_option(*command, options->format, {"table", "json"});
  command->callback([options, &chosen] { chosen = [options] { return list(*options); }; });
}

}  // namespace nero_bench
