#include "learning/data/data_folders.h"

#include "base/environment_variable.h"
#include "base/errors.h"

namespace nero_bench {
namespace {

namespace fs = std::filesystem;

}  // namespace

std::vector<fs::path> candidate_folders(const DataLocations& locations, const std::string& folder,
                                        const std::string& debian_folder) {
  std::vector<fs::path> folders;
  if (!locations.data_dir.empty()) folders.push_back(fs::path(locations.data_dir) / folder);
  if (const char* data = environment_variable("NERO_BENCH_DATA")) folders.push_back(fs::path(data) / folder);
  if (const char* share = environment_variable("XDG_DATA_HOME")) {
    folders.push_back(fs::path(share) / "nero-bench" / folder);
  } else if (const char* home = environment_variable("HOME")) {
    folders.push_back(fs::path(home) / ".local/share/nero-bench" / folder);
  }
  if (!debian_folder.empty()) folders.emplace_back(debian_folder);
  return folders;
}

fs::path find_data_folder(const DataLocations& locations, const std::string& set, const std::string& folder,
                          const std::string& file, const std::string& remedy) {
  std::string places;
  for (const auto& candidate : candidate_folders(locations, folder)) {
    std::error_code ignored;
    if (fs::exists(candidate / file, ignored)) return candidate;
    places += "\n  " + candidate.string();
  }
  throw DataError("data set '" + set + "' not found: no " + file + " in" + places + "\n" + remedy +
                  ", or name the folder that holds " + folder + "/ with --data-dir or NERO_BENCH_DATA");
}

}  // namespace nero_bench
