#include "base/files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <vector>

#include "base/errors.h"
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
  if (reason == EACCES) return "; allow writing there, or choose another folder with --results";
  return "";
}

[[noreturn]] void throw_store_error(const fs::path& path, const char* what, std::uintmax_t needed = 0) {
  const int reason = errno;
  throw StoreError(
      fmt::format("{}: cannot {}: {}{}", path.string(), what, std::strerror(reason), remedy_of(reason, needed)));
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

void write_temporary(const fs::path& temporary, std::span<const std::string_view> parts, const fs::path& file) {
  std::uintmax_t needed = 0;
  for (const auto part : parts) needed += part.size();
  const FileDescriptor descriptor(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
  if (descriptor.get() < 0) throw_store_error(file, "create", needed);
  for (const auto part : parts) {
    if (!write_all(descriptor.get(), part)) throw_store_error(file, "write", needed);
  }
  if (::fsync(descriptor.get()) != 0) throw_store_error(file, "fsync", needed);
}

void sync_folder(const fs::path& folder) {
  const FileDescriptor descriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (descriptor.get() < 0 || ::fsync(descriptor.get()) != 0) throw_store_error(folder, "fsync");
}

// Takes ".123" off the end of `name`; nothing, and `name` as it was, if there is no such number.
std::optional<int> number_at_end(std::string_view& name) {
  const auto point = name.rfind('.');
  if (point == name.npos || point + 1 == name.size() || name[point + 1] == '-') return std::nullopt;
  int number = 0;
  const auto [end, error] = std::from_chars(name.data() + point + 1, name.data() + name.size(), number);
  if (error != std::errc() || end != name.data() + name.size()) return std::nullopt;
  name = name.substr(0, point);
  return number;
}

// Unique among the processes and threads that share the folder.
fs::path temporary_beside(const fs::path& file) {
  static std::atomic<unsigned> counter{0};
  return file.parent_path() / fmt::format(".{}.{}.{}.tmp", file.filename().string(), ::getpid(), counter++);
}

}  // namespace

TextOrError read_text(const std::string& file, std::size_t max_bytes) {
  const bool standard_input = file == "-";
  const FileDescriptor descriptor(standard_input ? STDIN_FILENO : ::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (descriptor.get() < 0)
    return {{}, fmt::format("{}: cannot be opened: {}; check the path", file, std::strerror(errno))};
  const auto too_long = [&] {
    return TextOrError{
        {},
        fmt::format("{}: longer than {} bytes; at most that much is read, is this the right file?", file, max_bytes)};
  };
  struct stat status {};
  if (::fstat(descriptor.get(), &status) == 0 && S_ISREG(status.st_mode) &&
      static_cast<std::size_t>(status.st_size) > max_bytes) {
    return too_long();
  }
  std::string content;
  std::vector<char> buffer(1 << 16);
  while (true) {
    const ssize_t got = ::read(descriptor.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0)
      return {{}, fmt::format("{}: cannot be read: {}; give the path of a file", file, std::strerror(errno))};
    if (got == 0) return {std::move(content), {}};
    content.append(buffer.data(), static_cast<std::size_t>(got));
    if (content.size() > max_bytes) return too_long();
  }
}

bool write_atomically(const fs::path& file, std::string_view content, bool overwrite) {
  return write_atomically(file, std::span(&content, 1), overwrite);
}

bool write_atomically(const fs::path& file, std::span<const std::string_view> parts, bool overwrite) {
  const fs::path temporary = temporary_beside(file);
  try {
    write_temporary(temporary, parts, file);
    if (overwrite) {
      if (::rename(temporary.c_str(), file.c_str()) != 0) throw_store_error(file, "rename to");
    } else {
      // link() refuses an existing name, on every file system and over NFS; rename() would replace it.
      const bool created = ::link(temporary.c_str(), file.c_str()) == 0;
      if (!created && errno != EEXIST) throw_store_error(file, "create");
      ::unlink(temporary.c_str());
      if (!created) return false;
    }
  } catch (...) {
    ::unlink(temporary.c_str());
    throw;
  }
  sync_folder(file.has_parent_path() ? file.parent_path() : ".");
  return true;
}

std::optional<UnfinishedFile> unfinished_file(const fs::path& path) {
  std::string_view name(path.native());
  name.remove_prefix(name.rfind('/') + 1);  // npos + 1 is 0
  if (!name.starts_with('.') || !name.ends_with(".tmp")) return std::nullopt;
  name.remove_suffix(4);
  const auto counter = number_at_end(name);
  const auto process = counter ? number_at_end(name) : std::nullopt;
  if (!process || name.size() < 2) return std::nullopt;
  return UnfinishedFile{path.parent_path() / name.substr(1), *process};
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
