#include "base/random_streams.h"

#include <numeric>
#include <utility>

namespace nero_bench {
namespace {

constexpr std::uint64_t kGolden = 0x9e3779b97f4a7c15ULL;

// Finaliser of SplitMix64 (Steele, Lea & Flood 2014): neighbouring inputs give unrelated outputs.
std::uint64_t mix(std::uint64_t x) {
  x += kGolden;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

}  // namespace

// By rejection: std::uniform_int_distribution differs between standard libraries.
std::uint64_t uniform_below(std::mt19937_64& generator, std::uint64_t bound) {
  const std::uint64_t limit = generator.max() - generator.max() % bound;
  std::uint64_t drawn = generator();
  while (drawn >= limit) drawn = generator();
  return drawn % bound;
}

std::uint64_t RandomNumbers::next() {
  const std::uint64_t drawn = mix(state_);
  state_ += kGolden;
  return drawn;
}

double RandomNumbers::uniform() { return static_cast<double>(next() >> 11) * 0x1p-53; }

double RandomNumbers::uniform(double low, double high) { return low + (high - low) * uniform(); }

std::int64_t RandomNumbers::below(std::int64_t bound) {
  return static_cast<std::int64_t>(static_cast<unsigned __int128>(next()) * static_cast<std::uint64_t>(bound) >> 64);
}

std::uint64_t RandomStreams::seed(std::string_view name, std::uint64_t index) const {
  std::uint64_t hash = mix(trial_seed_);
  for (const char c : name) hash = mix(hash ^ static_cast<unsigned char>(c));
  return mix(hash ^ index);
}

std::vector<double> RandomStreams::uniform(std::int64_t count, std::string_view name, std::uint64_t index) const {
  std::vector<double> values;
  std::mt19937_64 generator(seed(name, index));  // std::generate_canonical differs between standard libraries
  for (std::int64_t i = 0; i < count; ++i) values.push_back(static_cast<double>(generator() >> 11) * 0x1p-53);
  return values;
}

std::vector<std::int64_t> RandomStreams::permutation(std::int64_t count, std::string_view name,
                                                     std::uint64_t index) const {
  std::vector<std::int64_t> order(static_cast<std::size_t>(count));
  std::iota(order.begin(), order.end(), 0);
  std::mt19937_64 generator(seed(name, index));
  for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[uniform_below(generator, i)]);
  return order;
}

}  // namespace nero_bench
