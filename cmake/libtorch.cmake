# LibTorch as imported targets of our own: torch::cpu, and with NERO_BENCH_CUDA torch::cuda. find_package(Torch) would link the
# CUDA libraries into every program and rewrite the CUDA flags.
#
# Looked for in NERO_BENCH_LIBTORCH (CMake variable or environment), then where scripts/setup.sh puts the wheel.

file(STRINGS ${CMAKE_SOURCE_DIR}/requirements.txt pinned REGEX "^torch==")
string(REGEX REPLACE "^torch==([0-9.]+).*" "\\1" NERO_BENCH_TORCH_VERSION "${pinned}")

if(DEFINED ENV{XDG_CACHE_HOME})
  set(cache "$ENV{XDG_CACHE_HOME}/nero-bench")
else()
  set(cache "$ENV{HOME}/.cache/nero-bench")
endif()
find_path(NERO_BENCH_LIBTORCH_INCLUDE ATen/ATen.h
  HINTS ${NERO_BENCH_LIBTORCH} $ENV{NERO_BENCH_LIBTORCH}
        ${cache}/libtorch-${NERO_BENCH_TORCH_VERSION}-cuda/torch ${cache}/libtorch-${NERO_BENCH_TORCH_VERSION}-cpu/torch
  PATH_SUFFIXES include NO_DEFAULT_PATH NO_CACHE)
if(NOT NERO_BENCH_LIBTORCH_INCLUDE)
  message(FATAL_ERROR "LibTorch ${NERO_BENCH_TORCH_VERSION} not found. Run scripts/setup.sh, or pass "
    "-DNERO_BENCH_LIBTORCH=DIR (the folder with include/ and lib/), or use the preset 'harness', which needs none.")
endif()
file(REAL_PATH ${NERO_BENCH_LIBTORCH_INCLUDE}/.. libtorch)
message(STATUS "LibTorch: ${libtorch}")

add_library(torch_c10 SHARED IMPORTED)
set_target_properties(torch_c10 PROPERTIES IMPORTED_LOCATION ${libtorch}/lib/libc10.so)
add_library(torch::cpu SHARED IMPORTED)
set_target_properties(torch::cpu PROPERTIES IMPORTED_LOCATION ${libtorch}/lib/libtorch_cpu.so)
target_include_directories(torch::cpu SYSTEM INTERFACE ${libtorch}/include ${libtorch}/include/torch/csrc/api/include)
target_link_libraries(torch::cpu INTERFACE torch_c10)
# at::parallel_for is a template that runs serially unless OpenMP is on where it is used; the threads must be LibTorch's own.
file(GLOB libgomp ${libtorch}/lib/libgomp*.so*)
target_compile_options(torch::cpu INTERFACE -fopenmp)
target_link_libraries(torch::cpu INTERFACE ${libgomp})
if(NOT libgomp)
  target_link_options(torch::cpu INTERFACE -fopenmp)
endif()
# The wheel's libraries find their NVIDIA neighbours at run time through their own RUNPATH; the linker need not see them.
target_link_options(torch::cpu INTERFACE -Wl,--allow-shlib-undefined)

if(NERO_BENCH_CUDA AND NOT EXISTS ${libtorch}/lib/libtorch_cuda.so)
  if(NOT NERO_BENCH_CUDA STREQUAL IF_POSSIBLE)
    message(FATAL_ERROR "NERO_BENCH_CUDA: this LibTorch has no CUDA half. Run scripts/setup.sh --cuda.")
  endif()
  message(STATUS "No CUDA half of LibTorch: nero-trial-cuda is not built")
  set(NERO_BENCH_CUDA OFF)
endif()
if(NERO_BENCH_CUDA)
  include(cuda)
endif()

if(NERO_BENCH_CUDA)
  add_library(torch::cuda INTERFACE IMPORTED)
  target_include_directories(torch::cuda SYSTEM INTERFACE ${cuda_runtime_include} ${cuda_crt_include})
  # Nothing refers to libtorch_cuda by symbol: it registers its kernels when it is loaded.
  target_link_options(torch::cuda INTERFACE -Wl,--no-as-needed)
  target_link_libraries(torch::cuda INTERFACE torch::cpu
    ${libtorch}/lib/libtorch_cuda.so ${libtorch}/lib/libc10_cuda.so ${cuda_runtime_library})
endif()
