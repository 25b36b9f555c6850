#include "harness/exports/tensorboard.h"

#include <fmt/format.h>

#include "harness/exports/event_file.h"
#include "harness/exports/record_times.h"

namespace nero_bench {
namespace {

std::string tag_of(std::string metric) {
  if (const auto dot = metric.find('.'); dot != std::string::npos) metric[dot] = '/';
  return metric;
}

// Event: wall_time 1, step 2, file_version 3, summary 5. Summary: value 1. Value: tag 1, simple_value 2, tensor 8,
// metadata 9.
std::string event(double time, std::int64_t step, const Message& value) {
  Message summary, message;
  summary.bytes(1, value.text());
  return tf_record(message.real(1, time).number(2, step).bytes(5, summary.text()).text());
}

std::string scalar(double time, std::int64_t step, const std::string& tag, double value) {
  return event(time, step, Message().bytes(1, tag).real32(2, static_cast<float>(value)));
}

// google.protobuf.Value: number 2, string 3, bool 4.
std::string setting(const Json& value) {
  if (value.is_boolean()) return Message().number(4, value.get<bool>() ? 1 : 0).text();
  if (value.is_number()) return Message().real(2, value.get<double>()).text();
  return Message().bytes(3, value.is_string() ? value.get<std::string>() : value.dump()).text();
}

// The options of the optimiser, and what else tells trials of an experiment apart.
std::map<std::string, Json> settings_of(const TrialSpec& spec) {
  std::map<std::string, Json> settings{
      {"task", spec.labels.task}, {"learning_rate", spec.learning_rate}, {"seed", spec.seed}};
  for (const auto& [name, value] : spec.optimiser.items()) {
    if (value.is_primitive() && name != "name") settings.emplace("optimiser." + name, value);
  }
  settings["optimiser"] = spec.labels.optimiser.empty() ? spec.optimiser.value("name", "") : spec.labels.optimiser;
  return settings;
}

// A summary of the HParams plugin: SummaryMetadata.plugin_data 1 {name 1, content 2}; HParamsPluginData: version 1,
// session_start_info 3, session_end_info 4. Readers expect an empty tensor of floats with it.
std::string session_event(double time, const std::string& which, int field, const Message& info) {
  const auto content = Message().number(1, 0).bytes(field, info.text()).text();
  const auto plugin = Message().bytes(1, "hparams").bytes(2, content).text();
  const auto shape = Message().bytes(2, "").text();                   // one dimension of size 0
  const auto tensor = Message().number(1, 1).bytes(2, shape).text();  // DT_FLOAT
  Message value;
  value.bytes(1, "_hparams_/" + which).bytes(8, tensor).bytes(9, Message().bytes(1, plugin).text());
  return event(time, 0, value);
}

// SessionStartInfo: hparams 1 (a map: key 1, value 2), group_name 4, start_time_secs 5.
std::string session_start(const TrialRecord& record) {
  Message info;
  for (const auto& [name, value] : settings_of(record.spec))
    info.bytes(1, Message().bytes(1, name).bytes(2, setting(value)).text());
  info.bytes(4, record.id()).real(5, start_time(record));
  return session_event(start_time(record), "session_start_info", 3, info);
}

// SessionEndInfo: status 1 (1 success, 2 failure), end_time_secs 2. A trial that diverged has done its work.
std::string session_end(const TrialRecord& record) {
  const bool is_result = record.status == TrialStatus::kCompleted || record.status == TrialStatus::kDiverged;
  const double end = time_at_step(record, record.steps);
  return session_event(end, "session_end_info", 4, Message().number(1, is_result ? 1 : 2).real(2, end));
}

}  // namespace

std::string event_file_name(const TrialRecord& record) {
  return fmt::format("events.out.tfevents.{:.0f}.nero-bench", start_time(record));
}

std::string event_file(const TrialRecord& record) {
  std::string file = tf_record(Message().real(1, start_time(record)).bytes(3, "brain.Event:2").text());
  file += session_start(record);
  for (const auto& [name, values] : record.step_curves) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      const auto step = static_cast<std::int64_t>(i) + 1;
      file += scalar(time_at_step(record, step), step, "step/" + name, values[i]);
    }
  }
  for (const auto& point : record.curve) {
    const double time = time_at_step(record, point.step);
    file += scalar(time, point.step, "learning_rate", point.learning_rate);
    for (const auto& [name, value] : point.metrics) file += scalar(time, point.step, tag_of(name), value);
  }
  return file + session_end(record);
}

}  // namespace nero_bench
