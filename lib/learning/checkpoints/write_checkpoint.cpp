#include "learning/checkpoints/write_checkpoint.h"

#include <array>
#include <stdexcept>
#include <string_view>
#include <vector>

#include "base/files.h"
#include "learning/checkpoints/checksum.h"
#include "learning/checkpoints/file_format.h"

namespace nero_bench {
namespace {

Table table_of(const CheckpointHeader& header, std::span<const Section> sections) {
  Table table{header, {}};
  std::uint64_t end = 0;
  for (const auto& section : sections) {
    table.sections.push_back(
        {section.name, section.type, section.shape, aligned(end), section.bytes.size(), xxh3(as_text(section.bytes))});
    end = table.sections.back().offset + section.bytes.size();
  }
  return table;
}

std::string encoded(const Table& table) {
  auto bytes = encode(table);
  try {
    if (bytes.size() > kLargestTable) throw FormatError("its table is larger than a reader accepts");
    decode_table(bytes);  // what could not be read is not written
  } catch (const FormatError& error) {
    throw std::invalid_argument(std::string("not a checkpoint to be written: ") + error.what());
  }
  return bytes;
}

// What stands between `end` and the section after it.
std::string_view gap_after(std::uint64_t end) {
  static constexpr std::array<char, 64> kZeros{};
  return {kZeros.data(), aligned(end) - end};
}

}  // namespace

void write_checkpoint(const std::filesystem::path& file, const CheckpointHeader& header,
                      std::span<const Section> sections) {
  const auto table = table_of(header, sections);
  const auto table_text = encoded(table);
  const auto preamble = encode(Preamble{file_bytes_of(table, table_text.size()), table_text.size(), xxh3(table_text)});
  std::vector<std::string_view> parts{preamble, table_text};
  std::uint64_t end = preamble.size() + table_text.size();
  for (const auto& section : sections) {
    parts.push_back(gap_after(end));
    parts.push_back(as_text(section.bytes));
    end = aligned(end) + section.bytes.size();
  }
  write_atomically(file, parts, true);
}

}  // namespace nero_bench
