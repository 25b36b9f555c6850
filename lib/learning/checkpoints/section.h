#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nero_bench {

// The numbers stand in files.
enum class ElementType : std::uint32_t {
  kFloat32 = 1,
  kFloat64 = 2,
  kFloat16 = 3,
  kBfloat16 = 4,
  kInt64 = 5,
  kInt32 = 6,
  kUint8 = 7,
};

std::size_t element_size(ElementType type);       // bytes; 0 for a number that is no type
std::string_view element_name(ElementType type);  // "float32", …

// Whose state it is, where it can be continued and after how many steps.
struct CheckpointHeader {
  std::string trial;
  std::string environment_hash;
  std::int64_t step = 0;
};

// A tensor to be written: its elements in row-major order. A scalar has the shape {}.
struct Section {
  std::string name;
  ElementType type = ElementType::kFloat32;
  std::vector<std::int64_t> shape;
  std::span<const std::byte> bytes;
};

// A tensor in a file.
struct SectionEntry {
  std::string name;
  ElementType type = ElementType::kFloat32;
  std::vector<std::int64_t> shape;
  std::uint64_t offset = 0;  // from the start of the payload
  std::uint64_t bytes = 0;
  std::uint64_t checksum = 0;  // XXH3
};

// Bytes of a tensor; nothing where a dimension is negative, the type unknown or the number too large. Empty tensors are
// held to that, too, by their other dimensions: strides are computed from these.
std::optional<std::uint64_t> tensor_bytes(ElementType type, std::span<const std::int64_t> shape);

// "float32 [64, 3]"
std::string describe(ElementType type, std::span<const std::int64_t> shape);

}  // namespace nero_bench
