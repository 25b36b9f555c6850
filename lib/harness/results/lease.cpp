#include "harness/results/lease.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <random>
#include <utility>
#include <vector>

#include "base/errors.h"
#include "base/files.h"

namespace nero_bench {
namespace {

namespace fs = std::filesystem;

constexpr JsonLimits kLeaseLimits{.bytes = 1 << 16, .depth = 8};
constexpr std::chrono::duration<double> kLongestBeat = std::chrono::seconds(15);

// The right to remove stale leases of a folder: at most one process has it, and the kernel takes it back at its death.
class RemovalRight {
 public:
  explicit RemovalRight(const fs::path& folder)
      : descriptor_(::open((folder / ".removing").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644)) {
    // A file system without locks must do without: the worst is that a trial is trained twice.
    granted_ = descriptor_ < 0 || ::flock(descriptor_, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK;
  }
  ~RemovalRight() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  RemovalRight(const RemovalRight&) = delete;
  RemovalRight& operator=(const RemovalRight&) = delete;
  explicit operator bool() const { return granted_; }

 private:
  int descriptor_;
  bool granted_;
};

// No two are equal, so that a lease can be told from a later one of the same process.
std::string new_content(const Holder& holder) {
  std::random_device random;
  Json json = to_json(holder);
  json["token"] = fmt::format("{:08x}{:08x}", random(), random());
  return json.dump(2) + "\n";
}

std::optional<Holder> holder_in(const std::string& content, const std::string& source) {
  try {
    return parse_holder(parse_json(content, source, kLeaseLimits));
  } catch (const ConfigError&) {
    return std::nullopt;
  }
}

}  // namespace

Lease::Lease(Lease&& other) noexcept
    : leases_(std::exchange(other.leases_, nullptr)), trial_(std::move(other.trial_)) {}

Lease::~Lease() {
  if (leases_ != nullptr) leases_->release(trial_);
}

Leases::Leases(fs::path results_folder, LeaseOptions options)
    : folder_(std::move(results_folder) / "leases"), options_(std::move(options)) {
  const auto beat = std::min(options_.silence / 10, kLongestBeat);
  heartbeat_ = std::jthread([this, beat](const std::stop_token& stop) {
    std::mutex resting;
    std::unique_lock lock(resting);
    while (!wake_.wait_for(lock, stop, beat, [&] { return stop.stop_requested(); })) touch_all();
  });
}

Leases::~Leases() = default;

std::optional<Lease> Leases::try_acquire(const std::string& trial) {
  ensure_folder(folder_);
  constexpr int kTries = 3;  // others may be at the same trial
  for (int i = 0; i < kTries; ++i) {
    if (const auto sight = look(trial)) {
      if (!is_stale(trial, *sight)) return std::nullopt;
      remove_stale(trial, sight->content);
    }
    const auto content = new_content(options_.holder);
    if (!create_file(file_of(trial), content)) continue;
    const std::lock_guard lock(mutex_);
    held_[trial] = content;
    return Lease(*this, trial);
  }
  return std::nullopt;
}

std::optional<std::string> Leases::holder(const std::string& trial) const {
  const auto sight = look(trial);
  if (!sight) return std::nullopt;
  if (!sight->holder) return "somebody who cannot be read from " + file_of(trial).string();
  return fmt::format("host {}, pid {}", sight->holder->host, sight->holder->pid);
}

bool Leases::is_free(const std::string& trial) {
  const auto sight = look(trial);
  return !sight || is_stale(trial, *sight);
}

std::set<std::string> Leases::held() {
  std::set<std::string> trials;
  std::error_code error;
  for (fs::directory_iterator entry(folder_, error), end; !error && entry != end; entry.increment(error)) {
    const auto& file = entry->path();
    if (file.extension() == ".json" && !file.filename().string().starts_with(".") && !is_free(file.stem().string()))
      trials.insert(file.stem().string());
  }
  return trials;
}

std::optional<Leases::Sight> Leases::look(const std::string& trial) const {
  const auto file = file_of(trial);
  Sight sight;
  std::error_code error;
  sight.touched = fs::last_write_time(file, error);
  if (error == std::errc::no_such_file_or_directory) return std::nullopt;
  // What cannot be read is there all the same: a holder without a name.
  if (fs::is_regular_file(file, error)) sight.content = read_text(file.string(), kLeaseLimits.bytes).content;
  sight.holder = holder_in(sight.content, file.string());
  return sight;
}

bool Leases::is_stale(const std::string& trial, const Sight& sight) {
  if (sight.holder && is_provably_dead(*sight.holder, options_.holder)) return true;
  const auto now = options_.now();
  auto& seen = observed_.try_emplace(trial, Observation{sight.content, sight.touched, now}).first->second;
  if (seen.content != sight.content || seen.touched != sight.touched) seen = {sight.content, sight.touched, now};
  const bool can_be_asked = sight.holder && sight.holder->host == options_.holder.host &&
                            sight.holder->boot_id == options_.holder.boot_id &&
                            sight.holder->pid_namespace == options_.holder.pid_namespace;
  return !can_be_asked && now - seen.since >= options_.silence;
}

void Leases::remove_stale(const std::string& trial, const std::string& content) {
  const RemovalRight right(folder_);
  if (!right) return;
  // Another process may have removed it and taken the trial since we looked.
  const auto sight = look(trial);
  if (!sight || sight->content != content) return;
  if (::unlink(file_of(trial).c_str()) != 0 && errno != ENOENT)
    throw StoreError(fmt::format("{}: a lease that nobody holds any more cannot be removed: {}; remove it yourself",
                                 file_of(trial).string(), std::strerror(errno)));
  observed_.erase(trial);
}

bool Leases::is_ours(const std::string& trial, const std::string& content) const {
  const auto sight = look(trial);
  return sight && sight->content == content;
}

void Leases::release(const std::string& trial) {
  std::string content;
  {
    const std::lock_guard lock(mutex_);
    content = std::move(held_.extract(trial).mapped());
  }
  if (is_ours(trial, content)) ::unlink(file_of(trial).c_str());
}

void Leases::touch_all() {
  std::map<std::string, std::string> held;
  {
    const std::lock_guard lock(mutex_);
    held = held_;
  }
  for (const auto& [trial, content] : held) {
    // It may have been taken from us, as after a night's sleep of the machine; the time is the file server's.
    if (is_ours(trial, content)) ::utimensat(AT_FDCWD, file_of(trial).c_str(), nullptr, 0);
  }
}

}  // namespace nero_bench
