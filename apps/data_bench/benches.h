#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"

namespace nero_bench {

struct ImageFile {
  std::string file;
  std::int64_t channels = 3;
  std::int64_t side = 32;
  std::uint64_t seed = 0;
};

// {"images": [{"down", "right", "flipped", "degrees"}]} of the default augmentation; the distorted bytes go to `into`.
Json distort_images(const ImageFile& images, const std::string& into);

// {"images", "microseconds_an_image"} of the default augmentation in batches of 128, on one thread.
Json time_augmentation(const ImageFile& images, double seconds);

// {"images": [{"height", "width"} or {"error"}]}; the decoded bytes, red, green, blue, go to `into`, file after file.
Json decode_files(const std::vector<std::string>& files, const std::string& into);

// {"images", "microseconds_an_image"}, on one thread.
Json time_decoding(const std::vector<std::string>& files, double seconds);

// Files as ImageNet's are shown: a random cut with a seed, the centre without.
struct CutFiles {
  std::vector<std::string> files;
  std::optional<std::uint64_t> seed;
  std::int64_t size = 224;
  std::int64_t resize = 256;
  bool reduce = false;
  int threads = 1;
};

// {"images": [{"vertical", "horizontal", "flipped"}]}; the squares, plane after plane, go to `into`.
Json cut_files(const CutFiles& options, const std::string& into);

// {"images", "microseconds_an_image"}, with all threads.
Json time_cutting(const CutFiles& options, double seconds);

}  // namespace nero_bench
