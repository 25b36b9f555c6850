#include "trial/trial_record.h"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>

#include "harness/fixtures.h"
#include "trial/events.h"

namespace nero_bench {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

TrialRecord example() {
  TrialSpec spec;
  spec.task = {{"name", "image_classification"}};
  spec.optimiser = {{"name", "adam"}};
  spec.schedule = {{"name", "constant"}};
  spec.budget.steps = 200;
  spec.learning_rate = 1e-5;
  auto record = record_of(spec, TrialStatus::kDiverged);
  record.reason = "the loss became nan at step 200";
  record.curve[1].metrics["test.loss"] = kNaN;
  record.final_metrics["test.loss"] = -kInfinity;
  record.step_curves["train.loss"] = {2.5, kInfinity, kNaN};
  record.initial["signal.spread"] = 0.25;
  return record;
}

CurvePoint point(std::int64_t epoch, const Metrics& metrics) { return {epoch, 10 * epoch, 0.1, metrics}; }

TEST(BestMetrics, AreTheBestFiniteValuesAndTheirFirstEpochs) {
  const auto best =
      best_metrics({point(1, {{"test.loss", 2}, {"test.accuracy", 0.5}, {"train.running_loss", kNaN}}),
                    point(2, {{"test.loss", 3}, {"test.accuracy", 0.75}, {"train.running_loss", kInfinity}}),
                    point(3, {{"test.loss", -kInfinity}, {"test.accuracy", 0.75}, {"test.lustre", 1}})});
  ASSERT_EQ(best.size(), 2);
  EXPECT_EQ(best.at("test.loss").value, 2);
  EXPECT_EQ(best.at("test.loss").epoch, 1);
  EXPECT_EQ(best.at("test.accuracy").value, 0.75);
  EXPECT_EQ(best.at("test.accuracy").epoch, 2);
}

std::string error_for(const Json& json) {
  return error_of([&] { parse_trial_record(json, "record.json"); });
}

// The same members, the checksum last.
std::string reordered(const Json& json) {
  std::string text = "{";
  for (const auto& item : json.items()) {
    if (item.key() != "checksum") text += Json(item.key()).dump() + ": " + item.value().dump() + ", ";
  }
  return text + "\"checksum\": " + json.at("checksum").dump() + "}";
}

TEST(TrialRecord, SurvivesTheWayThroughTextWithItsNonFiniteNumbers) {
  const Json json = to_json(example());
  const auto back = parse_trial_record(parse_json(json.dump(), "record.json"), "record.json");
  EXPECT_EQ(to_json(back), json);
  EXPECT_TRUE(std::isnan(back.curve[1].metrics.at("test.loss")));
  EXPECT_EQ(back.final_metrics.at("test.loss"), -kInfinity);
  EXPECT_EQ(back.status, TrialStatus::kDiverged);
}

TEST(TrialRecord, EveryChangedValueBreaksTheChecksum) {
  const Json json = to_json(example());
  for (const auto& item : json.items()) {
    if (item.key() == "checksum") continue;
    Json damaged = json;
    damaged[item.key()] = "damaged";
    EXPECT_THAT(error_for(damaged), AllOf(HasSubstr("record.json"), HasSubstr("checksum"))) << item.key();
  }
}

TEST(TrialRecord, IsReadFromItsTextHoweverItIsFormatted) {
  const Json json = to_json(example());
  for (const auto& text : {json.dump(), json.dump(2) + "\n", json.dump(1, '\t'), reordered(json)})
    EXPECT_EQ(to_json(read_trial_record(text, "record.json")), json) << text;
}

TEST(TrialRecord, ATextOfTheSameValuesOtherwiseSpeltIsTheSameRecord) {
  auto text = to_json(example()).dump();
  text.replace(text.find("1e-05"), 5, "0.00001");
  EXPECT_EQ(to_json(read_trial_record(text, "record.json")), to_json(example()));
}

TEST(TrialRecord, EveryChangedCharacterOfItsTextIsNoticed) {
  auto record = example();
  record.reason = "it said \"\\no\\\" \t twice";
  const auto text = to_json(record).dump(2);
  EXPECT_EQ(read_trial_record(text, "record.json").reason, record.reason);
  for (std::size_t i = 0; i < text.size(); ++i) {
    auto damaged = text;
    damaged[i] = static_cast<char>(damaged[i] ^ 1);
    EXPECT_THROW(read_trial_record(damaged, "record.json"), ConfigError) << i << ": " << text.substr(i, 20);
  }
}

TEST(TrialRecord, RefusesWhatIsNoRecord) {
  for (const char* text : {"null", "[]", "{}", "3", R"({"checksum": 3})", R"({"checksum": "x"})"}) {
    EXPECT_THAT(error_for(Json::parse(text)), HasSubstr("not a trial record")) << text;
  }
}

TEST(TrialRecord, EveryStatusHasItsName) {
  for (const auto status : {TrialStatus::kCompleted, TrialStatus::kDiverged, TrialStatus::kTimedOut,
                            TrialStatus::kOutOfMemory, TrialStatus::kFailed, TrialStatus::kInterrupted}) {
    auto record = example();
    record.status = status;
    EXPECT_EQ(parse_trial_record(to_json(record), "record").status, status) << to_string(status);
  }
}

TEST(ReproduciblePart, LeavesOutTimesAndDatesAndProcessMemoryOnly) {
  auto other = example();
  other.timings = {};
  other.started_at = other.finished_at = "2030-01-01T00:00:00Z";
  other.memory.process_peak = 1;
  EXPECT_EQ(reproducible_part(other), reproducible_part(example()));
  other.memory.optimiser_state += 4;
  EXPECT_NE(reproducible_part(other), reproducible_part(example()));
}

TEST(Events, SurviveTheWayThroughALine) {
  const auto line = to_line(ProgressEvent{"adam-1", 5, 100, 1, kNaN});
  EXPECT_EQ(line.find('\n'), std::string::npos);
  const auto progress = std::get<ProgressEvent>(parse_event(line));
  EXPECT_EQ(progress.trial, "adam-1");
  EXPECT_EQ(progress.total_steps, 100);
  EXPECT_TRUE(std::isnan(progress.loss));
  EXPECT_EQ(to_json(std::get<RecordEvent>(parse_event(to_line(RecordEvent{example()}))).record), to_json(example()));
}

TEST(Events, OtherLinesAreErrors) {
  for (const char* line :
       {"", "Segmentation fault", "{}", R"({"event": "progress"})", R"({"event": "record", "record": {}})"}) {
    EXPECT_NE(error_of([&] { parse_event(line); }), "no error") << line;
  }
}

}  // namespace
}  // namespace nero_bench
