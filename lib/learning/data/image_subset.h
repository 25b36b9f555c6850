#pragma once
#include <memory>
#include <vector>

#include "learning/data/image_split.h"

namespace nero_bench {

// Some images of a split, renumbered from 0. Several subsets may share one split.
class ImageSubset final : public ImageSplit {
 public:
  ImageSubset(std::shared_ptr<ImageSplit> all, std::vector<std::int64_t> chosen);

  std::int64_t size() const override { return static_cast<std::int64_t>(chosen_.size()); }
  std::vector<std::int64_t> image_shape() const override { return all_->image_shape(); }
  at::Tensor labels() const override { return labels_; }
  void move_to(at::Device device) override { all_->move_to(device); }
  Examples batch(const BatchRequest& request) override { return all_->batch(of_all(request)); }
  void prepare(const BatchRequest& request) override { all_->prepare(of_all(request)); }

 private:
  BatchRequest of_all(const BatchRequest& request) const;

  std::shared_ptr<ImageSplit> all_;
  std::vector<std::int64_t> chosen_;
  at::Tensor labels_;
};

}  // namespace nero_bench
