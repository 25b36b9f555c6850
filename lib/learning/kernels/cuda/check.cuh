// What becomes of the runtime's errors. Included by the .cu files.
#pragma once
#include <cuda_runtime_api.h>

#include <new>
#include <stdexcept>
#include <string>

namespace nero_bench {

inline void check(cudaError_t error, const char* doing) {
  if (error == cudaSuccess) return;
  cudaGetLastError();  // or the next one who asks would be told of it, too
  if (error == cudaErrorMemoryAllocation) throw std::bad_alloc();
  throw std::runtime_error(std::string(doing) + ": " + cudaGetErrorString(error));
}

}  // namespace nero_bench
