# What the CUDA half needs besides LibTorch: the runtime, and nvcc for the kernels of lib/learning/kernels/cuda. Both come from the
# wheels that scripts/setup.sh installs beside LibTorch, or from a toolkit.
#
# The kernels are compiled by a command of our own: CMake 3.25 knows neither C++20 nor sm_100 for nvcc 13, and its check of the
# compiler links a program, for which the wheels lack libraries.

set(cuda_hints)
if(libtorch)
  list(APPEND cuda_hints ${libtorch}/../nvidia/cu13)
endif()
find_path(cuda_runtime_include cuda_runtime_api.h NO_CACHE HINTS ${cuda_hints} PATHS /usr/local/cuda PATH_SUFFIXES include)
# A part of the runtime's headers, in a wheel of its own.
find_path(cuda_crt_include crt/host_defines.h NO_CACHE HINTS ${cuda_hints} PATHS /usr/local/cuda PATH_SUFFIXES include)
find_library(cuda_runtime_library NAMES cudart libcudart.so.13 NO_CACHE HINTS ${cuda_hints} PATHS /usr/local/cuda
  PATH_SUFFIXES lib lib64)
find_program(NERO_BENCH_NVCC nvcc HINTS ${cuda_hints} PATHS /usr/local/cuda PATH_SUFFIXES bin)

if(NOT cuda_runtime_include OR NOT cuda_crt_include OR NOT cuda_runtime_library OR NOT NERO_BENCH_NVCC)
  if(NOT NERO_BENCH_CUDA STREQUAL IF_POSSIBLE)
    message(FATAL_ERROR "NERO_BENCH_CUDA: the CUDA runtime or nvcc is missing. Run scripts/setup.sh --cuda.")
  endif()
  message(STATUS "No CUDA runtime or no nvcc: the CUDA half is not built")
  set(NERO_BENCH_CUDA OFF)
endif()

# The GPUs of the last years, as far as this nvcc knows them, and code that later ones compile when they load it.
if(NERO_BENCH_CUDA)
  execute_process(COMMAND ${NERO_BENCH_NVCC} --list-gpu-arch OUTPUT_VARIABLE known_architectures)
  foreach(architecture 80 90 100)
    if(known_architectures MATCHES "compute_${architecture}\n")
      list(APPEND cuda_architectures -gencode arch=compute_${architecture},code=sm_${architecture})
      set(newest ${architecture})
    endif()
  endforeach()
  list(APPEND cuda_architectures -gencode arch=compute_${newest},code=compute_${newest})
endif()

# add_cuda_kernels(NAME SOURCE): a library of one .cu file, and the runtime that it needs. A kernel that spills registers
# does not compile.
function(add_cuda_kernels name source)
  set(object ${CMAKE_CURRENT_BINARY_DIR}/${name}.o)
  set(launcher ${CMAKE_CXX_COMPILER_LAUNCHER})
  add_custom_command(OUTPUT ${object}
    COMMAND ${launcher} ${NERO_BENCH_NVCC} -std=c++20 -O3 -I${CMAKE_SOURCE_DIR}/lib ${cuda_architectures}
      -ccbin ${CMAKE_CXX_COMPILER} -Xptxas -warn-spills,-Werror -Xcompiler=-Wall,-Wextra,-Werror
      -MD -MF ${object}.d -c ${source} -o ${object}
    DEPENDS ${source} DEPFILE ${object}.d COMMENT "Building CUDA object ${name}.o" VERBATIM)
  add_library(${name} STATIC ${object})
  set_target_properties(${name} PROPERTIES LINKER_LANGUAGE CXX)
  target_include_directories(${name} SYSTEM INTERFACE ${cuda_runtime_include} ${cuda_crt_include})
  target_link_libraries(${name} INTERFACE ${cuda_runtime_library})
endfunction()
