#pragma once
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "learning/checkpoints/checkpoint.h"

namespace nero_bench {

template <class Element>
std::vector<std::byte> bytes_of(const std::vector<Element>& elements) {
  const auto bytes = std::as_bytes(std::span(elements));
  return {bytes.begin(), bytes.end()};
}

// A tensor that owns its elements.
struct Example {
  std::string name;
  ElementType type;
  std::vector<std::int64_t> shape;
  std::vector<std::byte> bytes;
};

inline std::vector<Section> sections_of(const std::vector<Example>& examples) {
  std::vector<Section> sections;
  sections.reserve(examples.size());
  for (const auto& example : examples) sections.push_back({example.name, example.type, example.shape, example.bytes});
  return sections;
}

// `count` bytes that look like nothing in particular, the same for the same seed.
inline std::vector<std::byte> noise(std::size_t count, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<std::byte> bytes(count);
  for (auto& byte : bytes) byte = static_cast<std::byte>(random());
  return bytes;
}

// Two checkpoints' worth of something: of the size of a small model's state, some 1.2 kB in a file.
inline std::vector<Example> small_state(unsigned seed = 0) {
  return {{"layer.weight", ElementType::kFloat32, {10, 7}, noise(280, seed)},
          {"layer.bias", ElementType::kFloat32, {10}, noise(40, seed + 1)},
          {"bound", ElementType::kFloat64, {}, noise(8, seed + 2)},
          {"layer.weight.mean_square", ElementType::kFloat32, {10}, noise(40, seed + 3)},
          {"nothing", ElementType::kFloat32, {0}, {}},
          {"random", ElementType::kUint8, {300}, noise(300, seed + 4)}};
}

// What opening `file` complains about; empty if it does not. Lets everything pass that is no StoreError.
std::string complaint(const std::filesystem::path& file);

// Fails the test unless `file` holds exactly `examples`.
void expect_holds(const Checkpoint& checkpoint, const std::vector<Example>& examples);

}  // namespace nero_bench
