#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "base/json.h"

namespace nero_bench {

using Shape = std::vector<std::int64_t>;

struct ModelShapes {
  std::string name;
  std::string what;
  std::vector<Shape> shapes;
};

// The parameter shapes of the networks of the paper (supplementary material), whose steps are worth timing.
const std::vector<ModelShapes>& model_shapes();

// Reads a list of shapes, [[784, 784], [784]]. Throws ConfigError.
std::vector<Shape> parse_shapes(const Json& json, const std::string& source);

std::int64_t elements(const Shape& shape);
std::int64_t elements(const std::vector<Shape>& shapes);

}  // namespace nero_bench
