// The host's side of a step on the GPU: tables in device memory, when to send them, and who counts. Included by
// device_step.cu, which launches the kernels, and by a test that runs it with a CUDA runtime of its own.
#pragma once
#include <cuda_runtime_api.h>

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <type_traits>

#include "learning/kernels/cuda/check.cuh"
#include "learning/kernels/cuda/device_items.h"
#include "learning/kernels/cuda/device_step.h"

namespace nero_bench {

// An array in device memory that grows when it must.
template <class T>
class DeviceArray {
 public:
  DeviceArray() = default;
  ~DeviceArray() { cudaFree(data_); }
  DeviceArray(const DeviceArray&) = delete;
  DeviceArray& operator=(const DeviceArray&) = delete;

  T* data() const { return data_; }

  void resize(std::size_t size) {
    if (size <= capacity_) return;
    cudaFree(data_);
    data_ = nullptr;
    capacity_ = 0;
    check(cudaMalloc(&data_, size * sizeof(T)), "allocating the tables of an optimiser step");
    capacity_ = size;
  }

  // In the order of the stream. The source may be changed afterwards: CUDA copies pageable memory before it returns.
  void send(std::span<const T> values, Stream stream) {
    resize(values.size());
    check(cudaMemcpyAsync(data_, values.data(), values.size_bytes(), cudaMemcpyHostToDevice, stream),
          "sending the tables of an optimiser step");
  }

 private:
  T* data_ = nullptr;
  std::size_t capacity_ = 0;
};

// What a kernel gets.
template <class Tensor, class Step>
struct Launch {
  const Tensor* tensors;
  DeviceItem* items;
  const Step* step;
  LambSums* sums;  // [blocks], of each item, where a step has halves
  int blocks;
  Stream stream;
};

template <class Tensor>
constexpr bool kCountsSteps = requires(Tensor tensor) {
  tensor.steps;
};

template <class Tensor, class Step>
class DeviceStep<Tensor, Step>::Table {
 public:
  // Tensors are never parts of two sets that begin with the same one and are as many.
  bool is_for(std::span<const Tensor> tensors) const {
    return !tensors_.empty() && tensors_.size() == tensors.size() && tensors_.front().weight == tensors.front().weight;
  }

  // Whether a launch for these tensors has the blocks of the one before.
  bool has_items_of(std::span<const Tensor> tensors) const {
    return std::equal(tensors.begin(), tensors.end(), tensors_.begin(), tensors_.end(),
                      [](const Tensor& a, const Tensor& b) { return a.rows == b.rows; });
  }

  // What is in device memory counts as sent only when sending it did not fail.
  void send(std::span<const Tensor> tensors, Stream stream) {
    if (std::equal(tensors.begin(), tensors.end(), tensors_.begin(), tensors_.end())) return;
    const bool same_items =
        std::equal(tensors.begin(), tensors.end(), tensors_.begin(), tensors_.end(), have_same_items);
    tensors_.clear();
    device_tensors_.send(tensors, stream);
    if (!same_items) send_items(tensors, stream);
    tensors_.assign(tensors.begin(), tensors.end());
  }

  // By a launch, which holds them: a copy from memory that is not pinned may wait for the stream.
  void send(const Step& step, Stream stream) {
    if (step_ == step) return;
    step_.reset();
    device_step_.resize(1);
    enqueue_store(device_step_.data(), step, stream);
    check(cudaGetLastError(), "sending the options of an optimiser step");
    step_ = step;
  }

  Launch<Tensor, Step> launch(Stream stream) const {
    return {device_tensors_.data(), device_items_.data(), device_step_.data(), device_sums_.data(), blocks_, stream};
  }

  // The kernel counts its items' steps; this is what the next step's tensors are then expected to be.
  void count_step() {
    if constexpr (kCountsSteps<Tensor>) {
      for (auto& tensor : tensors_) tensor.steps += 1;
    }
  }

 private:
  static bool have_same_items(const Tensor& a, const Tensor& b) {
    if constexpr (kCountsSteps<Tensor>) {
      if (a.steps != b.steps) return false;
    }
    return a.rows == b.rows;
  }

  void send_items(std::span<const Tensor> tensors, Stream stream) {
    std::vector<Rows> rows;
    for (const auto& tensor : tensors) rows.push_back(tensor.rows);
    auto items = device_items(rows);
    if constexpr (kCountsSteps<Tensor>) {
      for (auto& item : items) item.steps = tensors[item.tensor].steps - 1;  // the kernel counts this one itself
    }
    device_items_.send(items, stream);
    if constexpr (std::is_same_v<Step, LambStep>) device_sums_.resize(items.size());
    blocks_ = static_cast<int>(items.size());
  }

  std::vector<Tensor> tensors_;  // as sent, with the steps counted since
  std::optional<Step> step_;
  int blocks_ = 0;
  DeviceArray<Tensor> device_tensors_;
  DeviceArray<DeviceItem> device_items_;
  DeviceArray<Step> device_step_;
  DeviceArray<LambSums> device_sums_;
};

template <class Tensor, class Step>
DeviceStep<Tensor, Step>::DeviceStep() = default;
template <class Tensor, class Step>
DeviceStep<Tensor, Step>::~DeviceStep() = default;

template <class Tensor, class Step>
auto DeviceStep<Tensor, Step>::table_of(std::span<const Tensor> tensors) -> Table& {
  auto found = std::find_if(tables_.begin(), tables_.end(), [&](const auto& table) { return table->is_for(tensors); });
  if (found == tables_.end()) found = tables_.insert(tables_.end(), std::make_unique<Table>());
  return **found;
}

template <class Tensor, class Step>
void DeviceStep<Tensor, Step>::operator()(std::span<const Tensor> tensors, const Step& step, Stream stream) {
  if (tensors.empty()) return;
  Table& table = table_of(tensors);
  table.send(tensors, stream);
  table.send(step, stream);
  launch(table.launch(stream));
  check(cudaGetLastError(), "launching an optimiser step");
  table.count_step();
}

template <class Tensor, class Step>
void DeviceStep<Tensor, Step>::capture(std::span<const Tensor> tensors, Stream stream) {
  if (tensors.empty()) return;
  Table& table = table_of(tensors);
  if (!table.has_items_of(tensors))
    throw std::logic_error("an optimiser step is captured that differs from those before: make it once first");
  launch(table.launch(stream));
  check(cudaGetLastError(), "capturing an optimiser step");
}

template <class Tensor, class Step>
void DeviceStep<Tensor, Step>::prepare_replay(std::span<const Tensor> tensors, const Step& step, Stream stream) {
  if (tensors.empty()) return;
  Table& table = table_of(tensors);
  table.send(tensors, stream);
  table.send(step, stream);
  table.count_step();
}

}  // namespace nero_bench
