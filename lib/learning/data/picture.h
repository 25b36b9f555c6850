#pragma once
#include <cstdint>
#include <span>
#include <stdexcept>
#include <vector>

namespace nero_bench {

// Pixels of a decoded image: [height · width · 3], red, green, blue.
struct Picture {
  std::int64_t height = 0;
  std::int64_t width = 0;
  std::vector<std::uint8_t> pixels;
};

// Why bytes are no image that can be shown; whoever knows the file adds its name.
struct CorruptImage : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// What a header may announce: the largest images that are decoded. Checked before anything is allocated.
inline constexpr std::int64_t kLargestSide = 32'768;
inline constexpr std::int64_t kMostPixels = std::int64_t{1} << 26;

// Throws CorruptImage where a header announces more.
void check_dimensions(std::int64_t width, std::int64_t height);

using FileBytes = std::span<const std::uint8_t>;

}  // namespace nero_bench
