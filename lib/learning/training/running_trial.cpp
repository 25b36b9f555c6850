#include "learning/training/running_trial.h"

#include <ATen/ops/scalar_tensor.h>

#include <algorithm>
#include <cmath>

#include "base/clock.h"
#include "base/hashing.h"
#include "base/statistics.h"
#include "learning/training/environment.h"
#include "learning/training/rate_sequence.h"

namespace nero_bench {
namespace {

constexpr std::size_t kAsynchronousSteps = 50;  // timed one by one on a device that works ahead of the host

Metrics with_prefix(const std::string& split, const MeasurementSums& sums) {
  Metrics metrics;
  for (const auto& [name, value] : sums.means()) metrics[split + "." + name] = value;
  return metrics;
}

}  // namespace

RunningTrial::RunningTrial(const PreparedTrial& trial, const TaskSetting& setting, Device& device)
    : trial_(trial), device_(device) {
  record_.spec = trial.spec;
  record_.resolved = trial.resolved;
  record_.started_at = utc_now();
  record_.environment = describe_environment(device);
  if (setting.make_graph && device.works_ahead()) record_.environment["cuda_graphs"] = "asked for";
  const Stopwatch watch;
  task_ = trial.task.build(setting);
  device_.forget_peaks();  // of decoding, too, which only the first trial on a machine has to do
  const auto allocated_before = device.statistics().allocated;
  const auto sets = task_->parameter_sets();
  for (std::size_t i = 0; i < sets.size(); ++i) {
    auto optimiser = std::make_unique<MeasuredOptimiser>(trial.optimisers.at(i)(sets[i].parameters), device);
    measured_.push_back(optimiser.get());
    optimisers_.push_back(std::move(optimiser));
  }
  allocated_by_construction_ = device.statistics().allocated - allocated_before;
  for (const auto& [name, value] : task_->initial_measurements()) record_.initial[name] = value;
  device_.synchronize();
  record_.timings.build_seconds = watch.seconds();
  device_.reset_peak();  // what building needed for a moment is not part of a step
  training_ = Stopwatch();
}

Progress RunningTrial::start() const { return start_of(trial_.spec.budget, task_->steps_per_epoch()); }

void RunningTrial::set_learning_rate(double rate) {
  learning_rate_ = rate;
  for (const auto& optimiser : optimisers_) optimiser->set_learning_rate(rate);
}

Measurements RunningTrial::train_step(std::int64_t step) {
  const bool timed = !device_.works_ahead() || step_seconds_.size() < kAsynchronousSteps;
  const Stopwatch watch;
  auto measurements = task_->train_step(step, optimisers_);
  if (timed) step_seconds_.push_back(watch.seconds());  // on CUDA the measured optimiser has waited for the step
  running_.add(measurements);
  record_.steps = step + 1;
  if (trial_.spec.record_steps) {
    for (const auto& [name, sum, count] : measurements) {
      record_.step_curves["train." + name].push_back(sum.item<double>() / static_cast<double>(count));
    }
  }
  return measurements;
}

bool RunningTrial::owes_curve_point(const Progress& done) const {
  const bool ends = done.step > 0 && (done.step % done.steps_per_epoch == 0 || done.step == done.total_steps);
  return ends && (record_.curve.empty() || record_.curve.back().step != done.step);
}

bool RunningTrial::add_curve_point(const Progress& done) {
  CurvePoint point{done.step / done.steps_per_epoch, done.step, learning_rate_, with_prefix("train", running_)};
  end_training_stretch();
  const Stopwatch watch;
  for (std::size_t i = 0; i < trial_.evaluate.size(); ++i) {
    MeasurementSums sums;
    sums.add(task_->evaluate(trial_.evaluate[i], done.step));
    point.metrics.merge(with_prefix(trial_.spec.evaluate[i], sums));
  }
  running_.clear();
  record_.timings.evaluate_seconds += watch.seconds();
  device_.reset_peak();  // what evaluation needed is not part of a step
  training_ = Stopwatch();
  record_.final_metrics = point.metrics;
  record_.curve.push_back(std::move(point));
  return std::all_of(record_.final_metrics.begin(), record_.final_metrics.end(),
                     [](const auto& metric) { return std::isfinite(metric.second); });
}

void RunningTrial::end_training_stretch() {
  device_.synchronize();
  record_.timings.train_seconds += training_.seconds();
  training_ = Stopwatch();
}

bool RunningTrial::earlier_metrics_finite() {
  return std::isfinite(running_total_.exchange(running_.total()).value_or(0));
}

TrialRecord RunningTrial::finish(TrialStatus status, const std::string& reason) {
  record_.status = status;
  record_.reason = reason;
  end_training_stretch();
  record_.timings.step_seconds = median(step_seconds_);
  std::vector<double> optimiser_medians;
  for (const auto* optimiser : measured_) optimiser_medians.push_back(median(optimiser->step_seconds()));
  record_.timings.optimiser_seconds = mean(optimiser_medians) * static_cast<double>(optimiser_medians.size());
  fill_memory_ledger();
  fill_counts();
  if (status != TrialStatus::kInterrupted) record_.parameters_sha256 = hash_of_parameters();
  record_.finished_at = utc_now();
  return record_;
}

NamedTensors RunningTrial::tensors() {
  NamedTensors tensors;
  const auto sets = task_->parameter_sets();
  for (std::size_t i = 0; i < sets.size(); ++i) {
    for (const auto& [name, tensor] : sets[i].parameters) tensors.push_back({sets[i].role + "/" + name, tensor});
    for (const auto& [name, tensor] : sets[i].buffers) tensors.push_back({sets[i].role + ".buffer/" + name, tensor});
    for (const auto& [name, tensor] : measured_[i]->state().tensors)
      tensors.push_back({sets[i].role + ".optimiser/" + name, tensor});
  }
  return tensors;
}

std::vector<NamedScalar> RunningTrial::scalars() {
  std::vector<NamedScalar> scalars;
  const auto sets = task_->parameter_sets();
  for (std::size_t i = 0; i < sets.size(); ++i) {
    for (const auto& [name, value] : measured_[i]->state().scalars)
      scalars.push_back({sets[i].role + "/" + name, value});
  }
  return scalars;
}

Json RunningTrial::progress() {
  end_training_stretch();
  const auto statistics = device_.statistics();
  Json json{{"record", to_json(record_)},
            {"learning_rate", learning_rate_},
            {"step_seconds", step_seconds_},
            {"allocator_peak", std::max(earlier_peak_, statistics.lasting_peak)},
            {"allocator_reserved", std::max(earlier_reserved_, statistics.reserved)},
            {"optimisers", Json::array()},
            {"scalars", Json::object()},
            {"running", Json::array()},
            {"running_total", nullptr}};
  if (const auto total = running_total_.pending()) json["running_total"] = number_to_json(*total);
  for (const auto* optimiser : measured_) json["optimisers"].push_back(optimiser->measured());
  for (const auto& [name, value] : scalars()) json["scalars"][name] = *value;
  for (const auto& [name, sum, count] : running_.sums())
    json["running"].push_back({{"name", name}, {"sum", number_to_json(sum.item<double>())}, {"count", count}});
  return json;
}

void RunningTrial::set_progress(const Json& json) {
  const auto environment = record_.environment;
  record_ = parse_trial_record(json.at("record"), "checkpoint");
  record_.environment = environment;  // the same in all that results depend on
  json.at("learning_rate").get_to(learning_rate_);
  json.at("step_seconds").get_to(step_seconds_);
  json.at("allocator_peak").get_to(earlier_peak_);
  json.at("allocator_reserved").get_to(earlier_reserved_);
  for (std::size_t i = 0; i < measured_.size(); ++i) measured_[i]->set_measured(json.at("optimisers").at(i));
  for (const auto& [name, value] : scalars()) json.at("scalars").at(name).get_to(*value);
  Measurements running;
  for (const auto& item : json.at("running")) {
    running.push_back(
        {item.at("name"),
         at::scalar_tensor(number_from_json(item.at("sum")), at::dtype(at::kDouble).device(device_.torch_device())),
         item.at("count")});
  }
  running_.clear();
  if (!running.empty()) running_.add(running);
  if (!json.at("running_total").is_null())
    running_total_.exchange(at::scalar_tensor(number_from_json(json.at("running_total")), at::kDouble));
  device_.reset_peak();
  training_ = Stopwatch();
}

void RunningTrial::fill_memory_ledger() {
  auto& memory = record_.memory;
  memory.optimiser_state_allocated = allocated_by_construction_;
  for (auto* optimiser : measured_) {
    memory.parameters += total_bytes(optimiser->parameters());
    memory.gradients += optimiser->gradient_bytes();
    memory.optimiser_state += total_bytes(optimiser->state().tensors);
    memory.optimiser_state_expected += optimiser->expected_state_bytes();
    memory.optimiser_state_allocated += optimiser->retained_by_first_step();
    memory.step_transient_peak = std::max(memory.step_transient_peak, optimiser->transient_peak());
    memory.activations_peak = std::max(memory.activations_peak, optimiser->peak_before_step());
  }
  const auto statistics = device_.statistics();
  memory.allocator_peak = std::max(earlier_peak_, statistics.lasting_peak);
  memory.allocator_reserved = std::max(earlier_reserved_, statistics.reserved);
  memory.process_peak = process_peak_bytes();
}

std::string RunningTrial::hash_of_parameters() {
  Sha256 hash;
  for (const auto& set : task_->parameter_sets()) {
    for (const auto* tensors : {&set.parameters, &set.buffers}) {
      for (const auto& [name, tensor] : *tensors) {
        const auto values = tensor.detach().to(at::kCPU).contiguous();
        hash.update({static_cast<const char*>(values.const_data_ptr()), values.nbytes()});
      }
    }
  }
  return hash.hex();
}

void RunningTrial::fill_counts() {
  const auto sets = task_->parameter_sets();
  for (std::size_t i = 0; i < sets.size(); ++i) {
    record_.counts[sets[i].role + ".parameters"] = total_elements(sets[i].parameters);
    record_.counts[sets[i].role + ".tensors"] = static_cast<std::int64_t>(sets[i].parameters.size());
    if (!sets[i].buffers.empty()) record_.counts[sets[i].role + ".buffer_elements"] = total_elements(sets[i].buffers);
    for (const auto& [name, count] : measured_[i]->notes()) record_.counts[sets[i].role + "." + name] = count;
  }
}

}  // namespace nero_bench
