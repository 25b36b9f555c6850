#pragma once
#include <string>

#include "base/json_reader.h"

namespace nero_bench {

// The arithmetic of a task's networks, in training and evaluation; everything else is float32 whatever it is:
// parameters, optimisers and their state, losses.
enum class Precision {
  kFloat32,
  kTf32,      // products of float32 numbers rounded to 10 bits, on GPUs
  kBfloat16,  // matrix products and convolutions of numbers rounded to bfloat16, and most of what lies between them
};

// Reads the option "precision", which every task has.
Precision parse_precision(JsonReader& json);

// Where it stands in a trial. What differs in it is never set against each other unless somebody asks for that.
inline constexpr char kPrecisionPath[] = "task.precision";

// The name of a task's precision, which is that of float32 where its options say nothing.
std::string precision_of(const Json& task);

// The label of a task with its precision, where that is reduced: "depth 5, bfloat16".
std::string with_precision(const std::string& label, const Json& task);

}  // namespace nero_bench
