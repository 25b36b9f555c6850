#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/round.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <cstring>
#include <numeric>

#include "base/errors.h"
#include "base/files.h"
#include "benches.h"
#include "learning/data/byte_images.h"
#include "learning/training/stopwatch.h"

namespace nero_bench {
namespace {

constexpr std::size_t kLargestFile = std::size_t{1} << 32;

ByteImages load(const ImageFile& images, const Standardisation& standardisation) {
  const auto read = read_text(images.file, kLargestFile);
  if (!read) throw DataError(read.error);
  const auto bytes = images.channels * images.side * images.side;
  const auto count = static_cast<std::int64_t>(read.content.size()) / bytes;
  if (count < 1 || count * bytes != static_cast<std::int64_t>(read.content.size()))
    throw DataError(images.file + ": its length is not that of whole images; check --channels and --side");
  const auto pixels = at::empty({count, images.channels, images.side, images.side}, at::kByte);
  std::memcpy(pixels.mutable_data_ptr(), read.content.data(), read.content.size());
  return {{pixels, at::zeros({count}, at::kLong)}, standardisation, AugmentationOptions{}};
}

Standardisation every_channel(const ImageFile& images, double mean, double deviation) {
  const auto channels = static_cast<std::size_t>(images.channels);
  return {std::vector<double>(channels, mean), std::vector<double>(channels, deviation)};
}

BatchRequest request(std::int64_t first, std::int64_t count, const ImageFile& images) {
  BatchRequest request{std::vector<std::int64_t>(static_cast<std::size_t>(count)), images.seed};
  std::iota(request.images.begin(), request.images.end(), first);
  return request;
}

}  // namespace

Json distort_images(const ImageFile& images, const std::string& into) {
  auto split = load(images, every_channel(images, 0, 1));  // a byte b becomes b / 255
  const auto batch = split.batch(request(0, split.size(), images)).inputs;
  const auto bytes = batch.mul(255).round_().to(at::kByte);
  const std::string_view content(static_cast<const char*>(bytes.const_data_ptr()), bytes.nbytes());
  write_atomically(into, content, /*overwrite=*/true);
  Json done = Json::array();
  for (std::int64_t i = 0; i < split.size(); ++i) {
    const auto distortion = split.distortion_of(i, images.seed);
    done.push_back({{"down", distortion.down},
                    {"right", distortion.right},
                    {"flipped", distortion.flipped},
                    {"degrees", distortion.degrees}});
  }
  return {{"images", done}};
}

Json time_augmentation(const ImageFile& images, double seconds) {
  constexpr std::int64_t kBatch = 128;
  at::set_num_threads(1);
  auto split = load(images, every_channel(images, 0.5, 0.25));
  const auto count = std::min(kBatch, split.size());
  split.batch(request(0, count, images));
  const Stopwatch watch;
  std::int64_t made = 0;
  for (std::int64_t first = 0; watch.seconds() < seconds; made += count) {
    split.batch(request(first, count, images));
    first = first + 2 * count <= split.size() ? first + count : 0;
  }
  return {{"images", made}, {"microseconds_an_image", 1e6 * watch.seconds() / static_cast<double>(made)}};
}

}  // namespace nero_bench
