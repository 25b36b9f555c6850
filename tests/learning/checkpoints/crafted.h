#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace nero_bench {

// A section as a liar would announce it.
struct CraftedSection {
  std::string name;
  std::uint32_t type = 7;  // uint8
  std::vector<std::int64_t> shape;
  std::uint64_t offset = 0;
  std::uint64_t bytes = 0;
  std::uint64_t checksum = 0;
  std::optional<std::uint32_t> name_length = {};  // in place of the true one
  std::optional<std::uint32_t> dimensions = {};
};

// A checkpoint file that may lie about everything while its checksums hold. Shares no code with the writer.
struct CraftedFile {
  std::string trial = "trial";
  std::string environment = "environment";
  std::int64_t step = 1;
  std::vector<CraftedSection> sections;
  std::string payload;    // from the first multiple of 64 bytes after the table
  std::string table_end;  // after the last section of the table
  char gap = '\0';        // fills what is between table and payload
  std::uint32_t version = 1;
  std::optional<std::uint32_t> trial_length;
  std::optional<std::uint64_t> count;  // of sections
  std::optional<std::uint64_t> table_bytes;
  std::optional<std::uint64_t> file_bytes;

  std::string table() const;
  std::string bytes() const { return bytes_with(table()); }
  std::string bytes_with(const std::string& any_table) const;
};

// Nothing but the truth: "first", 3 bytes, and "second", 5 bytes at offset 64.
CraftedFile honest_file();

std::uint64_t checksum_of(const std::string& bytes);

}  // namespace nero_bench
