#pragma once
#include <ATen/core/Tensor.h>

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/json.h"

namespace nero_bench::golden {

// The files with runs of a folder (tests/golden/README.md describes them), sorted; problem.json holds none.
std::vector<std::filesystem::path> files_with_runs(const std::filesystem::path& folder);

// Replays every run of `file` that is defined for `type`, with the "implementation" given, and calls `complain` with
// file, run, step and tensor for each disagreement. Returns the ids of the runs that only document a division by zero,
// which are replayed by nobody.
std::vector<std::string> check_file(const std::filesystem::path& file, at::ScalarType type,
                                    const std::string& implementation,
                                    const std::function<void(const std::string&)>& complain);

// How `actual` fails to agree with `expected` at `tolerance` in the sense of the README, or nothing if it does.
std::string disagreement(const std::vector<double>& actual, const std::vector<double>& expected, double tolerance);

}  // namespace nero_bench::golden
