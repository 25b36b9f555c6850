#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "harness/results/record_files.h"

namespace nero_bench {

// Whether a trial that ended so has a result: it completed or diverged.
bool is_result(TrialStatus status);

// The results of one experiment in one folder:
//   config.json                the experiment as it was understood
//   records/<id>.json          one file a trial, written at once and never changed
//   superseded/<id>-<n>.json   records that a later run of the same trial replaced
//   checkpoints/<id>/          what a trial that has no result yet can go on from
// The files are the only state: another process may add to the folder at the same time.
class ResultsStore {
 public:
  // The folder need not be there yet. Throws StoreError if it is there and cannot be read, as records() does.
  explicit ResultsStore(std::filesystem::path folder);

  // All valid records in the order of their ids. Files that are none are named in problems() and skipped. Valid until
  // the next call, which reads only what has changed since.
  const std::vector<TrialRecord>& records();

  // The valid record with this id as it is now in the folder. Throws StoreError.
  std::optional<TrialRecord> find(const std::string& id) const;

  enum class Added { kNew, kReplacedFailure, kAlreadyThere, kKeptFirst };

  // Stores a record. A completed or diverged one that is there already stays: an equal newcomer is fine, a different
  // one is dropped and named in problems(). One that failed or was interrupted makes room, and so does a damaged file.
  // Throws StoreError.
  Added add(const TrialRecord& record);

  // Moves a failure to superseded/, unless another record has taken its place. Returns whether it was there. Throws
  // StoreError.
  bool set_aside(const TrialRecord& failure);

  void write_config(const Json& config);
  std::filesystem::path config_file() const { return folder_ / "config.json"; }

  // What was wrong in the folder, a sentence each: found by the latest records(), and by every add() so far.
  std::vector<std::string> problems() const;
  const std::filesystem::path& folder() const { return folder_; }
  std::filesystem::path checkpoints() const { return folder_ / "checkpoints"; }
  std::filesystem::path file_of(const std::string& id) const;

 private:
  Added make_room(const TrialRecord& record);
  std::optional<std::filesystem::path> move_to_superseded(const std::string& id) const;
  void put_back_result(const std::string& id, const std::optional<std::filesystem::path>& moved) const;

  std::filesystem::path folder_;
  RecordFiles files_;
  std::vector<std::string> problems_of_adding_;
};

}  // namespace nero_bench
