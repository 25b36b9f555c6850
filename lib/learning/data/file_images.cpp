#include "learning/data/file_images.h"

#include <ATen/ops/tensor.h>

#include <algorithm>

#include "base/errors.h"
#include "learning/data/decode_files.h"
#include "learning/tensors/numbers_on.h"

namespace nero_bench {

// What one thread of the loader works with.
class FileImages::Worker {
 public:
  explicit Worker(const FileImages& split) : split_(split) {}

  void make(std::int64_t image, std::optional<std::uint64_t> augmentation, float* into) {
    const auto& options = split_.options_;
    int reduction = 1;
    std::optional<Cut> cut;
    // The size of the image decides about the cut, the cut about the size at which it is decoded.
    const auto reduce = [&](std::int64_t height, std::int64_t width) {
      cut = split_.cut_of(image, augmentation, height, width);
      if (options.reduce_while_decoding) reduction = possible_reduction(*cut);
      return reduction;
    };
    const auto& picture = reader_.read(split_.folders_.files[static_cast<std::size_t>(image)], reduce);
    if (!cut) cut = split_.cut_of(image, augmentation, picture.height, picture.width);  // of a PNG nobody asked
    const auto cut_out = reduced(*cut, reduction, picture.height, picture.width);
    standardise(resampler_.resample(picture, cut_out.vertical, cut_out.horizontal), cut_out.flipped, into);
  }

 private:
  // From [size, size, 3] to [3, size, size].
  void standardise(std::span<const std::uint8_t> pixels, bool flipped, float* into) const {
    const auto side = split_.options_.crop.size;
    const auto plane = side * side;
    const auto* values = split_.table_.data();
    for (std::int64_t row = 0; row < side; ++row) {
      const auto* from = pixels.data() + 3 * row * side;
      auto* out = into + row * side;
      for (std::int64_t i = 0; i < side; ++i) {
        const auto* pixel = from + 3 * (flipped ? side - 1 - i : i);
        for (std::int64_t channel = 0; channel < 3; ++channel)
          out[channel * plane + i] = values[256 * channel + pixel[channel]];
      }
    }
  }

  const FileImages& split_;
  ImageFileReader reader_;
  Resampler resampler_;
};

FileImages::FileImages(ClassFolders folders, const FileImagesOptions& options)
    : folders_(std::move(folders)),
      options_(options),
      table_(options.standardisation.table()),
      loader_(options.threads, {3, options.crop.size, options.crop.size}, [this]() -> BatchLoader::MakeImage {
        return [worker = std::make_shared<Worker>(*this)](auto image, auto augmentation, float* into) {
          worker->make(image, augmentation, into);
        };
      }) {}

Cut FileImages::cut_of(std::int64_t image, std::optional<std::uint64_t> seed, std::int64_t height,
                       std::int64_t width) const {
  if (!seed) return centre_cut(options_.crop, height, width);
  return random_cut(options_.crop, height, width, numbers_of_image(*seed, image));
}

at::Tensor FileImages::labels() const { return at::tensor(folders_.labels, at::kLong); }

void FileImages::move_to(at::Device device) {
  device_ = device;
  if (device.is_cuda()) loader_.use_pinned_memory();  // so that the copy need not be waited for
}

Examples FileImages::batch(const BatchRequest& request) {
  std::vector<std::int64_t> labels;
  for (const auto image : request.images) labels.push_back(folders_.labels[static_cast<std::size_t>(image)]);
  try {
    return {loader_.take(request).to(device_, /*non_blocking=*/true), numbers_on(device_, labels)};
  } catch (const CorruptImage& reason) {
    throw DataError(std::string(reason.what()) + kCorruptRemedy);
  }
}

}  // namespace nero_bench
