#include "learning/data/mapped_tensors.h"

#include <ATen/ops/from_blob.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <new>
#include <span>
#include <stdexcept>
#include <string_view>
#include <utility>
#include <vector>

#include "base/file_descriptor.h"
#include "base/text.h"
#include "learning/checkpoints/checksum.h"
#include "learning/checkpoints/file_format.h"
#include "learning/checkpoints/write_checkpoint.h"

namespace nero_bench {
namespace {

constexpr std::array<std::pair<at::ScalarType, ElementType>, 5> kTypes{{{at::kFloat, ElementType::kFloat32},
                                                                        {at::kDouble, ElementType::kFloat64},
                                                                        {at::kInt, ElementType::kInt32},
                                                                        {at::kLong, ElementType::kInt64},
                                                                        {at::kByte, ElementType::kUint8}}};

ElementType element_type_of(const NamedTensor& named) {
  for (const auto& [scalar, element] : kTypes) {
    if (scalar == named.tensor.scalar_type()) return element;
  }
  throw std::logic_error(named.name + ": data of this type are not cached");
}

at::ScalarType scalar_type_of(const SectionEntry& section) {
  for (const auto& [scalar, element] : kTypes) {
    if (element == section.type) return scalar;
  }
  throw FormatError("its section '" + printable(section.name) + "' is of a type that no data have");
}

// Pages of memory, unmapped at the end.
class Pages {
 public:
  Pages(void* start, std::size_t bytes) : start_(start), bytes_(bytes) {}
  ~Pages() { ::munmap(start_, bytes_); }
  Pages(const Pages&) = delete;
  Pages& operator=(const Pages&) = delete;

  std::byte* start() const { return static_cast<std::byte*>(start_); }
  std::string_view text() const { return {static_cast<const char*>(start_), bytes_}; }

 private:
  void* start_;
  std::size_t bytes_;
};

at::Tensor tensor_in(const std::shared_ptr<Pages>& pages, std::uint64_t offset, at::IntArrayRef shape,
                     at::ScalarType type) {
  return at::from_blob(
      pages->start() + offset, shape, [pages](void*) {}, at::TensorOptions(type));
}

// Nothing if there is none to be opened: writing one will tell why. What others may write is not taken for ours: a
// checksum tells damage, not intent.
std::shared_ptr<Pages> map_file(const std::filesystem::path& file) {
  const FileDescriptor descriptor(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (descriptor.get() < 0) return nullptr;
  struct stat status {};
  if (::fstat(descriptor.get(), &status) != 0)
    throw FormatError(std::string("it cannot be read: ") + std::strerror(errno));
  if (!S_ISREG(status.st_mode)) throw FormatError("it is not a regular file");
  if (status.st_uid != ::geteuid() || (status.st_mode & (S_IWGRP | S_IWOTH)) != 0)
    throw FormatError("it could have been written by another user");
  const auto bytes = static_cast<std::size_t>(status.st_size);
  if (bytes < kPreambleBytes) throw FormatError("it ends after " + std::to_string(bytes) + " bytes");
  void* start = ::mmap(nullptr, bytes, PROT_READ, MAP_SHARED | MAP_POPULATE, descriptor.get(), 0);
  if (start == MAP_FAILED) throw FormatError(std::string("it cannot be mapped: ") + std::strerror(errno));
  return std::make_shared<Pages>(start, bytes);
}

// The table of a file, all of whose sections were found intact.
Table verified_table(std::string_view file, std::uint64_t& payload) {
  const auto preamble = decode_preamble(file.substr(0, kPreambleBytes));
  if (preamble.file_bytes != file.size()) {
    throw FormatError("it has " + std::to_string(file.size()) + " bytes instead of " +
                      std::to_string(preamble.file_bytes));
  }
  const auto text = file.substr(kPreambleBytes, preamble.table_bytes);
  if (xxh3(text) != preamble.table_checksum) throw FormatError("the checksum of its table does not hold");
  auto table = decode_table(text);
  if (file_bytes_of(table, text.size()) != file.size()) throw FormatError("its sections do not end where it does");
  payload = payload_start(text.size());
  for (const auto& section : table.sections) {
    if (xxh3(file.substr(payload + section.offset, section.bytes)) != section.checksum)
      throw FormatError("the checksum of its section '" + printable(section.name) + "' does not hold");
  }
  return table;
}

constexpr std::size_t up_to_64(std::size_t bytes) { return (bytes + 63) / 64 * 64; }

}  // namespace

std::optional<NamedTensors> map_tensors(const std::filesystem::path& file, const std::string& key) {
  const auto pages = map_file(file);
  if (!pages) return std::nullopt;
  std::uint64_t payload = 0;
  const auto table = verified_table(pages->text(), payload);
  if (table.header.trial != key) throw FormatError("it holds other data");
  NamedTensors tensors;
  for (const auto& section : table.sections)
    tensors.push_back(
        {section.name, tensor_in(pages, payload + section.offset, section.shape, scalar_type_of(section))});
  return tensors;
}

void write_tensors(const std::filesystem::path& file, const std::string& key, const NamedTensors& tensors) {
  std::vector<at::Tensor> kept;  // what the sections point into
  std::vector<Section> sections;
  for (const auto& named : tensors) {
    kept.push_back(named.tensor.contiguous());
    const auto* first = static_cast<const std::byte*>(kept.back().const_data_ptr());
    sections.push_back(
        {named.name, element_type_of(named), kept.back().sizes().vec(), std::span(first, kept.back().nbytes())});
  }
  write_checkpoint(file, {key, "", 0}, sections);
}

NamedTensors copy_to_read_only(const NamedTensors& tensors) {
  std::size_t bytes = 64;  // never none
  for (const auto& named : tensors) bytes += up_to_64(named.tensor.nbytes());
  void* start = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (start == MAP_FAILED) throw std::bad_alloc();
  const auto pages = std::make_shared<Pages>(start, bytes);
  NamedTensors copies;
  std::size_t offset = 0;
  for (const auto& [name, tensor] : tensors) {
    copies.push_back({name, tensor_in(pages, offset, tensor.sizes(), tensor.scalar_type())});
    std::memcpy(pages->start() + offset, tensor.contiguous().const_data_ptr(), tensor.nbytes());
    offset += up_to_64(tensor.nbytes());
  }
  ::mprotect(start, bytes, PROT_READ);
  return copies;
}

}  // namespace nero_bench
