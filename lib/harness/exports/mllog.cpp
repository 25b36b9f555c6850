#include "harness/exports/mllog.h"

#include <fmt/format.h>

#include "harness/exports/record_times.h"

namespace nero_bench {
namespace {

class Log {
 public:
  explicit Log(const TrialRecord& record) : file_(record.id() + ".json") {}

  void point(double time, const std::string& key, Json value, Json metadata = Json::object()) {
    add(time, "POINT_IN_TIME", key, std::move(value), std::move(metadata));
  }
  void start(double time, const std::string& key, Json metadata = Json::object()) {
    add(time, "INTERVAL_START", key, nullptr, std::move(metadata));
  }
  void stop(double time, const std::string& key, Json metadata = Json::object()) {
    add(time, "INTERVAL_END", key, nullptr, std::move(metadata));
  }
  const std::string& text() const { return text_; }

 private:
  void add(double time, const char* type, const std::string& key, Json value, Json metadata) {
    metadata["file"] = file_;
    metadata["lineno"] = ++line_;
    const Json line{{"namespace", ""},           {"time_ms", static_cast<std::int64_t>(time * 1000)},
                    {"event_type", type},        {"key", key},
                    {"value", std::move(value)}, {"metadata", std::move(metadata)}};
    text_ += fmt::format(":::MLLOG {}\n", line.dump(-1, ' ', true, Json::error_handler_t::replace));
  }

  std::string file_;
  int line_ = 0;
  std::string text_;
};

void add_settings(Log& log, const TrialRecord& record) {
  const auto& spec = record.spec;
  const double time = start_time(record);
  log.point(time, "submission_benchmark", spec.task.value("name", ""));
  log.point(time, "submission_division", "open");
  log.point(time, "seed", spec.seed);
  if (spec.task.contains("batch_size")) log.point(time, "global_batch_size", spec.task.at("batch_size"));
  log.point(time, "opt_name", spec.optimiser.value("name", ""));
  log.point(time, "opt_base_learning_rate", spec.learning_rate);
  for (const auto& [name, value] : spec.optimiser.items()) {
    if (name != "name") log.point(time, fmt::format("opt_{}_{}", spec.optimiser.value("name", ""), name), value);
  }
}

void add_epochs(Log& log, const TrialRecord& record) {
  double before = time_at_step(record, 0);
  std::int64_t first = 1;  // epoch
  for (const auto& point : record.curve) {
    const double time = time_at_step(record, point.step);
    const Json block{{"first_epoch_num", first}, {"epoch_count", point.epoch - first + 1}};
    log.start(before, "block_start", block);
    log.stop(time, "block_stop", block);
    for (const auto& [name, value] : point.metrics) {
      const auto key = name == "test.accuracy" ? std::string("eval_accuracy") : name;
      log.point(time, key, number_to_json(value), {{"epoch_num", point.epoch}, {"step", point.step}});
    }
    before = time;
    first = point.epoch + 1;
  }
}

}  // namespace

std::string mllog_lines(const TrialRecord& record) {
  Log log(record);
  add_settings(log, record);
  log.start(start_time(record), "init_start");
  log.stop(time_at_step(record, 0), "init_stop");
  log.start(time_at_step(record, 0), "run_start");
  add_epochs(log, record);
  const bool completed = record.status == TrialStatus::kCompleted;
  log.stop(time_at_step(record, record.steps), "run_stop",
           {{"status", completed ? "success" : "aborted"}, {"ended", to_string(record.status)}});
  return log.text();
}

}  // namespace nero_bench
