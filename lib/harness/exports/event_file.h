#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace nero_bench {

// The format of TensorBoard's event files: protocol buffers (tensorflow/core/util/event.proto, framework/summary.proto)
// in TFRecords. Only what a benchmark has to say: scalars, and the settings and end of a session.

std::uint32_t crc32c(std::string_view bytes);  // Castagnoli's polynomial

// A record: its length, the length's masked CRC, the content, its masked CRC.
std::string tf_record(std::string_view content);

// A protocol buffer message, field by field.
class Message {
 public:
  Message& number(int field, std::int64_t value);     // int32, int64, enum
  Message& real(int field, double value);             // double
  Message& real32(int field, float value);            // float
  Message& bytes(int field, std::string_view value);  // string, bytes, message
  const std::string& text() const { return text_; }

 private:
  void varint(std::uint64_t value);
  void key(int field, int wire_type);

  std::string text_;
};

}  // namespace nero_bench
