#include "harness/results/results_store.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include "base/errors.h"
#include "base/files.h"

namespace nero_bench {
namespace {

namespace fs = std::filesystem;

// Renames to the first free one of name(1), name(2), …, and returns it; nothing if the file has gone meanwhile.
template <class Name>
std::optional<fs::path> move_to_free_name(const fs::path& file, Name name) {
  int n = 1;
  while (!create_file(name(n), "")) ++n;  // so that nobody else takes the name
  if (::rename(file.c_str(), name(n).c_str()) == 0) return name(n);
  const int reason = errno;
  ::unlink(name(n).c_str());
  if (reason == ENOENT) return std::nullopt;
  throw StoreError(
      fmt::format("{}: cannot be moved to {}: {}", file.string(), name(n).string(), std::strerror(reason)));
}

bool holds_result(const fs::path& file, const std::string& id) {
  try {
    const auto record = read_trial_record(read_record_text(file).content, file.string());
    return record.id() == id && is_result(record.status);
  } catch (const ConfigError&) {
    return false;
  }
}

std::string file_text(const Json& json) { return json.dump(2) + "\n"; }

}  // namespace

bool is_result(TrialStatus status) { return status == TrialStatus::kCompleted || status == TrialStatus::kDiverged; }

ResultsStore::ResultsStore(fs::path folder) : folder_(std::move(folder)) {
  record_files_in(folder_);
  record_files_in(folder_ / "records");
}

fs::path ResultsStore::file_of(const std::string& id) const { return folder_ / "records" / (id + ".json"); }

const std::vector<TrialRecord>& ResultsStore::records() {
  files_.load(folder_ / "records");
  return files_.records();
}

std::optional<TrialRecord> ResultsStore::find(const std::string& id) const {
  auto loaded = load_record(file_of(id));
  auto* record = loaded ? std::get_if<TrialRecord>(&*loaded) : nullptr;
  return record ? std::optional(std::move(*record)) : std::nullopt;
}

std::vector<std::string> ResultsStore::problems() const {
  auto all = files_.problems();
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
  if (!loaded) return Added::kNew;
  if (const auto* problem = std::get_if<std::string>(&*loaded)) {
    put_back_result(record.id(), move_to_free_name(file, [&](int n) {
                      return fs::path(fmt::format("{}.damaged-{}", file.string(), n));
                    }));
    problems_of_adding_.push_back(*problem + "; moved aside, the new record took its place");
    return Added::kNew;
  }
  const auto& first = std::get<TrialRecord>(*loaded);
  if (reproducible_part(first) == reproducible_part(record)) return Added::kAlreadyThere;
  if (!is_result(first.status)) {
    put_back_result(record.id(), move_to_superseded(record.id()));
    return Added::kReplacedFailure;
  }
  problems_of_adding_.push_back(file.string() + ": another result of the same trial came in; the first one is kept");
  return Added::kKeptFirst;
}

std::optional<fs::path> ResultsStore::move_to_superseded(const std::string& id) const {
  const auto superseded = folder_ / "superseded";
  ensure_folder(superseded);
  return move_to_free_name(file_of(id), [&](int n) { return superseded / fmt::format("{}-{}.json", id, n); });
}

// Between our look at a file that was no result and moving it, another process may have put one in its place; and since
// then a third one a failure.
void ResultsStore::put_back_result(const std::string& id, const std::optional<fs::path>& moved) const {
  if (!moved || !holds_result(*moved, id)) return;
  while (!move_to_new_name(*moved, file_of(id))) {
    const auto there = find(id);
    if (there && is_result(there->status)) return;
    put_back_result(id, move_to_superseded(id));
  }
}

bool ResultsStore::set_aside(const TrialRecord& failure) {
  const auto there = find(failure.id());
  if (!there || to_json(*there) != to_json(failure)) return false;
  put_back_result(failure.id(), move_to_superseded(failure.id()));
  return true;
}

void ResultsStore::write_config(const Json& config) {
  ensure_folder(folder_);
  write_atomically(config_file(), file_text(config), true);
}

}  // namespace nero_bench
