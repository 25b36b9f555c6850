#include "trial/trial_record.h"

#include <array>
#include <cmath>
#include <optional>
#include <stdexcept>
#include <utility>

#include "base/errors.h"
#include "base/hashing.h"
#include "trial/metric_names.h"

namespace nero_bench {
namespace {

// A record with the curves of every step may be large; it is our own file all the same.
constexpr JsonLimits kRecordLimits{.bytes = kLongestRecord, .depth = 80, .unique_keys = false};

constexpr std::array<std::pair<TrialStatus, const char*>, 6> kStatusNames{{{TrialStatus::kCompleted, "completed"},
                                                                           {TrialStatus::kDiverged, "diverged"},
                                                                           {TrialStatus::kTimedOut, "timed_out"},
                                                                           {TrialStatus::kOutOfMemory, "out_of_memory"},
                                                                           {TrialStatus::kFailed, "failed"},
                                                                           {TrialStatus::kInterrupted, "interrupted"}}};

TrialStatus status_from(const Json& json) {
  for (const auto& [status, name] : kStatusNames) {
    if (json == name) return status;
  }
  throw std::invalid_argument("unknown status " + json.dump());
}

Json metrics_to_json(const Metrics& metrics) {
  Json json = Json::object();
  for (const auto& [name, value] : metrics) json[name] = number_to_json(value);
  return json;
}

Metrics metrics_from_json(const Json& json) {
  Metrics metrics;
  for (const auto& [name, value] : json.items()) metrics[name] = number_from_json(value);
  return metrics;
}

// One list of names for both directions: visit(name, member) over a struct of numbers.
template <class T, class Visit>
void visit_timings(T& timings, Visit visit) {
  visit("build_seconds", timings.build_seconds);
  visit("train_seconds", timings.train_seconds);
  visit("evaluate_seconds", timings.evaluate_seconds);
  visit("step_seconds", timings.step_seconds);
  visit("optimiser_seconds", timings.optimiser_seconds);
}

template <class T, class Visit>
void visit_memory(T& memory, Visit visit) {
  visit("parameters", memory.parameters);
  visit("gradients", memory.gradients);
  visit("optimiser_state", memory.optimiser_state);
  visit("optimiser_state_expected", memory.optimiser_state_expected);
  visit("optimiser_state_allocated", memory.optimiser_state_allocated);
  visit("step_transient_peak", memory.step_transient_peak);
  visit("activations_peak", memory.activations_peak);
  visit("allocator_peak", memory.allocator_peak);
  visit("allocator_reserved", memory.allocator_reserved);
  visit("process_peak", memory.process_peak);
}

Json curve_to_json(const std::vector<CurvePoint>& curve) {
  Json list = Json::array();
  for (const auto& point : curve) {
    list.push_back({{"epoch", point.epoch},
                    {"step", point.step},
                    {"learning_rate", number_to_json(point.learning_rate)},
                    {"metrics", metrics_to_json(point.metrics)}});
  }
  return list;
}

std::vector<CurvePoint> curve_from_json(const Json& json) {
  std::vector<CurvePoint> curve;
  for (const auto& point : json) {
    curve.push_back({point.at("epoch"), point.at("step"), number_from_json(point.at("learning_rate")),
                     metrics_from_json(point.at("metrics"))});
  }
  return curve;
}

Json best_to_json(const std::vector<CurvePoint>& curve) {
  Json json = Json::object();
  for (const auto& [name, best] : best_metrics(curve)) json[name] = {{"value", best.value}, {"epoch", best.epoch}};
  return json;
}

Json body_to_json(const TrialRecord& record) {
  Json step_curves = Json::object();
  for (const auto& [name, values] : record.step_curves) {
    auto& list = step_curves[name] = Json::array();
    for (const double value : values) list.push_back(number_to_json(value));
  }
  Json timings;
  visit_timings(record.timings, [&](const char* name, double value) { timings[name] = number_to_json(value); });
  Json memory;
  visit_memory(record.memory, [&](const char* name, std::int64_t value) { memory[name] = value; });
  Json json{{"schema_version", kRecordSchemaVersion},
            {"id", record.id()},
            {"spec", to_json(record.spec)},
            {"status", to_string(record.status)},
            {"reason", record.reason},
            {"steps", record.steps},
            {"curve", curve_to_json(record.curve)},
            {"step_curves", step_curves},
            {"final_metrics", metrics_to_json(record.final_metrics)},
            {"best_metrics", best_to_json(record.curve)},
            {"initial", metrics_to_json(record.initial)},
            {"counts", record.counts},
            {"timings", timings},
            {"memory_bytes", memory},
            {"resolved", record.resolved},
            {"environment", record.environment},
            {"started_at", record.started_at},
            {"finished_at", record.finished_at}};
  if (!record.parameters_sha256.empty()) json["parameters_sha256"] = record.parameters_sha256;
  return json;
}

TrialRecord body_from_json(Json json, const std::string& source) {
  TrialRecord record;
  JsonReader spec(json.at("spec"), source, "spec");
  record.spec = parse_trial_spec(spec);
  record.status = status_from(json.at("status"));
  record.reason = json.at("reason");
  record.steps = json.at("steps");
  record.curve = curve_from_json(json.at("curve"));
  for (const auto& [name, values] : json.at("step_curves").items()) {
    for (const auto& value : values) record.step_curves[name].push_back(number_from_json(value));
  }
  record.final_metrics = metrics_from_json(json.at("final_metrics"));
  record.initial = metrics_from_json(json.at("initial"));
  record.counts = json.at("counts");
  record.parameters_sha256 = json.value("parameters_sha256", "");
  visit_timings(record.timings,
                [&](const char* name, double& value) { value = number_from_json(json.at("timings").at(name)); });
  visit_memory(record.memory, [&](const char* name, std::int64_t& value) { value = json.at("memory_bytes").at(name); });
  record.resolved = std::move(json.at("resolved"));
  record.environment = json.at("environment");
  record.started_at = json.at("started_at");
  record.finished_at = json.at("finished_at");
  return record;
}

TrialRecord checked_body(Json body, const std::string& source) {
  if (body.at("schema_version") != kRecordSchemaVersion)
    throw std::invalid_argument("schema_version " + body.at("schema_version").dump() + " is not known here");
  const auto id = body.at("id").get<std::string>();
  auto record = body_from_json(std::move(body), source);
  if (id != record.id()) throw std::invalid_argument("the id does not belong to the spec");
  return record;
}

[[noreturn]] void throw_wrong_checksum() {
  throw std::invalid_argument("the checksum does not match: the file was changed or damaged");
}

template <class Read>
TrialRecord explained(const std::string& source, Read read) {
  try {
    return read();
  } catch (const Json::exception& error) {
    throw ConfigError(source + ": not a trial record: " + error.what());
  } catch (const std::invalid_argument& error) {
    throw ConfigError(source + ": not a trial record: " + error.what());
  }
}

std::string without_blanks(std::string_view text) {
  std::string compact(text.size(), ' ');
  char* end = compact.data();
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (!in_string && (c == ' ' || c == '\n' || c == '\t' || c == '\r')) continue;
    *end++ = c;
    if (c == '"') in_string = !in_string;
    if (c == '\\' && in_string && i + 1 < text.size()) *end++ = text[++i];
  }
  compact.resize(static_cast<std::size_t>(end - compact.data()));
  return compact;
}

// The canonical JSON of a record, if `text` is what to_json() wrote, but for blanks, and its checksum holds: it is the
// first member, and that of the rest. Half the work of writing the values again, and as strict: one spelling passes.
std::optional<std::string> signed_body(std::string_view text) {
  constexpr std::string_view kBefore = R"({"checksum":")";
  constexpr std::string_view kAfter = R"(",)";
  constexpr std::size_t kDigits = 64;
  auto body = without_blanks(text);
  if (!body.starts_with(kBefore) || body.compare(kBefore.size() + kDigits, kAfter.size(), kAfter) != 0)
    return std::nullopt;
  const auto checksum = body.substr(kBefore.size(), kDigits);
  body.erase(1, kBefore.size() - 1 + kDigits + kAfter.size());
  if (sha256_hex(body) != checksum) return std::nullopt;
  return body;
}

}  // namespace

