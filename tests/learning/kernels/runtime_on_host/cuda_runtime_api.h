// As much of the CUDA runtime as an optimiser step needs, in host memory, for tests where there is no GPU: what is
// enqueued is done at once, and under capture kept until it is replayed. Found in place of the toolkit's header of this
// name by the tests that name this folder.
#pragma once
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <vector>

struct CUstream_st {};
using cudaStream_t = CUstream_st*;

enum cudaError_t { cudaSuccess, cudaErrorMemoryAllocation, cudaErrorStreamCaptureUnsupported };
enum cudaMemcpyKind { cudaMemcpyHostToDevice };

namespace cuda_on_host {

struct Runtime {
  bool capturing = false;
  std::vector<std::function<void()>> captured;
  int copies = 0;  // to the device
  int stores = 0;  // of what a launch holds
  cudaError_t error = cudaSuccess;

  void enqueue(const std::function<void()>& work) {
    if (capturing) {
      captured.push_back(work);
    } else {
      work();
    }
  }
  void replay() const {
    for (const auto& work : captured) work();
  }
};

inline Runtime runtime;

}  // namespace cuda_on_host

template <class T>
cudaError_t cudaMalloc(T** pointer, std::size_t bytes) {
  *pointer = static_cast<T*>(std::malloc(bytes));
  return *pointer == nullptr ? cudaErrorMemoryAllocation : cudaSuccess;
}

inline cudaError_t cudaFree(void* pointer) {
  std::free(pointer);
  return cudaSuccess;
}

// A capture would remember the address of a source that is gone when it is replayed.
inline cudaError_t cudaMemcpyAsync(void* to, const void* from, std::size_t bytes, cudaMemcpyKind, cudaStream_t) {
  if (cuda_on_host::runtime.capturing) return cudaErrorStreamCaptureUnsupported;
  std::memcpy(to, from, bytes);
  ++cuda_on_host::runtime.copies;
  return cudaSuccess;
}

inline cudaError_t cudaGetLastError() {
  const auto error = cuda_on_host::runtime.error;
  cuda_on_host::runtime.error = cudaSuccess;
  return error;
}

inline const char* cudaGetErrorString(cudaError_t) { return "error of the runtime on the host"; }
