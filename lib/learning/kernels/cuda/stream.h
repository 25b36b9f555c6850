#pragma once

struct CUstream_st;

namespace nero_bench {

using Stream = CUstream_st*;  // a cudaStream_t, without the toolkit's headers

}  // namespace nero_bench
