#pragma once
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "base/hypothesis_tests.h"
#include "harness/analysis/quantity.h"

namespace nero_bench {

// What the spread of a reference figure is.
enum class SpreadKind {
  kStandardDeviation,  // over seeds, with n − 1
  kStandardError,      // of the mean over seeds
  kExact,              // the figure has none: bytes, counts
  kUnknown,            // one seed, or not published
};

// What the reference saw of a quantity, over its seeds.
struct Evidence {
  Sample sample{
      0, std::numeric_limits<double>::quiet_NaN(),
      std::numeric_limits<double>::quiet_NaN()};  // the deviation is NaN unless the spread is a deviation or an error
  SpreadKind kind = SpreadKind::kUnknown;
};

// A published figure: ours is to lie within the margin of it.
struct ReferenceNumber {
  std::string name;
  Quantity quantity;
  Direction better = Direction::kLargerIsBetter;
  Evidence seen;
  double margin = 0;  // in units of the quantity
};

// A published statement: the quantity lies within bounds in every seed.
struct ReferenceClaim {
  std::string name;
  Quantity quantity;
  std::optional<double> at_least;
  std::optional<double> at_most;
  Evidence seen;          // of no seeds where nothing is said
  std::int64_t held = 0;  // in so many seeds of the reference

  bool holds_for(double value) const;  // not for NaN
};

// What others, or an earlier run, have found: figures and claims as data.
struct Reference {
  std::string name;
  std::string title;
  std::string source;   // where the figures come from
  Conditions protocol;  // must hold for every record looked at; says float32 where the file names no precision
  double alpha = 0.05;  // the chance of one false alarm over everything in the file
  std::vector<ReferenceNumber> numbers;
  std::vector<ReferenceClaim> claims;
};

// Reads the content of a reference file (schemas/reference.schema.json). Throws ConfigError.
Reference parse_reference(const Json& json, const std::string& source);
Reference load_reference(const std::string& file);

}  // namespace nero_bench
