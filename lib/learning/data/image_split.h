#pragma once
#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <vector>

namespace nero_bench {

// Images and their classes, on one device.
struct Examples {
  at::Tensor inputs;  // float32 [samples, channels, height, width], standardised
  at::Tensor labels;  // int64 [samples]

  std::int64_t size() const { return labels.size(0); }
};

// Which images of a split, and what becomes of them.
struct BatchRequest {
  std::vector<std::int64_t> images;           // their numbers, in the order of the batch
  std::optional<std::uint64_t> augmentation;  // seed of what is random about each; none: as evaluation sees them

  bool operator==(const BatchRequest&) const = default;
};

// The images of one split of a data set, wherever they are kept.
class ImageSplit {
 public:
  virtual ~ImageSplit() = default;
  virtual std::int64_t size() const = 0;
  virtual std::vector<std::int64_t> image_shape() const = 0;  // [channels, height, width]
  virtual at::Tensor labels() const = 0;                      // int64 [images], on any device

  // Batches lie on `device` from now on; on the CPU until then.
  virtual void move_to(at::Device device) = 0;

  // A function of the request alone, whatever was asked for before and however many threads work on it; it may share
  // memory with the split and is only read. Throws DataError where a file turns out to be corrupt.
  virtual Examples batch(const BatchRequest& request) = 0;

  // A hint that this request will come next, so that its images can be made beside other work.
  virtual void prepare(const BatchRequest&) {}
};

}  // namespace nero_bench
