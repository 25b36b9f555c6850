#pragma once
#include <cstdint>
#include <random>
#include <string_view>
#include <vector>

namespace nero_bench {

// Uniform in [0, bound), the same with every standard library.
std::uint64_t uniform_below(std::mt19937_64& generator, std::uint64_t bound);

// Random numbers one after the other (SplitMix64): cheap to begin, for a handful of draws a sample.
class RandomNumbers {
 public:
  explicit RandomNumbers(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next();
  double uniform();                         // in [0, 1), of 53 bits
  double uniform(double low, double high);  // in [low, high)
  std::int64_t below(std::int64_t bound);   // 0 … bound − 1, each off by less than bound · 2⁻⁶⁴

 private:
  std::uint64_t state_;
};

// Independent random streams of one trial seed. A stream is a function of (seed, name, index) alone, with no state to
// save: the data order of epoch 7 is the same whether or not epochs 0 to 6 were drawn before, whatever the optimiser,
// the rate or the device.
class RandomStreams {
 public:
  explicit RandomStreams(std::uint64_t trial_seed) : trial_seed_(trial_seed) {}

  // Seed of the generator to use for `name` ("init", "data_order", …) and, where it is drawn repeatedly, for the
  // `index`-th time.
  std::uint64_t seed(std::string_view name, std::uint64_t index = 0) const;

  // Uniform in [0, 1), multiples of 2⁻⁵³. A longer list begins with the shorter one.
  std::vector<double> uniform(std::int64_t count, std::string_view name, std::uint64_t index = 0) const;

  // A uniformly random order of 0 … count − 1.
  std::vector<std::int64_t> permutation(std::int64_t count, std::string_view name, std::uint64_t index = 0) const;

 private:
  std::uint64_t trial_seed_;
};

}  // namespace nero_bench
