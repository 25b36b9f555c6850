#include "learning/data/idx_file.h"

#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>

#include "base/errors.h"
#include "base/hashing.h"

namespace nero_bench {
namespace {

constexpr std::int64_t kLargestDimension = 10'000'000;
constexpr std::int64_t kLargestArray = std::int64_t{1} << 32;  // bytes
constexpr const char* kRemedy = "; replace the file by a good copy ('nero-bench data verify' checks them)";

// A byte stream from a file that may be compressed: zlib's gz* functions read both.
class ByteStream {
 public:
  explicit ByteStream(std::string file) : file_(std::move(file)), handle_(gzopen(file_.c_str(), "rb"), gzclose) {
    if (!handle_) throw DataError(file_ + ": cannot be opened: " + std::strerror(errno));
    gzbuffer(handle_.get(), 1 << 17);
  }

  // Fewer bytes than asked for only at the end of the stream.
  std::size_t read(std::uint8_t* into, std::size_t count) {
    const int got = gzread(handle_.get(), into, static_cast<unsigned>(count));
    if (got > 0) offset_ += got;
    int code = Z_OK;
    const char* reason = gzerror(handle_.get(), &code);
    // A compressed file that ends early gives its bytes without complaint and only then Z_BUF_ERROR.
    if (got < 0 || (code != Z_OK && code != Z_STREAM_END))
      fail_at(offset_, code == Z_BUF_ERROR ? "the compressed data end too early" : without_file_name(reason));
    return static_cast<std::size_t>(got);
  }

  std::int64_t offset() const { return offset_; }  // of the next byte, uncompressed

  [[noreturn]] void fail_at(std::int64_t offset, const std::string& what) const {
    throw DataError(file_ + ": at byte " + std::to_string(offset) + " (uncompressed): " + what + kRemedy);
  }

 private:
  std::string without_file_name(const std::string& reason) const {  // zlib writes "<file>: <reason>"
    return reason.rfind(file_ + ": ", 0) == 0 ? reason.substr(file_.size() + 2) : reason;
  }

  std::string file_;
  std::unique_ptr<gzFile_s, int (*)(gzFile)> handle_;
  std::int64_t offset_ = 0;
};

std::uint32_t read_big_endian(ByteStream& stream) {
  std::uint8_t bytes[4];
  if (stream.read(bytes, 4) < 4) stream.fail_at(stream.offset(), "the file ends inside its header");
  return std::uint32_t{bytes[0]} << 24 | std::uint32_t{bytes[1]} << 16 | std::uint32_t{bytes[2]} << 8 | bytes[3];
}

std::vector<std::int64_t> read_shape(ByteStream& stream, int dimensions) {
  const std::uint32_t expected = 0x0800U | static_cast<std::uint32_t>(dimensions);  // 08: unsigned bytes
  const std::uint32_t magic = read_big_endian(stream);
  if (magic != expected) {
    stream.fail_at(0, "expected the magic number " + std::to_string(expected) + " of an IDX file with " +
                          std::to_string(dimensions) + " dimensions, found " + std::to_string(magic));
  }
  std::vector<std::int64_t> shape;
  std::int64_t total = 1;
  for (int i = 0; i < dimensions; ++i) {
    const std::int64_t place = stream.offset();
    shape.push_back(read_big_endian(stream));
    if (shape.back() < 1 || shape.back() > kLargestDimension || (total *= shape.back()) > kLargestArray) {
      stream.fail_at(place, "a dimension of " + std::to_string(shape.back()) + " cannot be right");
    }
  }
  return shape;
}

}  // namespace

IdxArray read_idx(const std::string& file, int dimensions) {
  constexpr std::size_t kChunk = 1 << 20;
  ByteStream stream(file);
  IdxArray array;
  array.shape = read_shape(stream, dimensions);
  std::size_t total = 1;
  for (const auto size : array.shape) total *= static_cast<std::size_t>(size);
  while (array.values.size() < total) {
    const std::size_t had = array.values.size();
    const std::size_t wanted = std::min(kChunk, total - had);
    array.values.resize(had + wanted);
    const std::size_t got = stream.read(array.values.data() + had, wanted);
    if (got < wanted)
      stream.fail_at(stream.offset(), "the file ends after " + std::to_string(had + got) + " of the " +
                                          std::to_string(total) + " values its header announces");
  }
  const std::int64_t end = stream.offset();
  std::uint8_t beyond = 0;
  if (stream.read(&beyond, 1) != 0) stream.fail_at(end, "there is more in the file than its header announces");
  return array;
}

std::string sha256_of_uncompressed(const std::string& file) {
  ByteStream stream(file);
  Sha256 hash;
  std::vector<std::uint8_t> buffer(1 << 20);
  while (const std::size_t got = stream.read(buffer.data(), buffer.size())) {
    hash.update({reinterpret_cast<const char*>(buffer.data()), got});
  }
  return hash.hex();
}

}  // namespace nero_bench
