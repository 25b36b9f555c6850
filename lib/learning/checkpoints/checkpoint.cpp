#include "learning/checkpoints/checkpoint.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <stdexcept>

#include "base/errors.h"
#include "base/text.h"
#include "learning/checkpoints/checksum.h"

namespace nero_bench {
namespace {

[[noreturn]] void throw_unreadable(const std::filesystem::path& file, const char* what) {
  throw StoreError(file.string() + ": cannot be " + what + ": " + std::strerror(errno));
}

std::uint64_t size_of(const FileDescriptor& descriptor, const std::filesystem::path& file) {
  struct stat status {};
  if (::fstat(descriptor.get(), &status) != 0) throw_unreadable(file, "read");
  if (!S_ISREG(status.st_mode)) throw FormatError("it is not a regular file");
  return static_cast<std::uint64_t>(status.st_size);
}

[[noreturn]] void throw_damaged(const SectionEntry& section) {
  throw FormatError("the checksum of its section '" + printable(section.name) + "' does not hold");
}

StoreError not_intact(const std::filesystem::path& file, const FormatError& error) {
  return StoreError(file.string() + ": not an intact checkpoint: " + error.what());
}

}  // namespace

// A pipe of that name must not make the trial wait: O_NONBLOCK.
Checkpoint::Checkpoint(std::filesystem::path file)
    : file_(std::move(file)), descriptor_(::open(file_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {
  if (descriptor_.get() < 0) throw_unreadable(file_, "opened");
  try {
    load_table();
    verify_payload();
  } catch (const FormatError& error) {
    throw not_intact(file_, error);
  }
}

void Checkpoint::load_table() {
  const auto size = size_of(descriptor_, file_);
  const auto preamble = decode_preamble(text_at(0, std::min(size, kPreambleBytes)));
  if (preamble.file_bytes != size)
    throw FormatError("it has " + std::to_string(size) + " bytes instead of " + std::to_string(preamble.file_bytes));
  const auto table = text_at(kPreambleBytes, preamble.table_bytes);
  if (xxh3(table) != preamble.table_checksum) throw FormatError("the checksum of its table does not hold");
  table_ = decode_table(table);
  if (const auto needed = file_bytes_of(table_, table.size()); needed != size)
    throw FormatError("its sections end at byte " + std::to_string(needed) + " of " + std::to_string(size));
  payload_start_ = payload_start(table.size());
  if (!table_.sections.empty()) verify_zeros(kPreambleBytes + table.size(), payload_start_);
}

void Checkpoint::verify_payload() const {
  std::vector<std::byte> buffer(1 << 18);
  std::uint64_t end = payload_start_;
  for (const auto& section : table_.sections) {
    verify_zeros(end, payload_start_ + section.offset);
    end = payload_start_ + section.offset + section.bytes;
    Xxh3 hash;
    for (std::uint64_t at = payload_start_ + section.offset; at < end; at += buffer.size()) {
      const auto chunk = std::span(buffer).first(std::min<std::uint64_t>(buffer.size(), end - at));
      read_at(at, chunk);
      hash.update(as_text(chunk));
    }
    if (hash.digest() != section.checksum) throw_damaged(section);
  }
}

const SectionEntry* Checkpoint::find(std::string_view name) const {
  const auto found = std::find_if(sections().begin(), sections().end(), [&](const auto& s) { return s.name == name; });
  return found == sections().end() ? nullptr : &*found;
}

const SectionEntry& Checkpoint::require(std::string_view name, ElementType type,
                                        std::span<const std::int64_t> shape) const {
  const auto where = file_.string() + ": ";
  const auto* section = find(name);
  if (section == nullptr) throw StoreError(where + "has no section '" + std::string(name) + "'");
  if (section->type != type || !std::equal(shape.begin(), shape.end(), section->shape.begin(), section->shape.end())) {
    throw StoreError(where + "the section '" + std::string(name) + "' is " + describe(section->type, section->shape) +
                     ", expected " + describe(type, shape));
  }
  return *section;
}

void Checkpoint::read(const SectionEntry& section, std::span<std::byte> into) const {
  if (into.size() != section.bytes) throw std::invalid_argument("a section is read into memory of exactly its size");
  try {
    read_at(payload_start_ + section.offset, into);
    if (xxh3(as_text(into)) != section.checksum) throw_damaged(section);
  } catch (const FormatError& error) {
    throw not_intact(file_, error);
  }
}

std::vector<std::byte> Checkpoint::read(const SectionEntry& section) const {
  std::vector<std::byte> bytes(section.bytes);
  read(section, bytes);
  return bytes;
}

void Checkpoint::read_at(std::uint64_t offset, std::span<std::byte> into) const {
  while (!into.empty()) {
    const ssize_t got = ::pread(descriptor_.get(), into.data(), into.size(), static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw_unreadable(file_, "read");
    if (got == 0) throw FormatError("it was cut at byte " + std::to_string(offset) + " while it was read");
    into = into.subspan(static_cast<std::size_t>(got));
    offset += static_cast<std::uint64_t>(got);
  }
}

std::string Checkpoint::text_at(std::uint64_t offset, std::uint64_t size) const {
  std::string text(size, '\0');
  read_at(offset, std::as_writable_bytes(std::span(text)));
  return text;
}

void Checkpoint::verify_zeros(std::uint64_t from, std::uint64_t to) const {
  const auto gap = text_at(from, to - from);
  if (std::any_of(gap.begin(), gap.end(), [](char byte) { return byte != 0; }))
    throw FormatError("something stands in the gap at byte " + std::to_string(from));
}

}  // namespace nero_bench
