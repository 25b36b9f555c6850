#include "harness/exports/event_file.h"

#include <array>
#include <bit>

namespace nero_bench {
namespace {

constexpr std::array<std::uint32_t, 256> kTable = [] {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t byte = 0; byte < table.size(); ++byte) {
    std::uint32_t value = byte;
    for (int bit = 0; bit < 8; ++bit) value = (value >> 1) ^ (value & 1 ? 0x82F63B78U : 0U);
    table[byte] = value;
  }
  return table;
}();

// TFRecord stores CRCs of data that contain CRCs themselves, so it turns and shifts them.
std::uint32_t masked(std::uint32_t crc) { return std::rotr(crc, 15) + 0xA282EAD8U; }

template <class Bits>
std::string in_little_endian(Bits bits) {
  std::string text;
  for (std::size_t byte = 0; byte < sizeof(bits); ++byte) text += static_cast<char>((bits >> (8 * byte)) & 0xFF);
  return text;
}

}  // namespace

std::uint32_t crc32c(std::string_view bytes) {
  std::uint32_t crc = 0xFFFFFFFFU;
  for (const char byte : bytes) crc = (crc >> 8) ^ kTable[(crc ^ static_cast<unsigned char>(byte)) & 0xFFU];
  return ~crc;
}

std::string tf_record(std::string_view content) {
  const auto length = in_little_endian(static_cast<std::uint64_t>(content.size()));
  std::string record = length + in_little_endian(masked(crc32c(length)));
  record.append(content);
  return record + in_little_endian(masked(crc32c(content)));
}

Message& Message::number(int field, std::int64_t value) {
  key(field, 0);
  varint(static_cast<std::uint64_t>(value));
  return *this;
}

Message& Message::real(int field, double value) {
  key(field, 1);
  text_ += in_little_endian(std::bit_cast<std::uint64_t>(value));
  return *this;
}

Message& Message::real32(int field, float value) {
  key(field, 5);
  text_ += in_little_endian(std::bit_cast<std::uint32_t>(value));
  return *this;
}

Message& Message::bytes(int field, std::string_view value) {
  key(field, 2);
  varint(value.size());
  text_.append(value);
  return *this;
}

void Message::varint(std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) text_ += static_cast<char>((value & 0x7F) | 0x80);
  text_ += static_cast<char>(value);
}

void Message::key(int field, int wire_type) {
  varint(static_cast<std::uint64_t>(field) << 3 | static_cast<std::uint64_t>(wire_type));
}

}  // namespace nero_bench
