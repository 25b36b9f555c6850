#pragma once
#include <filesystem>

#include "learning/data/jpeg.h"

namespace nero_bench {

// Reads and decodes image files one after the other, in memory that it keeps. For one thread.
class ImageFileReader {
 public:
  // JPEG and PNG, told apart by their content. The picture is valid until the next call. `reduction` is for JPEG only.
  // Throws CorruptImage, naming the file, for what it holds, and DataError where it cannot be read.
  const Picture& read(const std::filesystem::path& file, const JpegDecoder::ChooseReduction& reduction = {});

 private:
  void read_bytes(const std::filesystem::path& file);

  JpegDecoder jpeg_;
  std::vector<std::uint8_t> bytes_;
  Picture picture_;
};

}  // namespace nero_bench
