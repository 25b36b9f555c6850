#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

#include "base/files.h"
#include "trial/trial_record.h"

namespace nero_bench {

using RecordOrProblem = std::variant<TrialRecord, std::string>;  // the latter a sentence naming the file

// Nothing if there is no such file, any more. Throws StoreError if it cannot be read: that is no damage, and what it
// holds may be a result.
std::optional<RecordOrProblem> load_record(const std::filesystem::path& file);

// The text of such a file, as load_record() reads it.
TextOrError read_record_text(const std::filesystem::path& file);

// The regular entries of a folder in the order of their names, without hidden and damaged ones; none if there is no
// folder. Throws StoreError if it cannot be read.
std::vector<std::filesystem::path> record_files_in(const std::filesystem::path& folder);

// The records of a folder. Files are read on all cores, and again only where they changed: a run that plans many rounds
// need not read ten thousand of them each time.
class RecordFiles {
 public:
  // Throws StoreError if the folder or one of its records cannot be read.
  void load(const std::filesystem::path& folder);

  const std::vector<TrialRecord>& records() const { return records_; }  // in the order of the files' names
  const std::vector<std::string>& problems() const { return problems_; }

 private:
  struct Known {
    std::string version;    // differs if the file was changed
    std::size_t place = 0;  // in records_
  };

  std::unordered_map<std::string, Known> known_;  // by path
  std::vector<TrialRecord> records_;
  std::vector<std::string> problems_;
};

}  // namespace nero_bench
