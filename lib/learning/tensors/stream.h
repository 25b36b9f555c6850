#pragma once
#include <c10/core/impl/VirtualGuardImpl.h>

struct CUstream_st;

namespace nero_bench {

// The stream that LibTorch's work on this GPU goes to at present.
inline CUstream_st* current_stream(const at::Device& gpu) {
  const c10::impl::VirtualGuardImpl guard(gpu.type());
  return static_cast<CUstream_st*>(guard.getStream(gpu).native_handle());
}

}  // namespace nero_bench
