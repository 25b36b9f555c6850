#pragma once
#include <filesystem>
#include <string>
#include <vector>

namespace nero_bench {

// Where data sets are looked for: the folder a user named (empty if none), then $NERO_BENCH_DATA, then
// $XDG_DATA_HOME/nero-bench (~/.local/share/nero-bench), and last where a Debian package puts the set.
struct DataLocations {
  std::string data_dir;
  std::string cache_dir = {};  // of the decoded data (data_cache.h); "none" for no cache
};

// `folder` below each of these places that is set, in this order; `debian_folder` (empty if there is none) as it is.
std::vector<std::filesystem::path> candidate_folders(const DataLocations& locations, const std::string& folder,
                                                     const std::string& debian_folder = "");

// The first candidate that holds `file`. Throws DataError, naming all places and `remedy`.
std::filesystem::path find_data_folder(const DataLocations& locations, const std::string& set,
                                       const std::string& folder, const std::string& file, const std::string& remedy);

}  // namespace nero_bench
