#include "learning/checkpoints/crafted.h"

#include <xxhash.h>

namespace nero_bench {
namespace {

template <class Number>
void put(std::string& bytes, Number number) {
  for (std::size_t i = 0; i < sizeof number; ++i)
    bytes += static_cast<char>(static_cast<std::uint64_t>(number) >> (8 * i) & 0xff);
}

void put_text(std::string& bytes, const std::string& text, std::optional<std::uint32_t> length) {
  put(bytes, length.value_or(static_cast<std::uint32_t>(text.size())));
  bytes += text;
}

}  // namespace

std::uint64_t checksum_of(const std::string& bytes) { return XXH3_64bits(bytes.data(), bytes.size()); }

std::string CraftedFile::table() const {
  std::string table;
  put_text(table, trial, trial_length);
  put_text(table, environment, std::nullopt);
  put(table, step);
  put(table, count.value_or(sections.size()));
  for (const auto& section : sections) {
    put_text(table, section.name, section.name_length);
    put(table, section.type);
    put(table, section.dimensions.value_or(static_cast<std::uint32_t>(section.shape.size())));
    for (const auto size : section.shape) put(table, size);
    put(table, section.offset);
    put(table, section.bytes);
    put(table, section.checksum);
  }
  return table + table_end;
}

std::string CraftedFile::bytes_with(const std::string& any_table) const {
  const std::string filling(payload.empty() ? 0 : (64 - any_table.size() % 64) % 64, gap);
  std::string file = "\x89NEROCP\n";
  put(file, version);
  put(file, std::uint32_t{0});
  put(file, file_bytes.value_or(64 + any_table.size() + filling.size() + payload.size()));
  put(file, table_bytes.value_or(any_table.size()));
  put(file, checksum_of(any_table));
  put(file, std::uint64_t{0});
  put(file, std::uint64_t{0});
  put(file, checksum_of(file));
  return file + any_table + filling + payload;
}

CraftedFile honest_file() {
  CraftedFile file;
  file.payload = "abc" + std::string(61, '\0') + "defgh";
  file.sections.push_back({.name = "first", .shape = {3}, .offset = 0, .bytes = 3, .checksum = checksum_of("abc")});
  file.sections.push_back({.name = "second", .shape = {5}, .offset = 64, .bytes = 5, .checksum = checksum_of("defgh")});
  return file;
}

}  // namespace nero_bench
