#include "trial/precision.h"

namespace nero_bench {
namespace {

constexpr char kKey[] = "precision";
constexpr char kFloat32[] = "float32";

}  // namespace

Precision parse_precision(JsonReader& json) {
  return json.choice<Precision>(
      kKey, Precision::kFloat32,
      "arithmetic of the networks: bfloat16 by LibTorch's autocast; tf32 on GPUs from Ampere on",
      {{kFloat32, Precision::kFloat32}, {"tf32", Precision::kTf32}, {"bfloat16", Precision::kBfloat16}});
}

std::string precision_of(const Json& task) {
  const auto found = task.find(kKey);
  return found != task.end() && found->is_string() ? found->get<std::string>() : kFloat32;
}

std::string with_precision(const std::string& label, const Json& task) {
  const auto precision = precision_of(task);
  return precision == kFloat32 ? label : label + ", " + precision;
}

}  // namespace nero_bench
