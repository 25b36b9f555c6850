#include "learning/data/picture.h"

#include <string>

namespace nero_bench {

void check_dimensions(std::int64_t width, std::int64_t height) {
  if (width < 1 || height < 1 || width > kLargestSide || height > kLargestSide || width * height > kMostPixels)
    throw CorruptImage("its header announces " + std::to_string(width) + " x " + std::to_string(height) +
                       " pixels; expected at most " + std::to_string(kLargestSide) + " a side and " +
                       std::to_string(kMostPixels) + " in all");
}

}  // namespace nero_bench
