#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "learning/checkpoints/checkpoint.h"

namespace nero_bench {

// The checkpoints of one trial in a folder of its own, step-000000001200.ckpt for that of step 1200; other files there
// are left alone. All functions throw StoreError where the folder itself cannot be read or written.
class CheckpointFolder {
 public:
  // Creates nothing: there need be no folder before the first save().
  CheckpointFolder(std::filesystem::path folder, std::string trial, std::string environment_hash);

  struct Latest {
    std::optional<Checkpoint> checkpoint;
    std::vector<std::string> passed_over;  // newer ones, newest first: the file and what was wrong with it
  };

  // The newest checkpoint that is intact, of this trial and of this environment.
  Latest latest();

  // Writes a checkpoint, then removes all but this one and the one before it, along with what killed writers left. The
  // one before is what this object wrote or found intact last, so that damaged ones never displace a good one.
  // Another process may be at the same trial, where its lease was taken over from one that was not dead: they may
  // remove each other's files, and a checkpoint that is removed while it is written is left out.
  void save(std::int64_t step, std::span<const Section> sections);

 private:
  std::filesystem::path file_of(std::int64_t step) const;
  std::vector<std::int64_t> steps() const;  // of all files, in ascending order
  void remove_superseded(std::int64_t saved) const;
  Checkpoint open(std::int64_t step) const;

  std::filesystem::path folder_;
  std::string trial_;
  std::string environment_hash_;
  std::optional<std::int64_t> known_intact_;  // the step saved or found last
};

}  // namespace nero_bench
