#include "learning/data/image_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "base/errors.h"
#include "base/file_descriptor.h"
#include "learning/data/png_image.h"

namespace nero_bench {
namespace {

constexpr std::size_t kLargestFile = std::size_t{1} << 30;

// Of what it may hold nothing is known: it is no corrupt image, which might be left out.
[[noreturn]] void throw_unreadable(const std::filesystem::path& file, const std::string& reason) {
  throw DataError(file.string() + ": cannot be read: " + reason +
                  "; it is not left out as a corrupt image would be: make it readable, or remove it");
}

}  // namespace

void ImageFileReader::read_bytes(const std::filesystem::path& file) {
  const FileDescriptor descriptor(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));  // a pipe does not wait
  struct stat facts {};
  if (descriptor.get() < 0 || ::fstat(descriptor.get(), &facts) != 0) throw_unreadable(file, std::strerror(errno));
  if (!S_ISREG(facts.st_mode)) throw CorruptImage("is not a file");
  if (facts.st_size == 0) throw CorruptImage("is empty");
  if (static_cast<std::size_t>(facts.st_size) > kLargestFile) throw CorruptImage("is larger than 1 GiB");
  bytes_.resize(static_cast<std::size_t>(facts.st_size));
  std::size_t had = 0;
  while (had < bytes_.size()) {
    const auto got = ::read(descriptor.get(), bytes_.data() + had, bytes_.size() - had);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw_unreadable(file, std::strerror(errno));
    if (got == 0) throw_unreadable(file, "it became shorter meanwhile");
    had += static_cast<std::size_t>(got);
  }
}

const Picture& ImageFileReader::read(const std::filesystem::path& file, const JpegDecoder::ChooseReduction& reduction) {
  try {
    read_bytes(file);
    if (JpegDecoder::recognises(bytes_)) {
      jpeg_.decode(bytes_, picture_, reduction);
    } else if (is_png(bytes_)) {
      decode_png(bytes_, picture_);
    } else {
      throw CorruptImage("is neither JPEG nor PNG");
    }
  } catch (const CorruptImage& reason) {
    throw CorruptImage(file.string() + ": " + reason.what());
  }
  return picture_;
}

}  // namespace nero_bench
