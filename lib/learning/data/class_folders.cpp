#include "learning/data/class_folders.h"

#include <algorithm>

#include "base/errors.h"
#include "base/stop_signal.h"

namespace nero_bench {
namespace {

namespace fs = std::filesystem;

// What lies in a folder and is not hidden, by name.
std::vector<fs::path> entries_of(const fs::path& folder) {
  std::error_code error;
  std::vector<fs::path> entries;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    if (!at->path().filename().string().starts_with('.')) entries.push_back(at->path());
  }
  if (error) throw DataError(folder.string() + ": cannot be read: " + error.message());
  std::sort(entries.begin(), entries.end());
  return entries;
}

// What cannot be told is an error: without a class that nobody misses, those behind it would have other numbers.
bool is_folder(const fs::path& entry) {
  std::error_code error;
  const auto status = fs::status(entry, error);
  if (!fs::exists(status))
    throw DataError(entry.string() + ": cannot be read: " + error.message() + "; mend or remove it");
  return fs::is_directory(status);
}

}  // namespace

ClassFolders scan_class_folders(const fs::path& folder) {
  ClassFolders found;
  std::vector<std::vector<fs::path>> files;
  for (const auto& entry : entries_of(folder)) {
    throw_if_stopped();
    if (!is_folder(entry)) continue;
    found.classes.push_back(entry.filename().string());
    files.push_back(entries_of(entry));
    if (files.back().empty())
      throw DataError(entry.string() + ": a class without images; fill the folder or remove it");
  }
  if (files.empty()) throw DataError(folder.string() + ": expected a folder for every class, found none");
  std::size_t most = 0;
  for (const auto& list : files) most = std::max(most, list.size());
  for (std::size_t image = 0; image < most; ++image) {
    for (std::size_t label = 0; label < files.size(); ++label) {
      if (image >= files[label].size()) continue;
      found.files.push_back(std::move(files[label][image]));
      found.labels.push_back(static_cast<std::int64_t>(label));
    }
  }
  return found;
}

void require_same_classes(const fs::path& folder, const ClassFolders& train, const ClassFolders& test) {
  const auto [left, right] =
      std::mismatch(train.classes.begin(), train.classes.end(), test.classes.begin(), test.classes.end());
  if (left == train.classes.end() && right == test.classes.end()) return;
  const bool only_test = left == train.classes.end() || (right != test.classes.end() && *right < *left);
  throw DataError(folder.string() + ": the class '" + (only_test ? *right : *left) + "' has a folder among the " +
                  (only_test ? "test" : "training") + " images only; give both the same classes");
}

}  // namespace nero_bench
