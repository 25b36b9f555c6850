#include "learning/checkpoints/file_format.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <set>

#include "base/text.h"
#include "learning/checkpoints/checksum.h"

namespace nero_bench {
namespace {

static_assert(std::endian::native == std::endian::little, "numbers and elements are written as they stand in memory");

// As in PNG: a transfer as text changes the first or the last byte.
constexpr std::string_view kMagic = "\x89NEROCP\n";
constexpr std::uint32_t kVersion = 1;
constexpr std::uint64_t kSmallestEntry = 3 * 4 + 3 * 8;
constexpr std::uint64_t kLargestPayload = std::numeric_limits<std::int64_t>::max() / 2;  // no sum of two overflows

struct Encoder {
  template <class Number>
  void number(Number value) {
    bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  void text(std::string_view value) {
    number(static_cast<std::uint32_t>(value.size()));
    bytes.append(value);
  }
  std::string bytes;
};

class Decoder {
 public:
  explicit Decoder(std::string_view bytes) : rest_(bytes) {}

  template <class Number>
  Number number() {
    Number value;
    std::memcpy(&value, take(sizeof value).data(), sizeof value);
    return value;
  }
  std::string text() { return std::string(take(number<std::uint32_t>())); }

  // A number of things of at least `smallest` bytes each, all still to come.
  std::uint64_t count(std::uint64_t announced, std::uint64_t smallest, const char* of_what) const {
    if (announced > rest_.size() / smallest)
      throw FormatError("its table announces " + std::to_string(announced) + " " + of_what + ", more than it can hold");
    return announced;
  }
  bool at_end() const { return rest_.empty(); }

 private:
  std::string_view take(std::uint64_t size) {
    if (size > rest_.size()) throw FormatError("its table ends too early");
    const auto taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }

  std::string_view rest_;
};

SectionEntry decode_entry(Decoder& decoder) {
  SectionEntry entry;
  entry.name = decoder.text();
  entry.type = static_cast<ElementType>(decoder.number<std::uint32_t>());
  entry.shape.resize(decoder.count(decoder.number<std::uint32_t>(), sizeof(std::int64_t), "dimensions"));
  for (auto& size : entry.shape) size = decoder.number<std::int64_t>();
  entry.offset = decoder.number<std::uint64_t>();
  entry.bytes = decoder.number<std::uint64_t>();
  entry.checksum = decoder.number<std::uint64_t>();
  return entry;
}

// `end`: where the sections before it end.
void check_entry(const SectionEntry& entry, std::uint64_t end) {
  const auto refuse = [&](const std::string& why) {
    throw FormatError("its section '" + printable(entry.name) + "' " + why);
  };
  if (element_size(entry.type) == 0)
    refuse("has an unknown type, number " + std::to_string(static_cast<std::uint32_t>(entry.type)));
  const auto bytes = tensor_bytes(entry.type, entry.shape);
  if (!bytes) refuse("has an impossible shape, " + describe(entry.type, entry.shape));
  if (*bytes != entry.bytes) {
    refuse("announces " + std::to_string(entry.bytes) + " bytes, but " + describe(entry.type, entry.shape) + " has " +
           std::to_string(*bytes));
  }
  if (entry.offset != aligned(end))
    refuse("is announced at " + std::to_string(entry.offset) + " instead of " + std::to_string(aligned(end)));
  if (entry.bytes > kLargestPayload - entry.offset) refuse("is larger than a file can be");
}

void check_sections(const std::vector<SectionEntry>& sections) {
  std::set<std::string_view> names;
  std::uint64_t end = 0;
  for (const auto& entry : sections) {
    check_entry(entry, end);
    if (!names.insert(entry.name).second) throw FormatError("it has two sections '" + printable(entry.name) + "'");
    end = entry.offset + entry.bytes;
  }
}

}  // namespace

std::uint64_t file_bytes_of(const Table& table, std::uint64_t table_bytes) {
  if (table.sections.empty()) return kPreambleBytes + table_bytes;
  return payload_start(table_bytes) + table.sections.back().offset + table.sections.back().bytes;
}

std::string encode(const Preamble& preamble) {
  Encoder encoder;
  encoder.bytes = kMagic;
  encoder.number(kVersion);
  encoder.number(std::uint32_t{0});
  encoder.number(preamble.file_bytes);
  encoder.number(preamble.table_bytes);
  encoder.number(preamble.table_checksum);
  encoder.number(std::uint64_t{0});
  encoder.number(std::uint64_t{0});
  encoder.number(xxh3(encoder.bytes));
  return std::move(encoder.bytes);
}

std::string encode(const Table& table) {
  Encoder encoder;
  encoder.text(table.header.trial);
  encoder.text(table.header.environment_hash);
  encoder.number(table.header.step);
  encoder.number(static_cast<std::uint64_t>(table.sections.size()));
  for (const auto& section : table.sections) {
    encoder.text(section.name);
    encoder.number(section.type);
    encoder.number(static_cast<std::uint32_t>(section.shape.size()));
    for (const auto size : section.shape) encoder.number(size);
    encoder.number(section.offset);
    encoder.number(section.bytes);
    encoder.number(section.checksum);
  }
  return std::move(encoder.bytes);
}

Preamble decode_preamble(std::string_view bytes) {
  if (bytes.size() < kPreambleBytes)
    throw FormatError("it ends inside its first " + std::to_string(kPreambleBytes) + " bytes");
  if (!bytes.starts_with(kMagic)) throw FormatError("it does not begin like a checkpoint of nero-bench");
  const auto checked = bytes.substr(0, kPreambleBytes - sizeof(std::uint64_t));
  if (Decoder(bytes.substr(checked.size())).number<std::uint64_t>() != xxh3(checked))
    throw FormatError("the checksum of its first bytes does not hold");

  Decoder decoder(checked.substr(kMagic.size()));
  if (const auto version = decoder.number<std::uint32_t>(); version != kVersion) {
    throw FormatError("it has version " + std::to_string(version) + " of the format, and this program reads version " +
                      std::to_string(kVersion));
  }
  decoder.number<std::uint32_t>();
  Preamble preamble;
  preamble.file_bytes = decoder.number<std::uint64_t>();
  preamble.table_bytes = decoder.number<std::uint64_t>();
  preamble.table_checksum = decoder.number<std::uint64_t>();
  if (preamble.file_bytes < kPreambleBytes ||
      preamble.table_bytes > std::min(preamble.file_bytes - kPreambleBytes, kLargestTable))
    throw FormatError("it announces a table of " + std::to_string(preamble.table_bytes) + " bytes");
  return preamble;
}

Table decode_table(std::string_view bytes) {
  Decoder decoder(bytes);
  Table table;
  table.header.trial = decoder.text();
  table.header.environment_hash = decoder.text();
  table.header.step = decoder.number<std::int64_t>();
  if (table.header.step < 0) throw FormatError("it was written at step " + std::to_string(table.header.step));
  table.sections.resize(decoder.count(decoder.number<std::uint64_t>(), kSmallestEntry, "sections"));
  for (auto& entry : table.sections) entry = decode_entry(decoder);
  if (!decoder.at_end()) throw FormatError("its table goes on after the last section");
  check_sections(table.sections);
  return table;
}

}  // namespace nero_bench
