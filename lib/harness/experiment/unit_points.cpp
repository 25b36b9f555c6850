#include "harness/experiment/unit_points.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

namespace nero_bench {
namespace {

constexpr int kBits = 53;  // of a double in [0, 1)

std::vector<std::int64_t> first_primes(std::size_t count) {
  std::vector<std::int64_t> primes;
  for (std::int64_t n = 2; primes.size() < count; ++n) {
    if (std::all_of(primes.begin(), primes.end(), [&](auto prime) { return n % prime != 0; })) primes.push_back(n);
  }
  return primes;
}

// One for each digit that a double can hold.
std::vector<std::vector<std::int64_t>> digit_permutations(std::int64_t base, const RandomStreams& streams,
                                                          std::uint64_t study) {
  const auto digits = static_cast<std::uint64_t>(std::ceil(kBits / std::log2(static_cast<double>(base))));
  std::vector<std::vector<std::int64_t>> permutations;
  for (std::uint64_t digit = 0; digit < digits; ++digit)
    permutations.push_back(streams.permutation(base, "halton." + std::to_string(base), study * kBits + digit));
  return permutations;
}

}  // namespace

UnitPoints random_points(std::size_t count, std::size_t dimensions, const RandomStreams& streams, std::uint64_t study) {
  UnitPoints points(count);
  for (std::size_t j = 0; j < dimensions; ++j) {
    const auto column = streams.uniform(static_cast<std::int64_t>(count), "random." + std::to_string(j), study);
    for (std::size_t i = 0; i < count; ++i) points[i].push_back(column[i]);
  }
  return points;
}

UnitPoints halton_points(std::size_t count, std::size_t dimensions, const RandomStreams& streams, std::uint64_t study) {
  if (dimensions > kMostDimensions) throw std::invalid_argument("halton_points: too many dimensions");
  UnitPoints points(count);
  for (const auto base : first_primes(dimensions)) {
    const auto permutations = digit_permutations(base, streams, study);
    for (std::size_t i = 0; i < count; ++i) points[i].push_back(radical_inverse(i, base, permutations));
  }
  return points;
}

double radical_inverse(std::uint64_t index, std::int64_t base,
                       std::span<const std::vector<std::int64_t>> permutations) {
  double value = 0;
  double place = 1;
  for (const auto& permutation : permutations) {
    place /= static_cast<double>(base);
    value += static_cast<double>(permutation[index % static_cast<std::uint64_t>(base)]) * place;
    index /= static_cast<std::uint64_t>(base);
  }
  return std::min(value, 1 - std::numeric_limits<double>::epsilon() / 2);  // a sum of rounded terms may reach 1
}

}  // namespace nero_bench
