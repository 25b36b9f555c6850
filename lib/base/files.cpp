#include "base/files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <random>
#include <regex>

#include "base/file_descriptor.h"

namespace nero_bench {
namespace {

namespace fs = std::filesystem;

// `needed`: bytes that the file was to have.
std::string remedy_of(int reason, std::uintmax_t needed) {
  if (reason == ENOSPC || reason == EDQUOT)
    return fmt::format("; it needs {} bytes: free some space there and run the same command again", needed);
  if (reason == EFBIG)
    return fmt::format("; it needs {} bytes: raise the limit on the size of files (ulimit -f)", needed);
  if (reason == EACCES) return "; allow writing there, or choose another folder";
  return "";
}

[[noreturn]] void throw_store_error(const fs::path& path, const char* what, std::uintmax_t needed = 0) {
  const int reason = errno;
  const auto message =
      fmt::format("{}: cannot {}: {}{}", path.string(), what, std::strerror(reason), remedy_of(reason, needed));
  if (reason == ENOENT) throw RemovedError(message);
  throw StoreError(message);
}

bool write_all(int descriptor, std::string_view content) {
  while (!content.empty()) {
    const ssize_t written = ::write(descriptor, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

enum class Survives { kPowerCut, kProcess };

void write_temporary(const fs::path& temporary, std::span<const std::string_view> parts, const fs::path& file,
                     Survives survives) {
  std::uintmax_t needed = 0;
  for (const auto part : parts) needed += part.size();
  const FileDescriptor descriptor(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
  if (descriptor.get() < 0) throw_store_error(file, "create", needed);
  for (const auto part : parts) {
    if (!write_all(descriptor.get(), part)) throw_store_error(file, "write", needed);
  }
  if (survives == Survives::kPowerCut && ::fsync(descriptor.get()) != 0) throw_store_error(file, "fsync", needed);
}

fs::path folder_of(const fs::path& file) { return file.has_parent_path() ? file.parent_path() : "."; }

void sync_folder(const fs::path& folder) {
  const FileDescriptor descriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (descriptor.get() < 0 || ::fsync(descriptor.get()) != 0) throw_store_error(folder, "fsync");
}

// Unique among the processes and threads that share the folder: also those of other hosts and containers, where process
// ids are few and come again.
fs::path temporary_beside(const fs::path& file) {
  static std::atomic<unsigned> counter{std::random_device()() & 0x3fffffff};
  return file.parent_path() / fmt::format(".{}.{}.{}.tmp", file.filename().string(), ::getpid(), counter++);
}

bool is_temporary(const fs::path& file) {
  static const std::regex name(R"(\..+\.\d+\.\d+\.tmp)");
  return std::regex_match(file.filename().string(), name);
}

bool lacks_hard_links(int reason) { return reason == EPERM || reason == EOPNOTSUPP || reason == ENOSYS; }

// For FAT and what else has no hard links. NFS has no such renaming.
bool rename_to_new_name(const fs::path& file, const fs::path& name) {
  if (::renameat2(AT_FDCWD, file.c_str(), AT_FDCWD, name.c_str(), RENAME_NOREPLACE) == 0) return true;
  if (errno == EEXIST) return false;
  if (errno != EINVAL && !lacks_hard_links(errno)) throw_store_error(name, "create");
  throw StoreError(
      fmt::format("{}: cannot create: {} is on a file system that has neither hard links nor a way to rename a file "
                  "without replacing another; choose a folder on another one with --results",
                  name.string(), folder_of(name).string()));
}

// Writes a temporary and hands it to `publish`, which gives it its name or not, and returns whether it did.
template <class Publish>
bool write_and_publish(const fs::path& file, std::span<const std::string_view> parts, Survives survives,
                       Publish publish) {
  const fs::path temporary = temporary_beside(file);
  bool published = false;
  try {
    write_temporary(temporary, parts, file, survives);
    published = publish(temporary);
  } catch (...) {
    ::unlink(temporary.c_str());
    throw;
  }
  if (!published) ::unlink(temporary.c_str());
  if (published && survives == Survives::kPowerCut) sync_folder(folder_of(file));
  return published;
}

}  // namespace

TextOrError read_text(const std::string& file, std::size_t max_bytes) {
  const bool standard_input = file == "-";
  const FileDescriptor descriptor(standard_input ? STDIN_FILENO : ::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  const auto refused = [&](const char* what, const char* remedy) {
    const int reason = errno;
    return TextOrError{{}, fmt::format("{}: cannot be {}: {}; {}", file, what, std::strerror(reason), remedy), reason};
  };
  if (descriptor.get() < 0) return refused("opened", "check the path");
  const auto too_long = [&] {
    return TextOrError{
        {},
        fmt::format("{}: longer than {} bytes; at most that much is read, is this the right file?", file, max_bytes)};
  };
  struct stat status {};
  const bool has_size = ::fstat(descriptor.get(), &status) == 0 && S_ISREG(status.st_mode);
  if (has_size && static_cast<std::size_t>(status.st_size) > max_bytes) return too_long();
  std::string content;
  std::size_t length = 0;
  // One more than there should be, so that the end is seen without growing.
  content.resize(has_size ? static_cast<std::size_t>(status.st_size) + 1 : 1 << 16);
  while (true) {
    if (length == content.size()) content.resize(2 * length);
    const ssize_t got = ::read(descriptor.get(), content.data() + length, content.size() - length);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return refused("read", "give the path of a file");
    length += static_cast<std::size_t>(got);
    if (length > max_bytes) return too_long();
    if (got == 0) {
      content.resize(length);
      return {std::move(content), {}};
    }
  }
}

bool write_atomically(const fs::path& file, std::string_view content, bool overwrite) {
  return write_atomically(file, std::span(&content, 1), overwrite);
}

bool write_atomically(const fs::path& file, std::span<const std::string_view> parts, bool overwrite) {
  return write_and_publish(file, parts, Survives::kPowerCut, [&](const fs::path& temporary) {
    if (!overwrite) return move_to_new_name(temporary, file);
    if (::rename(temporary.c_str(), file.c_str()) != 0) throw_store_error(file, "rename to");
    return true;
  });
}

bool create_file(const fs::path& file, std::string_view content) {
  return write_and_publish(file, std::span(&content, 1), Survives::kProcess,
                           [&](const fs::path& temporary) { return move_to_new_name(temporary, file); });
}

void remove_unfinished_files(const fs::path& folder, std::chrono::minutes older_than) {
  const auto youngest = fs::file_time_type::clock::now() - older_than;
  std::error_code ignored;  // left behind they do no harm
  for (fs::directory_iterator entry(folder, ignored), end; !ignored && entry != end; entry.increment(ignored)) {
    std::error_code gone;
    const bool old = entry->last_write_time(gone) < youngest && !gone;
    if (old && is_temporary(entry->path())) fs::remove(entry->path(), gone);
  }
}

// link() refuses an existing name also over NFS; rename() would replace it.
bool move_to_new_name(const fs::path& file, const fs::path& name) {
  if (::link(file.c_str(), name.c_str()) != 0) {
    if (lacks_hard_links(errno)) return rename_to_new_name(file, name);
    if (errno != EEXIST) throw_store_error(name, "create");
    // Where NFS lost the answer to a link() that had succeeded, the repeated request is refused.
    struct stat status {};
    if (::stat(file.c_str(), &status) != 0 || status.st_nlink != 2) return false;
  }
  ::unlink(file.c_str());
  return true;
}

void ensure_folder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error)
    throw StoreError(fmt::format("{}: cannot create the folder: {}; choose another with --results", folder.string(),
                                 error.message()));
}

fs::path executable_folder() { return fs::read_symlink("/proc/self/exe").parent_path(); }

}  // namespace nero_bench