std::string to_string(TrialStatus status) {
  for (const auto& [known, name] : kStatusNames) {
    if (known == status) return name;
  }
  throw std::logic_error("a status without a name");
}

std::map<std::string, BestValue> best_metrics(const std::vector<CurvePoint>& curve) {
  std::map<std::string, BestValue> best;
  for (const auto& point : curve) {
    for (const auto& [name, value] : point.metrics) {
      const auto direction = direction_of(name);
      if (!direction || !std::isfinite(value)) continue;
      const auto [known, is_new] = best.try_emplace(name, BestValue{value, point.epoch});
      const double gain =
          *direction == Direction::kLargerIsBetter ? value - known->second.value : known->second.value - value;
      if (!is_new && gain > 0) known->second = {value, point.epoch};
    }
  }
  return best;
}

Json to_json(const TrialRecord& record) {
  Json json = body_to_json(record);
  json["checksum"] = sha256_hex(json.dump());
  return json;
}

TrialRecord parse_trial_record(const Json& json, const std::string& source) {
  return explained(source, [&] {
    Json body = json;
    const auto checksum = body.at("checksum").get<std::string>();
    body.erase("checksum");
    if (sha256_hex(body.dump()) != checksum) throw_wrong_checksum();
    return checked_body(std::move(body), source);
  });
}

TrialRecord read_trial_record(std::string_view text, const std::string& source) {
  if (const auto body = signed_body(text))
    return explained(source, [&] { return checked_body(parse_json(*body, source, kRecordLimits), source); });
  // Somebody may have formatted it anew, which changes no value: then its canonical JSON has to be made from the
  // values.
  return parse_trial_record(parse_json(text, source, kRecordLimits), source);
}

Json reproducible_part(const TrialRecord& record) {
  Json json = body_to_json(record);
  for (const char* volatile_part : {"timings", "started_at", "finished_at"}) json.erase(volatile_part);
  json.at("memory_bytes").erase("process_peak");
  return json;
}

}  // namespace nero_bench
