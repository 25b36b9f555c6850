#include "learning/data/data_cache.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>

#include "base/environment_variable.h"
#include "base/errors.h"
#include "base/file_descriptor.h"
#include "base/files.h"
#include "base/hashing.h"
#include "base/log.h"
#include "base/stop_signal.h"
#include "learning/checkpoints/checksum.h"
#include "learning/checkpoints/file_format.h"
#include "learning/data/mapped_tensors.h"

namespace nero_bench {
namespace {

namespace fs = std::filesystem;

constexpr int kFormat = 1;  // counts when cached tensors come to mean something else
constexpr std::chrono::hours kLongestWrite{1};
constexpr int kAskForLockMilliseconds = 50;

[[noreturn]] void throw_unreadable(const std::string& file) {
  throw DataError(file + ": cannot be read: " + std::strerror(errno));
}

// Of the bytes as they lie there, compressed or not: at the speed of memory, a small part of what decoding takes. So no
// record of names and times is kept to spare it, which could be wrong. `buffer` is what to read into.
Json fingerprint(const std::string& file, std::vector<char>& buffer) {
  const FileDescriptor descriptor(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (descriptor.get() < 0) throw_unreadable(file);
  Xxh3 hash;
  std::uint64_t bytes = 0;
  while (true) {
    const ssize_t got = ::read(descriptor.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw_unreadable(file);
    if (got == 0) return {bytes, hash.digest()};
    hash.update({buffer.data(), static_cast<std::size_t>(got)});
    bytes += static_cast<std::uint64_t>(got);
  }
}

// Users who share a folder have files of their own there: nobody else's are trusted.
std::string key_of(const DataSource& source) {
  Json files = Json::array();
  std::vector<char> buffer(1 << 18);
  for (const auto& file : source.files) {
    throw_if_stopped();
    files.push_back(fingerprint(file, buffer));
  }
  const Json all{
      {"format", kFormat}, {"user", ::geteuid()}, {"name", source.name}, {"options", source.options}, {"files", files}};
  return sha256_hex(all.dump());
}

// Nothing where it has to be decoded.
std::optional<NamedTensors> find_in_cache(const fs::path& file, const std::string& key) {
  try {
    return map_tensors(file, key);
  } catch (const FormatError& error) {
    log_warning(file.string() + ": cached data are not used: " + error.what() + "; they are decoded once more");
    return std::nullopt;
  }
}

// Held, it makes the other processes that want the same data wait for them instead of decoding them, too. It is that of
// a file of the source, so that nothing is left behind. Where the file system has no locks nothing is held, and they
// all decode and write the same. Asked for again and again: a signal does not wake from waiting for a lock.
FileDescriptor lock_out_others(const DataSource& source) {
  FileDescriptor lock(source.files.empty() ? -1 : ::open(source.files.front().c_str(), O_RDONLY | O_CLOEXEC));
  while (lock.get() >= 0 && ::flock(lock.get(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
    pollfd stop{stop_descriptor(), POLLIN, 0};  // a descriptor of −1 is ignored
    ::poll(&stop, 1, kAskForLockMilliseconds);
    throw_if_stopped();
  }
  return lock;
}

// Whether they are there now.
bool put_into_cache(const fs::path& file, const std::string& key, const NamedTensors& tensors) {
  try {
    std::error_code told_by_writing;
    fs::create_directories(file.parent_path(), told_by_writing);
    remove_unfinished_files(file.parent_path(), kLongestWrite);
    write_tensors(file, key, tensors);
    return true;
  } catch (const StoreError& error) {
    log_warning(
        "no data are cached, every trial decodes its own (--cache-dir names another folder, 'none' wants it so): " +
        std::string(error.what()));
    return false;
  }
}

}  // namespace

NamedTensors cached_tensors(const DataSource& source, const DataLocations& locations,
                            const std::function<NamedTensors()>& decode) {
  const fs::path folder = data_cache_folder(locations);
  if (folder.empty()) return copy_to_read_only(decode());
  const auto key = key_of(source);
  const auto file = folder / (source.name + "-" + key.substr(0, 16) + ".tensors");
  std::error_code ignored;
  const bool damaged = fs::exists(file, ignored);  // unless it can be used now
  if (auto found = find_in_cache(file, key)) return *found;
  const auto lock = lock_out_others(source);
  if (!damaged) {
    if (auto found = find_in_cache(file, key)) return *found;  // decoded by another process meanwhile
  }
  auto tensors = decode();
  // What was decoded must be what was hashed: somebody may be replacing the files.
  if (key_of(source) == key && put_into_cache(file, key, tensors)) {
    tensors.clear();  // or they would be in memory twice
    if (auto written = find_in_cache(file, key)) return *written;
    tensors = decode();
  }
  return copy_to_read_only(tensors);
}

std::string data_cache_folder(const DataLocations& locations) {
  const char* variable = environment_variable("NERO_BENCH_CACHE");
  const std::string named = locations.cache_dir.empty() && variable != nullptr ? variable : locations.cache_dir;
  if (named == "none") return {};
  if (!named.empty()) return named;
  if (const char* cache = environment_variable("XDG_CACHE_HOME")) return (fs::path(cache) / "nero-bench/data").string();
  if (const char* home = environment_variable("HOME")) return (fs::path(home) / ".cache/nero-bench/data").string();
  return {};
}

std::uintmax_t data_cache_bytes(const std::string& folder) {
  std::uintmax_t bytes = 0;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    const auto size = entry.file_size(ignored);
    if (!ignored) bytes += size;
  }
  return bytes;
}

}  // namespace nero_bench
