#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string_view>
#include <vector>

#include "base/file_descriptor.h"
#include "learning/checkpoints/file_format.h"

namespace nero_bench {

// A checkpoint opened for reading. What it announces is compared with the file before anything is allocated, and every
// byte with its checksum, with no section in memory: those go straight to where they are wanted. The file stays open,
// so it may be replaced or removed meanwhile.
class Checkpoint {
 public:
  // Throws StoreError naming the file and what is wrong with it.
  explicit Checkpoint(std::filesystem::path file);

  const CheckpointHeader& header() const { return table_.header; }
  const std::vector<SectionEntry>& sections() const { return table_.sections; }

  // Null if there is no section of that name.
  const SectionEntry* find(std::string_view name) const;

  // Throws StoreError if there is none, or one of another type or shape.
  const SectionEntry& require(std::string_view name, ElementType type, std::span<const std::int64_t> shape) const;

  // Reads a section of this checkpoint into memory of exactly its size and compares its checksum once more. Throws
  // StoreError if that fails; `into` then holds anything.
  void read(const SectionEntry& section, std::span<std::byte> into) const;
  std::vector<std::byte> read(const SectionEntry& section) const;

 private:
  void load_table();
  void verify_payload() const;
  void read_at(std::uint64_t offset, std::span<std::byte> into) const;
  std::string text_at(std::uint64_t offset, std::uint64_t size) const;
  void verify_zeros(std::uint64_t from, std::uint64_t to) const;

  std::filesystem::path file_;
  FileDescriptor descriptor_;
  std::uint64_t payload_start_ = 0;
  Table table_;
};

}  // namespace nero_bench
