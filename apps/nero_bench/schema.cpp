#include "schema.h"

#include <fmt/format.h>

#include <memory>

#include "commands.h"

namespace nero_bench {

void add_schema_command(CLI::App& app, Action& chosen) {
  auto* command = app.add_subcommand("schema", "print the JSON Schema of a kind of file, for editors and validators");
  const auto kind = std::make_shared<std::string>("experiment");
  command->add_option("kind", *kind, "of which files")
      ->check(CLI::IsMember({"experiment", "record", "reference"}))
      ->capture_default_str();
  command->callback([kind, &chosen] {
    chosen = [kind] {
      fmt::print("{}", *kind == "record"      ? schemas::kRecord
                       : *kind == "reference" ? schemas::kReference
                                              : schemas::kExperiment);
      return 0;
    };
  });
}

}  // namespace nero_bench
