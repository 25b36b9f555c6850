# Every library from outside, and why it is there. Versions are those of Debian 12; LibTorch is pinned in requirements.txt.

find_package(CLI11 REQUIRED)          # command lines: sub-commands, help texts, validation
find_package(nlohmann_json REQUIRED)  # configs, records, events
find_package(fmt REQUIRED)            # text: g++ 12 has no <format>
find_package(spdlog REQUIRED)         # the log on stderr: levels, colours, no output lost on a crash
find_package(OpenSSL REQUIRED COMPONENTS Crypto)  # SHA-256: trial ids, record checksums, data-set verification
find_package(Boost REQUIRED)          # Boost.Math, headers only: Student's t, the normal and the hypergeometric distribution
find_package(Threads REQUIRED)        # records are loaded on all cores

# XXH3: checksums of checkpoints, at the speed of memory. Debian's package has no CMake config.
find_path(NERO_BENCH_XXHASH_INCLUDE xxhash.h REQUIRED)
find_library(NERO_BENCH_XXHASH_LIBRARY xxhash REQUIRED)
add_library(xxhash SHARED IMPORTED)
set_target_properties(xxhash PROPERTIES IMPORTED_LOCATION ${NERO_BENCH_XXHASH_LIBRARY})
target_include_directories(xxhash SYSTEM INTERFACE ${NERO_BENCH_XXHASH_INCLUDE})

if(NERO_BENCH_TESTS)
  find_package(GTest REQUIRED)        # unit tests; the command line is tested by pytest, the schemas by jsonschema
  find_program(NERO_BENCH_PYTHON NAMES python3 HINTS /usr/bin NO_CMAKE_PATH REQUIRED)
endif()

find_program(NERO_BENCH_CCACHE ccache)
if(NERO_BENCH_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${NERO_BENCH_CCACHE})
endif()

if(NERO_BENCH_LEARNING)
  find_package(ZLIB REQUIRED)         # IDX files, compressed or not
  find_package(JPEG REQUIRED)         # image folders: libjpeg-turbo
  find_package(PNG REQUIRED)          # image folders
  include(libtorch)
elseif(NERO_BENCH_CUDA)
  include(cuda)
endif()
