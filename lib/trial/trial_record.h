#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "trial/trial_spec.h"

namespace nero_bench {

// How a trial ended. A diverged trial is a result; a failed one is not.
enum class TrialStatus { kCompleted, kDiverged, kTimedOut, kOutOfMemory, kFailed, kInterrupted };

std::string to_string(TrialStatus status);

// "split.metric" → value; may be non-finite.
using Metrics = std::map<std::string, double>;

// The state of training after `epoch` whole epochs (the last point of a budget in steps may lie inside one).
struct CurvePoint {
  std::int64_t epoch = 0;
  std::int64_t step = 0;
  double learning_rate = 0;  // of the last step
  Metrics metrics;
};

// The best finite value that a metric had at a point of the curve.
struct BestValue {
  double value = 0;
  std::int64_t epoch = 0;  // of the first point that had it
};

struct Timings {
  double build_seconds = 0;  // data, model, optimiser
  double train_seconds = 0;  // all training steps
  double evaluate_seconds = 0;
  double step_seconds = 0;       // median of a training step: batch, forward, backward, optimiser
  double optimiser_seconds = 0;  // median of the optimiser's part of it
};

// Bytes of tensor storage. "exact" ones are counted request by request on the CPU; on CUDA they are the caching
// allocator's requests.
struct MemoryLedger {
  std::int64_t parameters = 0;
  std::int64_t gradients = 0;
  std::int64_t optimiser_state = 0;            // device tensors of Optimiser::state()
  std::int64_t optimiser_state_expected = 0;   // closed form of the paper's memory table
  std::int64_t optimiser_state_allocated = 0;  // what constructing the optimisers and their first step left allocated
  std::int64_t step_transient_peak = 0;        // most an optimiser step had allocated beyond what it started with
  std::int64_t activations_peak =
      0;  // most that forward and backward had beyond what was left when the optimiser stepped
  std::int64_t allocator_peak = 0;
  std::int64_t allocator_reserved = 0;  // CUDA: what the caching allocator held; CPU: equal to the peak
  std::int64_t process_peak = 0;        // resident memory of the process
};

// Everything known about one trial: the only result format.
struct TrialRecord {
  TrialSpec spec;
  TrialStatus status = TrialStatus::kFailed;
  std::string reason;      // why it is not `completed`; empty otherwise
  std::int64_t steps = 0;  // optimiser steps taken
  std::vector<CurvePoint> curve;
  std::map<std::string, std::vector<double>> step_curves;  // with record_steps: one value a step
  Metrics final_metrics;                                   // of the last curve point
  Metrics initial;  // the untrained task: signal.spread, gradient_norm.…; trivial.…: the best constant prediction
  std::map<std::string, std::int64_t>
      counts;  // per role "model.parameters", "model.tensors"; optimiser notes as "model.degenerate_rows"
  std::string
      parameters_sha256;  // of all parameters and buffers in the end; empty where training was not followed to an end
  Timings timings;
  MemoryLedger memory;
  Json resolved;  // task, optimiser and schedule with every default filled in
  std::map<std::string, std::string> environment;
  std::string started_at;  // UTC, ISO 8601
  std::string finished_at;

  std::string id() const { return trial_id(spec); }
};

// Of every metric of which it is known which way is better, and that was finite once. In records it stands as
// "best_metrics", made from the curve.
std::map<std::string, BestValue> best_metrics(const std::vector<CurvePoint>& curve);

inline constexpr int kRecordSchemaVersion = 1;

// With "id", "schema_version" and "checksum" (SHA-256 of the canonical JSON without it).
Json to_json(const TrialRecord& record);

// Throws ConfigError if the checksum, the id or the shape is wrong. `source` is named in the message.
TrialRecord parse_trial_record(const Json& json, const std::string& source);

// The same from the text of a file. Throws ConfigError for what is no JSON, too.
TrialRecord read_trial_record(std::string_view text, const std::string& source);

inline constexpr std::size_t kLongestRecord = std::size_t{1} << 30;  // bytes

// What must be equal when the same spec is run twice in the same environment: all but timings, dates and process
// memory.
Json reproducible_part(const TrialRecord& record);

}  // namespace nero_bench
