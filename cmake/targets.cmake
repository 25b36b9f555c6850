# One function a kind of target, so that the CMakeLists.txt files are lists of names.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)

find_program(NERO_BENCH_LLD ld.lld)
if(NERO_BENCH_LLD)
  add_link_options(-fuse-ld=lld)
endif()

add_library(our_flags INTERFACE)
target_compile_options(our_flags INTERFACE -Wall -Wextra -Wshadow -Wnon-virtual-dtor)  # errors in the presets for tests
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # GCC 12 at -O2 and above takes "text" + std::string for an overlapping copy, or for one out of bounds (its bug 105651).
  target_compile_options(our_flags INTERFACE -Wno-restrict -Wno-array-bounds)
endif()
if(NERO_BENCH_CCACHE)
  target_compile_options(our_flags INTERFACE -fpch-preprocess)  # lets ccache see through the precompiled header
endif()
target_include_directories(our_flags INTERFACE ${CMAKE_SOURCE_DIR}/lib)
if(NERO_BENCH_SANITIZE)
  target_compile_options(our_flags INTERFACE -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(our_flags INTERFACE -fsanitize=address,undefined)
endif()

# share_headers(TARGET NAME LIBRARIES… HEADERS …): TARGET reads the precompiled headers of that name, compiled once for all
# targets that share it.
function(share_headers target name)
  cmake_parse_arguments(shared "" "" "HEADERS" ${ARGN})
  if(NOT TARGET ${name})
    file(WRITE ${CMAKE_BINARY_DIR}/${name}.cpp "")
    add_library(${name} OBJECT ${CMAKE_BINARY_DIR}/${name}.cpp)
    target_link_libraries(${name} PRIVATE our_flags ${shared_UNPARSED_ARGUMENTS})
    target_precompile_headers(${name} PRIVATE ${shared_HEADERS})
  endif()
  target_precompile_headers(${target} REUSE_FROM ${name})
endfunction()

# Of every target that uses LibTorch.
function(share_torch_header target)
  share_headers(${target} torch_header torch::cpu nlohmann_json::nlohmann_json HEADERS <torch/types.h> <nlohmann/json.hpp>)
endfunction()

# Of the learning half, and built without LibTorch all the same.
set(rooms_without_libtorch learning/kernels learning/kernels/cuda learning/checkpoints)

# add_room(FOLDER DEPENDS …): the library of all sources of lib/FOLDER, named after the folder (learning/tasks → learning_tasks).
# Rooms of the learning half see LibTorch, unless listed above.
function(add_room folder)
  cmake_parse_arguments(room "" "" "DEPENDS;EXCEPT" ${ARGN})
  string(REPLACE / _ name ${folder})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/lib/${folder}/*.cpp)
  foreach(excluded IN LISTS room_EXCEPT)
    list(REMOVE_ITEM sources ${CMAKE_SOURCE_DIR}/lib/${folder}/${excluded})
  endforeach()
  add_library(${name} STATIC ${sources})
  target_link_libraries(${name} PRIVATE our_flags PUBLIC ${room_DEPENDS})
  if(folder MATCHES "^learning/" AND NOT folder IN_LIST rooms_without_libtorch)
    target_link_libraries(${name} PUBLIC torch::cpu)
    share_torch_header(${name})
  elseif(folder MATCHES "^harness/|^trial$")
    share_headers(${name} json_header nlohmann_json::nlohmann_json fmt::fmt HEADERS <nlohmann/json.hpp> <fmt/format.h>)
  endif()
endfunction()

# add_instruction_set(NAME FLAGS…): the processor kernels of learning/kernels once more, for one instruction set.
function(add_instruction_set name)
  add_library(step_kernels_${name} OBJECT ${CMAKE_SOURCE_DIR}/lib/learning/kernels/cpu/step_kernels.cpp)
  target_compile_definitions(step_kernels_${name} PRIVATE NERO_BENCH_INSTRUCTION_SET=${name})
  target_compile_options(step_kernels_${name} PRIVATE -O3 -fno-math-errno -ffp-contract=fast ${ARGN})
  target_link_libraries(step_kernels_${name} PRIVATE our_flags)
  target_sources(learning_kernels PRIVATE $<TARGET_OBJECTS:step_kernels_${name}>)
endfunction()

# add_half(NAME FILES…): an object library of files of lib/, for programs to link or not.
function(add_half name)
  list(TRANSFORM ARGN PREPEND ${CMAKE_SOURCE_DIR}/lib/ OUTPUT_VARIABLE sources)
  add_library(${name} OBJECT ${sources})
  target_link_libraries(${name} PRIVATE our_flags torch::cpu learning_memory learning_kernels)
  share_torch_header(${name})
endfunction()

# add_program(NAME FOLDER DEPENDS …): an executable of all sources of apps/FOLDER.
function(add_program name folder)
  cmake_parse_arguments(program "" "" "DEPENDS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/apps/${folder}/*.cpp)
  add_executable(${name} ${sources})
  target_link_libraries(${name} PRIVATE our_flags ${program_DEPENDS})
endfunction()

# add_room_tests(FOLDER DEPENDS …): a GoogleTest program of all *_test.cpp of tests/FOLDER.
function(add_room_tests folder)
  cmake_parse_arguments(room "" "" "DEPENDS" ${ARGN})
  string(REPLACE / _ name ${folder}_tests)
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/${folder}/*.cpp)
  if(NOT sources)
    return()
  endif()
  add_executable(${name} ${sources})
  target_link_libraries(${name} PRIVATE our_flags ${room_DEPENDS} GTest::gmock GTest::gtest_main)
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR}/tests)
  target_compile_definitions(${name} PRIVATE NERO_BENCH_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  if(folder MATCHES "^learning/" AND NOT folder IN_LIST rooms_without_libtorch)
    share_headers(${name} torch_test_header torch::cpu nlohmann_json::nlohmann_json GTest::gmock
      HEADERS <torch/types.h> <nlohmann/json.hpp> <gmock/gmock.h>)
  else()
    share_headers(${name} test_header nlohmann_json::nlohmann_json GTest::gmock HEADERS <nlohmann/json.hpp> <gmock/gmock.h>)
  endif()
  gtest_discover_tests(${name} DISCOVERY_TIMEOUT 60)
endfunction()
