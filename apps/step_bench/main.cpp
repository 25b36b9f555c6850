// step_bench: what one optimiser step costs, beside LibTorch's own and beside the least that memory allows.

#include <ATen/Parallel.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/randn.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>
#include <numeric>
#include <random>

#include "base/errors.h"
#include "base/files.h"
#include "base/statistics.h"
#include "candidates.h"
#include "learning/training/environment.h"
#include "learning/training/stopwatch.h"
#include "shapes.h"

namespace nero_bench {
namespace {

struct Options {
  std::string model = "mlp_100";
  std::string shapes_file;
  std::vector<std::string> optimisers = benched_optimisers();
  int repeats = 15;
  int threads = 2;
  std::string json_file;
};

struct Timing {
  Candidate candidate;
  std::vector<double> seconds;  // one a round
};

ModelShapes chosen_shapes(const Options& options) {
  if (!options.shapes_file.empty())
    return {options.shapes_file, "", parse_shapes(load_json(options.shapes_file), options.shapes_file)};
  const auto& models = model_shapes();
  return *std::find_if(models.begin(), models.end(), [&](const auto& model) { return model.name == options.model; });
}

// Random weights and gradients; each optimiser balances or bounds them as it likes.
NamedTensors parameters_of(const ModelShapes& model) {
  NamedTensors parameters;
  for (const auto& shape : model.shapes) {
    auto tensor = at::randn(shape).mul_(0.05).requires_grad_();
    tensor.mutable_grad() = at::randn(shape);
    parameters.push_back({std::to_string(parameters.size()), std::move(tensor)});
  }
  return parameters;
}

// All candidates once a round, each time in another order, so that whatever else the machine does and whatever the one
// before leaves behind meets all of them. Two rounds are not counted: in them optimisers allocate what they keep, and
// pages are touched for the first time. Before each candidate the caches are filled with something else, as a training
// pass would: or it would find what the one before it left there, and pay for writing that back.
std::vector<Timing> measure(const std::vector<Candidate>& list, int repeats) {
  constexpr int kWarmUp = 2;
  const at::Tensor something_else = at::ones({32 * 1024 * 1024});
  std::vector<Timing> timings;
  for (const auto& candidate : list) timings.push_back({candidate, {}});
  std::vector<std::size_t> order(list.size());
  std::iota(order.begin(), order.end(), 0);
  std::mt19937 random;
  for (int round = -kWarmUp; round < repeats; ++round) {
    std::shuffle(order.begin(), order.end(), random);
    for (const auto i : order) {
      something_else.sum();
      const Stopwatch watch;
      timings[i].candidate.step();
      if (round >= 0) timings[i].seconds.push_back(watch.seconds());
    }
  }
  return timings;
}

// Ratios to the same round of the floor.
std::vector<double> ratios(const Timing& timing, const Timing& floor) {
  std::vector<double> list;
  for (std::size_t i = 0; i < timing.seconds.size(); ++i) list.push_back(timing.seconds[i] / floor.seconds[i]);
  return list;
}

double gigabytes_a_second(const Timing& timing, std::int64_t parameters) {
  return timing.candidate.bytes_per_parameter * static_cast<double>(parameters) / median(timing.seconds) / 1e9;
}

// How many decimals a number may have that gets five or six places: on a busy machine a step takes a hundred times as
// long.
int decimals(double value, int most) { return value < 100 ? most : value < 1000 ? 1 : 0; }

void print_table(const ModelShapes& model, const std::vector<Timing>& timings) {
  const auto parameters = elements(model.shapes);
  std::printf("%s: %lld parameters in %zu tensors, %d threads, %zu rounds\n\n", model.name.c_str(),
              static_cast<long long>(parameters), model.shapes.size(), at::get_num_threads(),
              timings.front().seconds.size());
  std::printf("%-35s %8s %15s %5s %5s %6s\n", "one step", "ms", "min … max", "B/par", "GB/s", "/axpy");
  for (const auto& timing : timings) {
    const double least = minimum(timing.seconds) * 1e3;
    const double most = maximum(timing.seconds) * 1e3;
    const double middle = median(timing.seconds) * 1e3;
    const double ratio = median(timing.seconds) / median(timings.front().seconds);
    char range[40];
    std::snprintf(range, sizeof range, "%.*f … %.*f", decimals(least, 2), least, decimals(most, 2), most);
    std::printf("%-35s %8.*f %17s %5.0f %5.1f %6.*f\n", timing.candidate.name.c_str(), decimals(middle, 2), middle,
                range, timing.candidate.bytes_per_parameter, gigabytes_a_second(timing, parameters), decimals(ratio, 3),
                ratio);
  }
}

Json to_json(const ModelShapes& model, const std::vector<Timing>& timings, const Json& environment) {
  const auto parameters = elements(model.shapes);
  Json json{{"model", model.name},
            {"parameters", parameters},
            {"tensors", model.shapes.size()},
            {"environment", environment},
            {"candidates", Json::array()}};
  for (const auto& timing : timings) {
    const auto relative = ratios(timing, timings.front());
    json["candidates"].push_back(
        {{"name", timing.candidate.name},
         {"optimiser", timing.candidate.optimiser},
         {"seconds", timing.seconds},
         {"median_seconds", median(timing.seconds)},
         {"bytes_per_parameter", timing.candidate.bytes_per_parameter},
         {"bytes_moved", timing.candidate.bytes_per_parameter * static_cast<double>(parameters)},
         {"gigabytes_per_second", gigabytes_a_second(timing, parameters)},
         {"ratio_of_medians_to_axpy", median(timing.seconds) / median(timings.front().seconds)},
         {"ratio_to_axpy_by_round",
          {{"quartile_1", quantile(relative, 0.25)},
           {"median", median(relative)},
           {"quartile_3", quantile(relative, 0.75)}}}});
  }
  return json;
}

int list_models() {
  for (const auto& model : model_shapes()) {
    std::printf("%-22s %11lld parameters in %3zu tensors  %s\n", model.name.c_str(),
                static_cast<long long>(elements(model.shapes)), model.shapes.size(), model.what.c_str());
  }
  return static_cast<int>(ExitCode::kDone);
}

int print_shapes(const Options& options) {
  std::printf("%s\n", Json(chosen_shapes(options).shapes).dump().c_str());
  return static_cast<int>(ExitCode::kDone);
}

int bench(const Options& options) {
  fix_arithmetic(options.threads);
  const auto device = open_device("cpu");
  const auto model = chosen_shapes(options);
  const auto parameters = parameters_of(model);
  const auto timings = measure(candidates(options.optimisers, parameters), options.repeats);
  print_table(model, timings);
  if (!options.json_file.empty()) {
    const auto json = to_json(model, timings, describe_environment(*device));
    write_atomically(options.json_file, json.dump(1) + "\n", /*overwrite=*/true);
  }
  return static_cast<int>(ExitCode::kDone);
}

}  // namespace
}  // namespace nero_bench

