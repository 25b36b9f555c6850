#include "learning/checkpoints/checkpoint_folder.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <ranges>
#include <string_view>

#include "base/errors.h"
#include "base/files.h"
#include "base/text.h"
#include "learning/checkpoints/write_checkpoint.h"

namespace nero_bench {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPrefix = "step-";
constexpr std::string_view kSuffix = ".ckpt";
constexpr std::size_t kDigits = 12;  // listings are in the order of steps
constexpr std::chrono::minutes kLongestWrite{1};

std::string name_of(std::int64_t step) {
  const auto digits = std::to_string(step);
  const std::string zeros(kDigits - std::min(kDigits, digits.size()), '0');
  return std::string(kPrefix) + zeros + digits + std::string(kSuffix);
}

// Nothing for a file that is not ours.
std::optional<std::int64_t> step_of(const fs::path& file) {
  const auto name = file.filename().string();
  if (!name.starts_with(kPrefix) || !name.ends_with(kSuffix)) return std::nullopt;
  std::int64_t step = -1;
  std::from_chars(name.data() + kPrefix.size(), name.data() + name.size() - kSuffix.size(), step);
  return step >= 0 && name == name_of(step) ? std::optional(step) : std::nullopt;
}

std::vector<fs::path> files_in(const fs::path& folder) {
  std::error_code error;
  std::vector<fs::path> files;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    std::error_code ignored;  // vanished meanwhile
    if (fs::is_regular_file(entry->symlink_status(ignored))) files.push_back(entry->path());
  }
  if (error && error != std::errc::no_such_file_or_directory)
    throw StoreError(folder.string() + ": cannot be read: " + error.message() + "; allow reading there");
  return files;
}

void remove_file(const fs::path& file) {
  std::error_code error;
  fs::remove(file, error);
  if (error) throw StoreError(file.string() + ": cannot be removed: " + error.message());
}

}  // namespace

CheckpointFolder::CheckpointFolder(fs::path folder, std::string trial, std::string environment_hash)
    : folder_(std::move(folder)), trial_(std::move(trial)), environment_hash_(std::move(environment_hash)) {}

CheckpointFolder::Latest CheckpointFolder::latest() {
  Latest latest;
  const auto all = steps();
  for (const auto step : std::views::reverse(all)) {
    try {
      latest.checkpoint = open(step);
      known_intact_ = step;
      break;
    } catch (const StoreError& error) {
      latest.passed_over.emplace_back(error.what());
    }
  }
  return latest;
}

Checkpoint CheckpointFolder::open(std::int64_t step) const {
  const auto file = file_of(step);
  Checkpoint checkpoint(file);
  const auto& header = checkpoint.header();
  const auto refuse = [&](const std::string& why) { throw StoreError(file.string() + ": " + why); };
  if (header.trial != trial_) refuse("belongs to the trial '" + printable(header.trial) + "', not to '" + trial_ + "'");
  if (header.environment_hash != environment_hash_) {
    refuse("was written in the environment '" + printable(header.environment_hash) + "'; in this one, '" +
           environment_hash_ + "', the trial would not go on with the same bits");
  }
  if (header.step != step) refuse("holds step " + std::to_string(header.step) + "; was it renamed?");
  return checkpoint;
}

void CheckpointFolder::save(std::int64_t step, std::span<const Section> sections) {
  ensure_folder(folder_);
  remove_unfinished_files(folder_, kLongestWrite);  // before writing, since they take space
  try {
    write_checkpoint(file_of(step), {trial_, environment_hash_, step}, sections);
  } catch (const RemovedError&) {
    return;  // by another process at the same trial: what it saved does as well, or it has the result
  }
  remove_superseded(step);
  known_intact_ = step;
}

void CheckpointFolder::remove_superseded(std::int64_t saved) const {
  auto others = steps();
  std::erase(others, saved);
  auto before = known_intact_;
  if (!before || *before == saved) {
    const auto newer = std::upper_bound(others.begin(), others.end(), saved);
    before = newer == others.begin() ? saved : *std::prev(newer);
  }
  for (const auto step : others) {
    if (step != *before) remove_file(file_of(step));
  }
}

fs::path CheckpointFolder::file_of(std::int64_t step) const { return folder_ / name_of(step); }

std::vector<std::int64_t> CheckpointFolder::steps() const {
  std::vector<std::int64_t> steps;
  for (const auto& file : files_in(folder_)) {
    if (const auto step = step_of(file)) steps.push_back(*step);
  }
  std::sort(steps.begin(), steps.end());
  return steps;
}

}  // namespace nero_bench
