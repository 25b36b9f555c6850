#include "learning/optimisers/golden.h"

#include <ATen/ops/tensor.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "base/text.h"
#include "learning/optimisers/optimisers.h"
#include "learning/optimisers/tensors.h"

namespace nero_bench::golden {
namespace {

constexpr double kFloat64Tolerance = 1e-10;
constexpr JsonLimits kLimits{.bytes = 64 << 20};

std::vector<double> values_of(const Json& list) {
  std::vector<double> values;
  for (const auto& item : list) values.push_back(number_from_json(item));
  return values;
}

at::Tensor tensor_of(const Json& values, at::IntArrayRef shape, at::ScalarType type) {
  return at::tensor(values_of(values), at::kDouble).to(type).reshape(shape);
}

NamedTensors make_parameters(const Json& problem, at::ScalarType type) {
  NamedTensors parameters;
  for (const auto& parameter : problem["parameters"]) {
    const auto shape = parameter["shape"].get<std::vector<std::int64_t>>();
    parameters.push_back({parameter["name"], tensor_of(parameter["values"], shape, type).requires_grad_()});
  }
  return parameters;
}

std::unique_ptr<Optimiser> make_optimiser(const Json& run, const std::string& implementation, NamedTensors parameters) {
  Json config = run["options"];
  config["implementation"] = implementation;
  config["name"] = run["optimiser"];
  JsonReader reader(config, "golden run " + run["id"].get<std::string>());
  return parse_optimiser(reader)(std::move(parameters));
}

// The tolerance for a run in arithmetic of `type`; nothing where the run does not speak of that type.
std::optional<double> tolerance_for(const Json& run, at::ScalarType type) {
  if (run["dtype"] == "float64" && type == at::kDouble) return kFloat64Tolerance;
  if (type == at::kFloat && run.contains("float32_tolerance")) return run["float32_tolerance"].get<double>();
  return std::nullopt;
}

void set_gradients(const NamedTensors& parameters, const Json& gradients) {
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const auto& tensor = parameters[i].tensor;
    tensor.mutable_grad() =
        gradients[i].is_null() ? at::Tensor() : tensor_of(gradients[i], tensor.sizes(), tensor.scalar_type());
  }
}

void replay(const Json& problem, const Json& run, at::ScalarType type, const std::string& implementation,
            double tolerance, const std::function<void(const std::string&)>& complain) {
  const auto parameters = make_parameters(problem, type);
  const auto optimiser = make_optimiser(run, implementation, parameters);
  const auto compare = [&](std::size_t step) {
    for (const auto& snapshot : run["snapshots"]) {
      if (snapshot["step"] != step) continue;
      for (std::size_t i = 0; i < parameters.size(); ++i) {
        const auto found = disagreement(numbers(parameters[i].tensor), values_of(snapshot["parameters"][i]), tolerance);
        if (!found.empty()) complain("step " + std::to_string(step) + ", tensor " + parameters[i].name + ": " + found);
      }
    }
  };

  compare(0);
  for (std::size_t step = 0; step < problem["steps"]; ++step) {
    set_gradients(parameters, problem["gradients"][step]);
    optimiser->set_learning_rate(run.contains("learning_rates") ? run["learning_rates"][step] : run["learning_rate"]);
    optimiser->step();
    compare(step + 1);
  }
  if (run.contains("state_bytes_float32") && type == at::kFloat) {
    const auto bytes = total_bytes(optimiser->state().tensors);
    if (bytes != run["state_bytes_float32"])
      complain("state takes " + std::to_string(bytes) + " bytes, not " + run["state_bytes_float32"].dump());
  }
}

}  // namespace

std::vector<std::filesystem::path> files_with_runs(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".json" && entry.path().stem() != "problem") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::vector<std::string> check_file(const std::filesystem::path& file, at::ScalarType type,
                                    const std::string& implementation,
                                    const std::function<void(const std::string&)>& complain) {
  const Json content = load_json(file, kLimits);
  const Json problem = content.contains("problem")
                           ? content["problem"]
                           : load_json(file.parent_path() / content["problem_file"], kLimits)["problem"];
  if (content["runs"].empty()) complain(file.filename().string() + ": has no runs to compare");
  std::vector<std::string> not_normative;
  for (const auto& run : content["runs"]) {
    const auto tolerance = tolerance_for(run, type);
    const std::string id = run["id"];
    if (!tolerance) continue;
    if (!run["normative"]) {
      not_normative.push_back(id);
      continue;
    }
    const auto complain_of_run = [&](const std::string& what) {
      complain(file.filename().string() + ", run " + id + ", " + what);
    };
    try {
      replay(problem, run, type, implementation, *tolerance, complain_of_run);
    } catch (const std::exception& error) {
      complain_of_run(error.what());
    }
  }
  return not_normative;
}

std::string disagreement(const std::vector<double>& actual, const std::vector<double>& expected, double tolerance) {
  if (actual.size() != expected.size()) return "another number of elements";
  double largest = 0;
  double worst = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const double a = actual[i];
    const double e = expected[i];
    if (!std::isfinite(e) || !std::isfinite(a)) {
      if (a == e || (std::isnan(a) && std::isnan(e))) continue;
      return "element " + std::to_string(i) + " is " + format_number(a) + ", not " + format_number(e);
    }
    largest = std::max(largest, std::abs(e));
    worst = std::max(worst, std::abs(a - e));
  }
  if (worst <= (largest == 0 ? 0.01 * tolerance : tolerance * largest)) return "";
  return "off by " + format_number(worst) + " where the largest entry is " + format_number(largest) +
         " and the tolerance " + format_number(tolerance);
}

}  // namespace nero_bench::golden
