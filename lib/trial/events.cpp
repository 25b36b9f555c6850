#include "trial/events.h"

#include "base/errors.h"

namespace nero_bench {
namespace {

constexpr JsonLimits kEventLimits{.bytes = std::size_t{1} << 30, .depth = 80};

Json to_json(const ProgressEvent& event) {
  return {{"event", "progress"},  {"trial", event.trial},
          {"step", event.step},   {"total_steps", event.total_steps},
          {"epoch", event.epoch}, {"loss", number_to_json(event.loss)}};
}

Json to_json(const RecordEvent& event) { return {{"event", "record"}, {"record", to_json(event.record)}}; }

}  // namespace

std::string to_line(const Event& event) {
  return std::visit([](const auto& kind) { return to_json(kind).dump(); }, event);
}

Event parse_event(const std::string& line) {
  const Json json = parse_json(line, "an event of nero-trial", kEventLimits);
  try {
    if (json.at("event") == "record")
      return RecordEvent{parse_trial_record(json.at("record"), "an event of nero-trial")};
    return ProgressEvent{json.at("trial"), json.at("step"), json.at("total_steps"), json.at("epoch"),
                         number_from_json(json.at("loss"))};
  } catch (const Json::exception& error) {
    throw ConfigError(std::string("an event of nero-trial: ") + error.what());
  }
}

}  // namespace nero_bench
