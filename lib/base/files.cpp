#include "base/files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <random>

#include "base/errors.h"

namespace nero_bench {
namespace {

namespace fs = std::filesystem;

// Closes on every way out.
class FileDescriptor {
 public:
  explicit FileDescriptor(int descriptor) : descriptor_(descriptor) {}
  ~FileDescriptor() {
    if (descriptor_ > 2) ::close(descriptor_);
  }
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  int get() const { return descriptor_; }

 private:
  int descriptor_;
};

[[noreturn]] void throw_store_error(const fs::path& path, const char* what) {
  const int reason = errno;
  const char* remedy = reason == ENOSPC   ? "; free some space there and run the same command again"
                       : reason == EACCES ? "; allow writing there, or choose another folder with --results"
                                          : "";
  throw StoreError(fmt::format("{}: cannot {}: {}{}", path.string(), what, std::strerror(reason), remedy));
}

void write_all(int descriptor, std::string_view content, const fs::path& path) {
  while (!content.empty()) {
    const ssize_t written = ::write(descriptor, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw_store_error(path, "write");
    content.remove_prefix(static_cast<std::size_t>(written));
  }
}

void sync_folder(const fs::path& folder) {
  const FileDescriptor descriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (descriptor.get() < 0 || ::fsync(descriptor.get()) != 0) throw_store_error(folder, "fsync");
}

// Unique among the processes and threads that share the folder: also those of other hosts and containers, where process
// ids are few and come again.
fs::path temporary_beside(const fs::path& file) {
  static const unsigned process = std::random_device()();
  static std::atomic<unsigned> counter{0};
  return file.parent_path() /
         fmt::format(".{}.{}-{:08x}.{}.tmp", file.filename().string(), ::getpid(), process, counter++);
}

// link() refuses an existing name, on every file system and over NFS; rename() would replace it.
bool link_to_new_name(const fs::path& temporary, const fs::path& file) {
  if (::link(temporary.c_str(), file.c_str()) == 0) return true;
  if (errno != EEXIST) throw_store_error(file, "create");
  // Where NFS lost the answer to a link() that had succeeded, the repeated request is refused.
  struct stat status {};
  return ::stat(temporary.c_str(), &status) == 0 && status.st_nlink == 2;
}

enum class Survives { kPowerCut, kProcess };

// Writes a temporary and hands it to `publish`, which gives it its name or not, and returns whether it did.
template <class Publish>
bool write_and_publish(const fs::path& file, std::string_view content, Survives survives, Publish publish) {
  const fs::path temporary = temporary_beside(file);
  bool published = false;
  try {
    const FileDescriptor descriptor(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
    if (descriptor.get() < 0) throw_store_error(temporary, "create");
    write_all(descriptor.get(), content, temporary);
    if (survives == Survives::kPowerCut && ::fsync(descriptor.get()) != 0) throw_store_error(temporary, "fsync");
    published = publish(temporary);
  } catch (...) {
    ::unlink(temporary.c_str());
    throw;
  }
  ::unlink(temporary.c_str());  // gone already where it was renamed
  if (published && survives == Survives::kPowerCut) sync_folder(file.has_parent_path() ? file.parent_path() : ".");
  return published;
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
    if (got < 0)
      return {{}, fmt::format("{}: cannot be read: {}; give the path of a file", file, std::strerror(errno))};
    length += static_cast<std::size_t>(got);
    if (length > max_bytes) return too_long();
    if (got == 0) {
      content.resize(length);
      return {std::move(content), {}};
    }
  }
}

bool write_atomically(const fs::path& file, std::string_view content, bool overwrite) {
  return write_and_publish(file, content, Survives::kPowerCut, [&](const fs::path& temporary) {
    if (!overwrite) return link_to_new_name(temporary, file);
    if (::rename(temporary.c_str(), file.c_str()) != 0) throw_store_error(file, "rename to");
    return true;
  });
}

bool create_file(const fs::path& file, std::string_view content) {
  return write_and_publish(file, content, Survives::kProcess,
                           [&](const fs::path& temporary) { return link_to_new_name(temporary, file); });
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
