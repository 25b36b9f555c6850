// damage_bench: what becomes of the state of a trial whose file lost a bit or its end, in our checkpoints and in
// LibTorch's archive.

#include <ATen/ops/rand.h>
#include <CLI/CLI.hpp>
#include <sys/resource.h>
#include <sys/wait.h>
#include <torch/serialize.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <sstream>

#include "base/errors.h"
#include "base/files.h"
#include "base/json.h"
#include "learning/checkpoints/checkpoint.h"
#include "learning/checkpoints/write_checkpoint.h"

namespace nero_bench {
namespace {

using Tensors = std::vector<at::Tensor>;

struct Options {
  int flips = 10'000;
  int truncations = 1'000;
  std::string json_file;
};

// A way to keep tensors in a file.
struct Format {
  std::string name;
  void (*save)(const Tensors&, const std::string& file);
  Tensors (*load)(const std::string& file);
};

// A perceptron of five layers with as much again as optimisers remember: parameters, moments and a count of steps.
Tensors state_of_a_trial() {
  at::manual_seed(1);
  Tensors tensors{at::full({}, 1234, at::kLong)};
  for (int kind = 0; kind < 3; ++kind) {
    for (int layer = 0; layer < 5; ++layer) tensors.push_back(at::rand({64, 64}) - 0.5);
  }
  return tensors;
}

std::span<std::byte> bytes_of(const at::Tensor& tensor) {
  return {static_cast<std::byte*>(tensor.mutable_data_ptr()), tensor.nbytes()};
}

ElementType type_of(const at::Tensor& tensor) {
  return tensor.scalar_type() == at::kLong ? ElementType::kInt64 : ElementType::kFloat32;
}

void save_checkpoint(const Tensors& tensors, const std::string& file) {
  std::vector<Section> sections;
  for (const auto& tensor : tensors)
    sections.push_back({std::to_string(sections.size()), type_of(tensor), tensor.sizes().vec(), bytes_of(tensor)});
  write_checkpoint(file, {"trial", "environment", 1234}, sections);
}

Tensors load_checkpoint(const std::string& file) {
  const Checkpoint checkpoint(file);
  Tensors tensors;
  for (const auto& section : checkpoint.sections()) {
    const auto type = section.type == ElementType::kInt64 ? at::kLong : at::kFloat;
    tensors.push_back(at::empty(section.shape, type));
    checkpoint.read(section, bytes_of(tensors.back()));
  }
  return tensors;
}

const std::vector<Format>& formats() {
  static const std::vector<Format> all{
      {"checkpoint", save_checkpoint, load_checkpoint},
      {"torch::load", [](const Tensors& tensors, const std::string& file) { torch::save(tensors, file); },
       [](const std::string& file) {
         Tensors tensors;
         torch::load(tensors, file);
         return tensors;
       }}};
  return all;
}

bool equal(const Tensors& a, const Tensors& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const at::Tensor& x, const at::Tensor& y) {
    return x.scalar_type() == y.scalar_type() && x.sizes() == y.sizes() &&
           std::memcmp(x.const_data_ptr(), y.const_data_ptr(), x.nbytes()) == 0;
  });
}

constexpr const char* kOutcomes[] = {"loads the same tensors", "loads other tensors", "refused with an error"};

// In a process of its own, which may crash, take too long, or ask for all memory.
std::string outcome(const Format& format, const std::string& file, const Tensors& expected) {
  const pid_t child = ::fork();
  if (child == 0) {
    constexpr rlim_t kMemory = rlim_t{16} << 30, kSeconds = 10;
    const rlimit memory{kMemory, kMemory}, seconds{kSeconds, kSeconds};
    ::setrlimit(RLIMIT_AS, &memory);
    ::setrlimit(RLIMIT_CPU, &seconds);
    try {
      ::_exit(equal(format.load(file), expected) ? 0 : 1);
    } catch (...) {
      ::_exit(2);
    }
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) < 3 ? kOutcomes[WEXITSTATUS(status)] : "ends the process";
}

std::string content_of(const std::string& file) {
  std::ostringstream content;
  content << std::ifstream(file, std::ios::binary).rdbuf();
  return content.str();
}

Json measure(const Format& format, const Options& options, const std::string& file) {
  const auto tensors = state_of_a_trial();
  format.save(tensors, file);
  const auto intact = content_of(file);
  if (outcome(format, file, tensors) != kOutcomes[0]) throw std::logic_error("the intact file does not load");
  std::mt19937_64 random(2);
  std::map<std::string, int> flipped, truncated;
  const auto put = [&](const std::string& bytes) { std::ofstream(file, std::ios::binary) << bytes; };
  for (int i = 0; i < options.flips; ++i) {
    const auto bit = random() % (8 * intact.size());
    auto damaged = intact;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
    put(damaged);
    ++flipped[outcome(format, file, tensors)];
  }
  for (int i = 0; i < options.truncations; ++i) {
    put(intact.substr(0, random() % intact.size()));
    ++truncated[outcome(format, file, tensors)];
  }
  return {{"format", format.name}, {"file_bytes", intact.size()}, {"bit_flips", flipped}, {"truncations", truncated}};
}

int run(const Options& options) {
  const auto file = std::filesystem::temp_directory_path() / ("damage_bench." + std::to_string(::getpid()));
  Json results = Json::array();
  for (const auto& format : formats()) results.push_back(measure(format, options, file.string()));
  std::filesystem::remove(file);
  std::puts(results.dump(2).c_str());
  if (!options.json_file.empty()) write_atomically(options.json_file, results.dump(2) + "\n", true);
  return 0;
}

}  // namespace
}  // namespace nero_bench

int main(int argc, char** argv) {
  using namespace nero_bench;
  CLI::App app{
      "Damages the saved state of a trial, one bit or its end at a time, and counts what loading makes of it."};
  Options options;
  app.add_option("--flips", options.flips, "single bits, each in a fresh copy")->capture_default_str();
  app.add_option("--truncations", options.truncations, "lengths to which it is cut")->capture_default_str();
  app.add_option("--json", options.json_file, "also write the counts there");
  CLI11_PARSE(app, argc, argv);
  return run_and_report_errors([&] { return run(options); });
}