int main(int argc, char** argv) {
  using namespace nero_bench;
  CLI::App app{
      "Times one optimiser step on the parameter shapes of a network: ours with fused kernels and with tensor "
      "operations, LibTorch's own, and an in-place axpy over the same buffers, the least that memory allows. The "
      "candidates take turns."};
  Options options;
  bool list = false;
  bool print = false;
  std::vector<std::string> models;
  for (const auto& model : model_shapes()) models.push_back(model.name);
  auto* model = app.add_option("--model", options.model, "network of the paper")
                    ->check(CLI::IsMember(models))
                    ->capture_default_str();
  app.add_option("--shapes", options.shapes_file, "JSON file with a list of shapes instead, [[784, 784], [784]]")
      ->excludes(model);
  app.add_option("--optimisers", options.optimisers, "which to compare")
      ->delimiter(',')
      ->check(CLI::IsMember(benched_optimisers()))
      ->capture_default_str();
  app.add_option("--repeats", options.repeats, "counted rounds")->check(CLI::Range(1, 100'000))->capture_default_str();
  app.add_option("--threads", options.threads, "threads of a step")->check(CLI::Range(1, 1024))->capture_default_str();
  app.add_option("--json", options.json_file, "also write all timings and the environment to this file");
  app.add_flag("--list", list, "list the networks");
  app.add_flag("--print-shapes", print, "print the shapes as JSON");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : static_cast<int>(ExitCode::kUsage);
  }
  return run_and_report_errors([&] { return list ? list_models() : print ? print_shapes(options) : bench(options); });
}
