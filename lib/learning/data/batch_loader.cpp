#include "learning/data/batch_loader.h"

#include <ATen/ops/empty.h>

#include <utility>

namespace nero_bench {

BatchLoader::BatchLoader(int threads, std::vector<std::int64_t> image_shape, std::function<MakeImage()> make_worker)
    : image_shape_(std::move(image_shape)) {
  for (int i = 0; i < threads; ++i) threads_.emplace_back([this, make_worker] { work(make_worker); });
}

BatchLoader::~BatchLoader() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  work_to_do_.notify_all();
  for (auto& thread : threads_) thread.join();
}

void BatchLoader::begin(const BatchRequest& request) {
  auto shape = image_shape_;
  shape.insert(shape.begin(), static_cast<std::int64_t>(request.images.size()));
  batch_ = std::make_shared<Batch>();
  batch_->request = request;
  batch_->images = at::empty(shape, at::TensorOptions().dtype(at::kFloat).pinned_memory(pinned_));
  work_to_do_.notify_all();
}

void BatchLoader::give_up(std::unique_lock<std::mutex>& lock) {
  const auto batch = std::exchange(batch_, nullptr);
  image_done_.wait(lock, [&] { return batch->ended == batch->begun; });
  batch->images.reset();
}

at::Tensor BatchLoader::take(const BatchRequest& request) {
  std::unique_lock lock(mutex_);
  if (batch_ && batch_->request != request) give_up(lock);
  if (!batch_) begin(request);
  image_done_.wait(lock, [&] { return batch_->is_done(); });
  const auto batch = std::exchange(batch_, nullptr);
  if (batch->failure) std::rethrow_exception(batch->failure);
  return std::move(batch->images);
}

void BatchLoader::prepare(const BatchRequest& request) {
  const std::lock_guard lock(mutex_);
  if (!batch_) begin(request);
}

void BatchLoader::work(const std::function<MakeImage()>& make_worker) {
  MakeImage make;
  std::unique_lock lock(mutex_);
  while (true) {
    work_to_do_.wait(lock, [&] { return stopping_ || (batch_ && batch_->begun < batch_->request.images.size()); });
    if (stopping_) return;
    const auto batch = batch_;
    const std::size_t i = batch->begun++;
    lock.unlock();
    std::exception_ptr failure;
    try {
      if (!make) make = make_worker();
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
    if (++batch->ended == batch->begun) image_done_.notify_all();
  }
}

}  // namespace nero_bench
