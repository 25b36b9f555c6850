#include "learning/data/batch_loader.h"

#include <ATen/ops/empty.h>

#include <algorithm>

namespace nero_bench {

BatchLoader::BatchLoader(int threads, std::vector<std::int64_t> image_shape, std::function<MakeImage()> make_worker)
    : image_shape_(std::move(image_shape)) {
  for (int i = 0; i < threads; ++i) threads_.emplace_back([this, make_worker] { work(make_worker()); });
}

BatchLoader::~BatchLoader() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  work_to_do_.notify_all();
  for (auto& thread : threads_) thread.join();
}

std::shared_ptr<BatchLoader::Batch> BatchLoader::begin(const BatchRequest& request) {
  auto shape = image_shape_;
  shape.insert(shape.begin(), static_cast<std::int64_t>(request.images.size()));
  auto batch = std::make_shared<Batch>();
  batch->request = request;
  batch->images = at::empty(shape, at::TensorOptions().dtype(at::kFloat).pinned_memory(pinned_));
  batches_.push_back(batch);
  work_to_do_.notify_all();
  return batch;
}

at::Tensor BatchLoader::take(const BatchRequest& request) {
  std::unique_lock lock(mutex_);
  const auto found =
      std::find_if(batches_.begin(), batches_.end(), [&](const auto& batch) { return batch->request == request; });
  const auto batch = found != batches_.end() ? *found : nullptr;
  batches_.clear();  // what was prepared in vain; images in the making keep their batch alive
  if (batch) batches_.push_back(batch);
  const auto wanted = batch ? batch : begin(request);
  batch_done_.wait(lock, [&] { return wanted->is_done(); });
  batches_.clear();
  if (wanted->failure) std::rethrow_exception(wanted->failure);
  return wanted->images;
}

void BatchLoader::prepare(const BatchRequest& request) {
  const std::lock_guard lock(mutex_);
  if (batches_.empty()) begin(request);
}

void BatchLoader::work(const MakeImage& make) {
  std::unique_lock lock(mutex_);
  while (true) {
    const auto is_unfinished = [](const auto& batch) { return batch->begun < batch->request.images.size(); };
    work_to_do_.wait(lock, [&] { return stopping_ || std::any_of(batches_.begin(), batches_.end(), is_unfinished); });
    if (stopping_) return;
    const auto batch = *std::find_if(batches_.begin(), batches_.end(), is_unfinished);
    const std::size_t i = batch->begun++;
    lock.unlock();
    std::exception_ptr failure;
    try {
      const auto floats = batch->images.numel() / static_cast<std::int64_t>(batch->request.images.size());
      make(batch->request.images[i], batch->request.augmentation,
           batch->images.mutable_data_ptr<float>() + static_cast<std::int64_t>(i) * floats);
    } catch (...) {
      failure = std::current_exception();
    }
    lock.lock();
    if (failure && (!batch->failure || i < batch->failed_image)) {
      batch->failure = failure;
      batch->failed_image = i;
    }
    if (++batch->ended == batch->request.images.size()) batch_done_.notify_all();
  }
}

}  // namespace nero_bench
