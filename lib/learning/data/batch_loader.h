#pragma once
#include <condition_variable>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "learning/data/image_split.h"

namespace nero_bench {

// Makes one batch at a time, image by image on threads of its own, ahead of its use. Which thread makes which image is
// left open; where it lies in its batch is not, nor how much memory is in use at any call.
class BatchLoader {
 public:
  // Writes one image, [channels · height · width] floats; called by one thread, which may keep what it likes in it.
  using MakeImage = std::function<void(std::int64_t image, std::optional<std::uint64_t> augmentation, float* into)>;

  // `make_worker` is called by each thread, with its first image: what it throws is that image's failure, and it is
  // called again with the next.
  BatchLoader(int threads, std::vector<std::int64_t> image_shape, std::function<MakeImage()> make_worker);
  ~BatchLoader();
  BatchLoader(const BatchLoader&) = delete;
  BatchLoader& operator=(const BatchLoader&) = delete;

  void use_pinned_memory() { pinned_ = true; }

  // The images of a request, float32 [images, channels, height, width], on the CPU. Throws what making one of them
  // threw, the first of the batch if there are several. What was prepared in vain is given up, first.
  at::Tensor take(const BatchRequest& request);

  // Begins with it when there is nothing else to do. Ignored where one is waiting already.
  void prepare(const BatchRequest& request);

 private:
  struct Batch {
    BatchRequest request;
    at::Tensor images;
    std::size_t begun = 0;  // images given to a thread
    std::size_t ended = 0;
    std::size_t failed_image = 0;
    std::exception_ptr failure;  // of the first image of the batch that failed

    bool is_done() const { return ended == request.images.size(); }
  };

  void begin(const BatchRequest& request);
  void give_up(std::unique_lock<std::mutex>& lock);  // waits for the images in the making
  void work(const std::function<MakeImage()>& make_worker);

  std::vector<std::int64_t> image_shape_;
  bool pinned_ = false;
  std::mutex mutex_;
  std::condition_variable work_to_do_;
  std::condition_variable image_done_;
  std::shared_ptr<Batch>
      batch_;  // that is being made, or waits to be taken; whoever makes its last image may hold it longer
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace nero_bench
