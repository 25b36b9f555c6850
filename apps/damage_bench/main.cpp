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
#include <span>
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

// What loading a file may come to; the last one is seen from outside.
enum Outcome : char { kSame, kOther, kRefused, kEnded };
constexpr const char* kOutcomes[] = {"loads the same tensors", "loads other tensors", "refused with an error",
                                     "ends the process"};

std::string content_of(const std::string& file) {
  std::ostringstream content;
  content << std::ifstream(file, std::ios::binary).rdbuf();
  return content.str();
}

// Takes the place of an intact file, again and again.
struct Damage {
  std::string intact;
  std::vector<std::uint64_t> flipped_bits;
  std::vector<std::uint64_t> lengths;  // to which it is cut

  std::size_t count() const { return flipped_bits.size() + lengths.size(); }
  std::string bytes(std::size_t i) const {
    if (i >= flipped_bits.size()) return intact.substr(0, lengths[i - flipped_bits.size()]);
    auto damaged = intact;
    damaged[flipped_bits[i] / 8] = static_cast<char>(damaged[flipped_bits[i] / 8] ^ (1 << flipped_bits[i] % 8));
    return damaged;
  }
};

// Loads one damaged file after the other and writes how it went, a byte each; a crash ends it, and so do too much time
// or memory.
[[noreturn]] void load_from(std::size_t first, const Format& format, const Damage& damage, const std::string& file,
                            int answers) {
  constexpr rlim_t kMemory = rlim_t{16} << 30;
  constexpr unsigned kSeconds = 10;
  const rlimit memory{kMemory, kMemory};
  ::setrlimit(RLIMIT_AS, &memory);
  const auto expected = state_of_a_trial();
  for (std::size_t i = first; i < damage.count(); ++i) {
    std::ofstream(file, std::ios::binary) << damage.bytes(i);
    ::alarm(kSeconds);
    char outcome = kRefused;
    try {
      outcome = equal(format.load(file), expected) ? kSame : kOther;
    } catch (...) {}
    if (::write(answers, &outcome, 1) != 1) ::_exit(1);
  }
  ::_exit(0);
}

// In a process of its own, and in another one after each that crashed.
std::vector<Outcome> outcomes(const Format& format, const Damage& damage, const std::string& file) {
  std::vector<Outcome> all;
  while (all.size() < damage.count()) {
    std::array<int, 2> answers{};
    if (::pipe(answers.data()) != 0) throw std::runtime_error("cannot create a pipe");
    const pid_t child = ::fork();
    if (child == 0) load_from(all.size(), format, damage, file, answers[1]);
    ::close(answers[1]);
    for (char outcome = 0; ::read(answers[0], &outcome, 1) == 1;) all.push_back(static_cast<Outcome>(outcome));
    ::close(answers[0]);
    ::waitpid(child, nullptr, 0);
    if (all.size() < damage.count()) all.push_back(kEnded);
  }
  return all;
}

Json count(std::span<const Outcome> outcomes) {
  std::map<std::string, int> counts;
  for (const auto outcome : outcomes) ++counts[kOutcomes[outcome]];
  return counts;
}

Json measure(const Format& format, const Options& options, const std::string& file) {
  format.save(state_of_a_trial(), file);
  if (!equal(format.load(file), state_of_a_trial())) throw std::logic_error("the intact file does not load");
  Damage damage{content_of(file), {}, {}};
  std::mt19937_64 random(2);
  for (int i = 0; i < options.flips; ++i) damage.flipped_bits.push_back(random() % (8 * damage.intact.size()));
  for (int i = 0; i < options.truncations; ++i) damage.lengths.push_back(random() % damage.intact.size());
  const auto all = outcomes(format, damage, file);
  const auto flips = damage.flipped_bits.size();
  return {{"format", format.name},
          {"file_bytes", damage.intact.size()},
          {"bit_flips", count(std::span(all).first(flips))},
          {"truncations", count(std::span(all).subspan(flips))}};
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
