#pragma once
#include "learning/data/batch_loader.h"
#include "learning/data/byte_images.h"
#include "learning/data/class_folders.h"
#include "learning/data/crop.h"

namespace nero_bench {

struct FileImagesOptions {
  CropOptions crop;
  Standardisation standardisation;
  bool reduce_while_decoding = false;  // lets JPEG be decoded at a fraction of its size where the cut is larger than
                                       // needed: several times as fast, and not quite the same pixels
  int threads = 1;
};

// A split that stays in its files, which are decoded whenever they are shown. Augmented, an image is a random cut of
// itself, otherwise its centre.
class FileImages final : public ImageSplit {
 public:
  FileImages(ClassFolders folders, const FileImagesOptions& options);

  std::int64_t size() const override { return static_cast<std::int64_t>(folders_.files.size()); }
  std::vector<std::int64_t> image_shape() const override { return {3, options_.crop.size, options_.crop.size}; }
  at::Tensor labels() const override;
  void move_to(at::Device device) override;
  Examples batch(const BatchRequest& request) override;
  void prepare(const BatchRequest& request) override { loader_.prepare(request); }

  // What is cut out of an image of this size.
  Cut cut_of(std::int64_t image, std::optional<std::uint64_t> seed, std::int64_t height, std::int64_t width) const;

 private:
  class Worker;

  ClassFolders folders_;
  FileImagesOptions options_;
  std::vector<float> table_;
  at::Device device_ = at::kCPU;
  BatchLoader loader_;
};

}  // namespace nero_bench
