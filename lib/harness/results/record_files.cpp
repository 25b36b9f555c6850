#include "harness/results/record_files.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <future>
#include <thread>
#include <utility>

#include "base/errors.h"

namespace nero_bench {
namespace {

namespace fs = std::filesystem;

// Temporaries of a killed process, and files that the store moved aside: known, and no business of the reader's.
bool is_leftover(const fs::path& file) {
  const auto name = file.filename().string();
  return name.starts_with(".") || name.find(".json.damaged-") != std::string::npos;
}

std::vector<std::optional<RecordOrProblem>> load_records(const std::vector<fs::path>& files) {
  std::vector<std::optional<RecordOrProblem>> loaded(files.size());
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    for (std::size_t i = next++; i < files.size(); i = next++) loaded[i] = load_record(files[i]);
  };
  constexpr std::size_t kWorthAThread = 200;
  const auto threads = std::min<std::size_t>(std::thread::hardware_concurrency(), files.size() / kWorthAThread);
  std::vector<std::future<void>> helpers;
  for (std::size_t i = 1; i < threads; ++i) helpers.push_back(std::async(std::launch::async, work));
  work();
  for (auto& helper : helpers) helper.get();
  return loaded;
}

// Empty if unknown.
std::string version_of(const fs::path& file) {
  struct stat status {};
  if (::stat(file.c_str(), &status) != 0) return "";
  return fmt::format("{} {} {}.{}", status.st_ino, status.st_size, status.st_mtim.tv_sec, status.st_mtim.tv_nsec);
}

}  // namespace

TextOrError read_record_text(const fs::path& file) {
  auto text = read_text(file.string(), kLongestRecord);
  if (text.reason == 0 || text.reason == ENOENT) return text;
  throw StoreError(
      fmt::format("{}: cannot be read: {}; make it readable, or move it elsewhere to have its trial run again",
                  file.string(), std::strerror(text.reason)));
}

std::optional<RecordOrProblem> load_record(const fs::path& file) {
  std::error_code error;
  if (!fs::exists(fs::symlink_status(file, error))) return std::nullopt;
  if (!fs::is_regular_file(file, error)) return file.string() + ": not a regular file; skipped, move it elsewhere";
  const auto text = read_record_text(file);
  if (text.reason == ENOENT) return std::nullopt;
  if (!text) return text.error + "; skipped";
  try {
    auto record = read_trial_record(text.content, file.string());
    const auto id = record.id();
    if (file.filename() == id + ".json") return record;
    return fmt::format("{}: holds the record {}; skipped, give it the name of its id", file.string(), id);
  } catch (const ConfigError& problem) {
    return std::string(problem.what()) + "; skipped, its trial counts as not run";
  }
}

std::vector<fs::path> record_files_in(const fs::path& folder) {
  std::error_code error;
  std::vector<fs::path> files;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    if (!is_leftover(entry->path())) files.push_back(entry->path());
  }
  if (error && error != std::errc::no_such_file_or_directory) {
    throw StoreError(fmt::format("{}: cannot be read: {}; allow reading there, or choose another folder with --results",
                                 folder.string(), error.message()));
  }
  // As texts: comparing paths would take them apart each time.
  std::sort(files.begin(), files.end(), [](const auto& a, const auto& b) { return a.native() < b.native(); });
  return files;
}

void RecordFiles::load(const fs::path& folder) {
  const auto files = record_files_in(folder);
  std::vector<std::string> versions;  // taken before reading, so that a later change is seen the next time
  std::vector<fs::path> unknown;
  const auto is_known = [&](std::size_t i) {
    const auto known = known_.find(files[i].native());
    return known != known_.end() && !versions[i].empty() && known->second.version == versions[i];
  };
  for (std::size_t i = 0; i < files.size(); ++i) {
    versions.push_back(version_of(files[i]));
    if (!is_known(i)) unknown.push_back(files[i]);
  }
  auto read = load_records(unknown);
  auto next_read = read.begin();
  std::vector<TrialRecord> records;
  std::unordered_map<std::string, Known> known;
  problems_.clear();
  for (std::size_t i = 0; i < files.size(); ++i) {
    const auto& name = files[i].native();
    auto loaded = is_known(i) ? RecordOrProblem(std::move(records_[known_.at(name).place])) : std::move(*next_read++);
    if (!loaded) continue;
    if (auto* record = std::get_if<TrialRecord>(&*loaded)) {
      known[name] = {versions[i], records.size()};
      records.push_back(std::move(*record));
    } else {
      problems_.push_back(std::get<std::string>(*loaded));
    }
  }
  records_ = std::move(records);
  known_ = std::move(known);
}

}  // namespace nero_bench
