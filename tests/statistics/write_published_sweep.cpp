// Writes the published sweep of 100 layers as a results folder, for trying the command line on it.
// usage: write_published_sweep FOLDER
#include <filesystem>
#include <iostream>

#include "base/files.h"
#include "harness/analysis/published_sweep.h"

namespace nero_bench {
namespace {

void write_published_sweep(const std::filesystem::path& folder) {
  const auto sweep = published_deep_mlp();
  ensure_folder(folder / "records");
  write_atomically(folder / "config.json", to_json(sweep.config).dump(2), true);
  for (const auto& record : sweep.records)
    write_atomically(folder / "records" / (record.id() + ".json"), to_json(record).dump(2), true);
}

}  // namespace
}  // namespace nero_bench

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: write_published_sweep FOLDER\n";
    return 2;
  }
  nero_bench::write_published_sweep(argv[1]);
  return 0;
}
