#pragma once
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "learning/checkpoints/section.h"

namespace nero_bench {

// The format of a checkpoint, version 1. Numbers are little-endian, a text is its length (32 bits) and its bytes.
//
//   preamble, 64 bytes   magic (8 bytes), version (32 bits), 0 (32), bytes of the file, bytes of the table, XXH3 of the
//                        table (64 each), 0 (2 × 64), XXH3 of the 56 bytes before
//   table                trial, environment hash, step (64), number of sections (64);
//                        of each section: name, type (32), dimensions (32), sizes, offset, bytes, XXH3 (64 each)
//   payload              the sections in the order of the table, each at the next multiple of 64 bytes of the file
//
// The gaps are zeros and nothing follows the last section, so no bit of a file is without a check.
struct Preamble {
  std::uint64_t file_bytes = 0;
  std::uint64_t table_bytes = 0;
  std::uint64_t table_checksum = 0;
};

struct Table {
  CheckpointHeader header;
  std::vector<SectionEntry> sections;
};

// What makes a file no checkpoint, or not an intact one.
struct FormatError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

inline constexpr std::uint64_t kPreambleBytes = 64;
inline constexpr std::uint64_t kLargestTable = std::uint64_t{1} << 26;

constexpr std::uint64_t aligned(std::uint64_t offset) { return (offset + 63) / 64 * 64; }

// From the start of the file, where there is a section at all.
constexpr std::uint64_t payload_start(std::uint64_t table_bytes) { return aligned(kPreambleBytes + table_bytes); }

// Bytes of a file whose sections are those of `table` and whose table has `table_bytes`.
std::uint64_t file_bytes_of(const Table& table, std::uint64_t table_bytes);

std::string encode(const Preamble& preamble);
std::string encode(const Table& table);

// From the first kPreambleBytes of a file. Throws FormatError unless its checksum holds and the table fits into the
// file.
Preamble decode_preamble(std::string_view bytes);

// Throws FormatError unless every section has the place and the bytes that the format gives it. Takes memory in
// proportion to `bytes`, whatever they announce.
Table decode_table(std::string_view bytes);

}  // namespace nero_bench
