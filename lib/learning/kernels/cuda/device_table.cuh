// The host's side of a step on the GPU: tables in device memory, and when to send them. Included by device_step.cu.
#pragma once
#include <cuda_runtime_api.h>

#include <new>
#include <optional>
#include <stdexcept>
#include <string>

#include "learning/kernels/cuda/device_items.h"
#include "learning/kernels/cuda/device_step.h"

namespace nero_bench {

inline void check(cudaError_t error, const char* doing) {
  if (error == cudaSuccess) return;
  if (error == cudaErrorMemoryAllocation) throw std::bad_alloc();
  throw std::runtime_error(std::string(doing) + ": " + cudaGetErrorString(error));
}

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
  // The tensors that it is for are known by the first and by their number: sets of tensors do not overlap otherwise.
  bool is_for(std::span<const Tensor> tensors) const {
    return tensors_.size() == tensors.size() && tensors_.front().weight == tensors.front().weight;
  }

  void send(std::span<const Tensor> tensors, Stream stream) {
    if (std::equal(tensors.begin(), tensors.end(), tensors_.begin(), tensors_.end())) return;
    std::vector<DeviceItem> items = items_of(tensors);
    const bool same_items = items == items_;
    tensors_.assign(tensors.begin(), tensors.end());
    device_tensors_.send(tensors_, stream);
    if (same_items) return;
    items_ = std::move(items);
    device_items_.send(items_, stream);
    device_sums_.resize(items_.size());
    check(cudaStreamSynchronize(stream), "sending the tables of an optimiser step");
  }

  void send(const Step& step, Stream stream) {
    if (step_ == step) return;
    step_ = step;
    device_step_.send({&step, 1}, stream);
  }

  Launch<Tensor, Step> launch(Stream stream) const {
    return {device_tensors_.data(),
            device_items_.data(),
            device_step_.data(),
            device_sums_.data(),
            static_cast<int>(items_.size()),
            stream};
  }

  // What the tables hold after the kernel has counted, and what the next step's tensors are expected to be.
  void count_step() {
    if constexpr (kCountsSteps<Tensor>) {
      for (auto& tensor : tensors_) tensor.steps += 1;
      for (auto& item : items_) item.steps += 1;
    }
  }

 private:
  static std::vector<DeviceItem> items_of(std::span<const Tensor> tensors) {
    std::vector<Rows> rows;
    for (const auto& tensor : tensors) rows.push_back(tensor.rows);
    auto items = device_items(rows);
    if constexpr (kCountsSteps<Tensor>) {
      for (auto& item : items) item.steps = tensors[item.tensor].steps - 1;  // the kernel counts this one itself
    }
    return items;
  }

  std::vector<Tensor> tensors_;
  std::vector<DeviceItem> items_;
  std::optional<Step> step_;
  DeviceArray<Tensor> device_tensors_;
  DeviceArray<DeviceItem> device_items_;
  DeviceArray<Step> device_step_;
  DeviceArray<LambSums> device_sums_;
};

}  // namespace nero_bench
