#include "harness/results/results_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <future>
#include <thread>
#include <variant>

#include "base/errors.h"
#include "base/files.h"

namespace nero_bench {
namespace {

namespace fs = std::filesystem;

// A record with the curves of every step may be large; it is our own file all the same.
constexpr JsonLimits kRecordLimits{.bytes = std::size_t{1} << 30, .depth = 80, .unique_keys = false};

using RecordOrProblem = std::variant<TrialRecord, std::string>;

RecordOrProblem load_record(const fs::path& file) {
  std::error_code error;
  if (!fs::is_regular_file(file, error)) return file.string() + ": not a regular file; skipped, move it elsewhere";
  const auto text = read_text(file.string(), kRecordLimits.bytes);
  if (!text) return text.error + "; skipped";
  try {
    const Json json = parse_json(text.content, file.string(), kRecordLimits);
    auto record = parse_trial_record(json, file.string());
    const auto id = json.at("id").get<std::string>();
    if (file.filename() == id + ".json") return record;
    return fmt::format("{}: holds the record {}; skipped, give it the name of its id", file.string(), id);
  } catch (const ConfigError& problem) {
    return std::string(problem.what()) + "; skipped, its trial counts as not run";
  }
}

// Loads on all cores: ten thousand records should not keep anybody waiting.
std::vector<RecordOrProblem> load_records(const std::vector<fs::path>& files) {
  std::vector<RecordOrProblem> loaded(files.size());
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

// Temporaries of a killed process, and files that add() moved aside: known, and no business of the reader's.
bool is_leftover(const fs::path& file) {
  const auto name = file.filename().string();
  return name.starts_with(".") || name.find(".json.damaged-") != std::string::npos;
}

std::vector<fs::path> files_in(const fs::path& folder) {
  std::error_code error;
  std::vector<fs::path> files;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    if (!is_leftover(entry->path())) files.push_back(entry->path());
  }
  if (error && error != std::errc::no_such_file_or_directory) {
    throw StoreError(fmt::format("{}: cannot be read: {}; allow reading there, or choose another folder with --results",
                                 folder.string(), error.message()));
  }
  std::sort(files.begin(), files.end());
  return files;
}

// Renames to the first free one of name(1), name(2), …
template <class Name>
void move_to_free_name(const fs::path& file, Name name) {
  int n = 1;
  std::error_code error;
  while (fs::exists(name(n), error)) ++n;
  fs::rename(file, name(n), error);
  if (error)
    throw StoreError(fmt::format("{}: cannot be moved to {}: {}", file.string(), name(n).string(), error.message()));
}

bool is_result(TrialStatus status) { return status == TrialStatus::kCompleted || status == TrialStatus::kDiverged; }

std::string file_text(const Json& json) { return json.dump(2) + "\n"; }

}  // namespace

ResultsStore::ResultsStore(fs::path folder) : folder_(std::move(folder)) {
  files_in(folder_);
  files_in(folder_ / "records");
}

fs::path ResultsStore::file_of(const std::string& id) const { return folder_ / "records" / (id + ".json"); }

std::vector<TrialRecord> ResultsStore::records() {
  problems_of_files_.clear();
  std::vector<TrialRecord> records;
  for (auto& loaded : load_records(files_in(folder_ / "records"))) {
    if (auto* record = std::get_if<TrialRecord>(&loaded)) {
      records.push_back(std::move(*record));
    } else {
      problems_of_files_.push_back(std::get<std::string>(loaded));
    }
  }
  return records;
}

std::vector<std::string> ResultsStore::problems() const {
  auto all = problems_of_files_;
  all.insert(all.end(), problems_of_adding_.begin(), problems_of_adding_.end());
  return all;
}

ResultsStore::Added ResultsStore::add(const TrialRecord& record) {
  ensure_folder(folder_ / "records");
  const auto text = file_text(to_json(record));
  auto outcome = Added::kNew;
  while (!write_atomically(file_of(record.id()), text, false)) {
    outcome = make_room(record);
    if (outcome == Added::kAlreadyThere || outcome == Added::kKeptFirst) return outcome;
  }
  return outcome;
}

// Called when the name of the record is taken.
ResultsStore::Added ResultsStore::make_room(const TrialRecord& record) {
  const auto file = file_of(record.id());
  const auto loaded = load_record(file);
  if (const auto* problem = std::get_if<std::string>(&loaded)) {
    move_to_free_name(file, [&](int n) { return fs::path(fmt::format("{}.damaged-{}", file.string(), n)); });
    problems_of_adding_.push_back(*problem + "; moved aside, the new record took its place");
    return Added::kNew;
  }
  const auto& first = std::get<TrialRecord>(loaded);
  if (reproducible_part(first) == reproducible_part(record)) return Added::kAlreadyThere;
  if (!is_result(first.status)) {
    set_aside(record.id());
    return Added::kReplacedFailure;
  }
  problems_of_adding_.push_back(file.string() + ": another result of the same trial came in; the first one is kept");
  return Added::kKeptFirst;
}

bool ResultsStore::set_aside(const std::string& id) {
  const auto file = file_of(id);
  if (std::error_code error; !fs::exists(file, error)) return false;
  const auto superseded = folder_ / "superseded";
  ensure_folder(superseded);
  move_to_free_name(file, [&](int n) { return superseded / fmt::format("{}-{}.json", id, n); });
  return true;
}

void ResultsStore::write_config(const Json& config) {
  ensure_folder(folder_);
  write_atomically(config_file(), file_text(config), true);
}

}  // namespace nero_bench
