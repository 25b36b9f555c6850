#include "harness/results/results_store.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <thread>

#include "harness/fixtures.h"
#include "temporary_folder.h"
#include "unprivileged.h"

namespace nero_bench {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

using Added = ResultsStore::Added;

TrialRecord example(std::int64_t seed = 0, TrialStatus status = TrialStatus::kCompleted, double accuracy = 0.5) {
  TrialSpec spec;
  spec.task = {{"name", "image_classification"}};
  spec.optimiser = {{"name", "adam"}};
  spec.schedule = {{"name", "constant"}};
  spec.budget.epochs = 2;
  spec.learning_rate = 0.01;
  spec.seed = seed;
  return record_of(spec, status, accuracy);
}

class Store : public ::testing::Test {
 protected:
  fs::path records() const { return folder_.path() / "experiment" / "records"; }
  fs::path file_of(const TrialRecord& record) const { return records() / (record.id() + ".json"); }

  TemporaryFolder folder_;
  ResultsStore store_{folder_.path() / "experiment"};
};

TEST_F(Store, IsEmptyWhereThereIsNoFolderAndCreatesNone) {
  EXPECT_THAT(store_.records(), IsEmpty());
  EXPECT_THAT(store_.problems(), IsEmpty());
  EXPECT_FALSE(fs::exists(folder_.path() / "experiment"));
}

TEST_F(Store, KeepsWhatIsAddedInTheOrderOfIds) {
  for (const auto seed : {2, 0, 1}) EXPECT_EQ(store_.add(example(seed)), Added::kNew);
  const auto records = ResultsStore(folder_.path() / "experiment").records();
  ASSERT_EQ(records.size(), 3U);
  EXPECT_TRUE(
      std::is_sorted(records.begin(), records.end(), [](const auto& a, const auto& b) { return a.id() < b.id(); }));
  for (const auto& record : records) EXPECT_EQ(to_json(record), to_json(example(record.spec.seed)));
}

TEST_F(Store, AcceptsTheSameResultAgainSilently) {
  store_.add(example());
  auto again = example();
  again.timings.train_seconds = 99;
  EXPECT_EQ(store_.add(again), Added::kAlreadyThere);
  EXPECT_EQ(store_.records().front().timings.train_seconds, example().timings.train_seconds);
  EXPECT_THAT(store_.problems(), IsEmpty());
}

TEST_F(Store, KeepsTheFirstOfTwoDifferentResultsAndSaysSo) {
  for (const auto first : {TrialStatus::kCompleted, TrialStatus::kDiverged}) {
    const auto record = example(static_cast<int>(first), first);
    store_.add(record);
    const auto before = content_of(file_of(record));
    auto other = record;
    other.final_metrics["test.accuracy"] = 0.9;
    EXPECT_EQ(store_.add(other), Added::kKeptFirst);
    EXPECT_EQ(content_of(file_of(record)), before);
    EXPECT_THAT(store_.problems().back(), HasSubstr(record.id() + ".json: another result"));
  }
  store_.records();
  EXPECT_EQ(store_.problems().size(), 2U);  // a reload does not forget them
}

TEST_F(Store, AFailureMakesRoomForALaterRecordAndIsKeptAside) {
  for (const auto first :
       {TrialStatus::kFailed, TrialStatus::kTimedOut, TrialStatus::kOutOfMemory, TrialStatus::kInterrupted}) {
    const auto seed = static_cast<int>(first);
    store_.add(example(seed, first));
    const auto before = content_of(file_of(example(seed)));
    EXPECT_EQ(store_.add(example(seed)), Added::kReplacedFailure);
    EXPECT_EQ(content_of(folder_.path() / "experiment" / "superseded" / (example(seed).id() + "-1.json")), before);
  }
  for (const auto& record : store_.records()) EXPECT_EQ(record.status, TrialStatus::kCompleted);
  EXPECT_THAT(store_.problems(), IsEmpty());
}

TEST_F(Store, AFailureNeverReplacesAResult) {
  store_.add(example());
  EXPECT_EQ(store_.add(example(0, TrialStatus::kFailed)), Added::kKeptFirst);
  EXPECT_EQ(store_.records().front().status, TrialStatus::kCompleted);
}

TEST_F(Store, SetsFailuresAsideUnderFreeNames) {
  const auto failure = example(0, TrialStatus::kFailed);
  EXPECT_FALSE(store_.set_aside(failure));
  for (const char* name : {"-1.json", "-2.json"}) {
    store_.add(failure);
    EXPECT_TRUE(store_.set_aside(failure));
    EXPECT_TRUE(fs::exists(folder_.path() / "experiment" / "superseded" / (failure.id() + name)));
  }
  EXPECT_THAT(store_.records(), IsEmpty());
}

// Another run that was asked to retry it, too, was quicker.
TEST_F(Store, DoesNotSetAsideWhatHasTakenThePlaceOfAFailure) {
  const auto failure = example(0, TrialStatus::kFailed);
  for (const auto status : {TrialStatus::kTimedOut, TrialStatus::kCompleted}) {
    store_.add(example(0, status));
    EXPECT_FALSE(store_.set_aside(failure));
    EXPECT_EQ(store_.find(failure.id()).value().status, status);
  }
}

TEST_F(Store, FindsARecordAsItIsNow) {
  const auto id = example().id();
  EXPECT_FALSE(store_.find(id));
  store_.add(example(0, TrialStatus::kFailed));
  EXPECT_EQ(store_.find(id).value().status, TrialStatus::kFailed);
  ResultsStore(folder_.path() / "experiment").add(example());
  EXPECT_EQ(store_.find(id).value().status, TrialStatus::kCompleted);
  write_file(file_of(example()), "{\"torn\": ");
  EXPECT_FALSE(store_.find(id));
}

TEST_F(Store, SeesWhatOthersAddChangeAndRemove) {
  for (const auto seed : {0, 1, 2}) store_.add(example(seed));
  EXPECT_EQ(store_.records().size(), 3U);
  fs::remove(file_of(example(1)));
  ResultsStore(folder_.path() / "experiment").add(example(3));
  write_file(file_of(example(2)), "{\"torn\": ");
  std::vector<std::string> ids;
  for (const auto& record : store_.records()) ids.push_back(record.id());
  EXPECT_THAT(ids, UnorderedElementsAre(example(0).id(), example(3).id()));
  EXPECT_TRUE(std::is_sorted(ids.begin(), ids.end()));
  EXPECT_THAT(store_.problems(), ElementsAre(HasSubstr(example(2).id())));
}

TEST_F(Store, ManyRunsReplacingAFailureLoseNoResult) {
  for (std::int64_t seed = 0; seed < 30; ++seed) {
    store_.add(example(seed, TrialStatus::kFailed));
    std::vector<std::jthread> runs;
    for (const auto status : {TrialStatus::kCompleted, TrialStatus::kTimedOut, TrialStatus::kOutOfMemory}) {
      runs.emplace_back(
          [this, seed, status] { ResultsStore(folder_.path() / "experiment").add(example(seed, status)); });
    }
    runs.clear();
    EXPECT_EQ(store_.find(example(seed).id()).value().status, TrialStatus::kCompleted);
  }
}

TEST_F(Store, NamesATornFileAndReadsTheOthers) {
  store_.add(example(0));
  store_.add(example(1));
  const auto text = content_of(file_of(example(0)));
  for (const std::size_t length : {std::size_t{0}, std::size_t{1}, text.size() / 2, text.size() - 3}) {
    write_file(file_of(example(0)), text.substr(0, length));
    EXPECT_EQ(store_.records().size(), 1U);
    ASSERT_EQ(store_.problems().size(), 1U);
    EXPECT_THAT(store_.problems().front(), HasSubstr(example(0).id() + ".json"));
  }
}

TEST_F(Store, NamesAChangedFile) {
  store_.add(example());
  auto text = content_of(file_of(example()));
  text.replace(text.find("8000"), 4, "8001");
  write_file(file_of(example()), text);
  EXPECT_THAT(store_.records(), IsEmpty());
  EXPECT_THAT(store_.problems(), ElementsAre(HasSubstr("checksum")));
}

TEST_F(Store, NamesForeignFilesAndNeverFails) {
  store_.add(example());
  write_file(records() / "README.txt", "notes");
  write_file(records() / "other.json", "{\"a\": 1}");
  write_file(records() / "deep.json", std::string(1'000'000, '['));
  write_file(records() / "copy.json", content_of(file_of(example())));
  fs::create_directory(records() / "folder.json");
  ASSERT_EQ(::mkfifo((records() / "pipe.json").c_str(), 0600), 0);
  EXPECT_EQ(store_.records().size(), 1U);
  EXPECT_THAT(store_.problems(),
              ElementsAre(HasSubstr("README.txt"), HasSubstr("copy.json: holds the record adam"),
                          HasSubstr("deep.json: nested"), HasSubstr("folder.json: not a regular file"),
                          HasSubstr("other.json: not a trial record"), HasSubstr("pipe.json: not a regular file")));
}

TEST_F(Store, IgnoresWhatAKilledWriterLeft) {
  store_.add(example());
  write_file(records() / ("." + example().id() + ".json.123.0.tmp"), "{\"half\":");
  EXPECT_EQ(store_.records().size(), 1U);
  EXPECT_THAT(store_.problems(), IsEmpty());
}

TEST_F(Store, MovesADamagedFileAsideForTheNewRecord) {
  for (const char* name : {".damaged-1", ".damaged-2"}) {
    fs::create_directories(records());
    write_file(file_of(example()), "{\"torn\": ");
    EXPECT_EQ(store_.add(example()), Added::kNew);
    EXPECT_EQ(content_of(file_of(example()).string() + name), "{\"torn\": ");
    EXPECT_THAT(store_.problems().back(), HasSubstr("moved aside"));
  }
  EXPECT_EQ(store_.records().size(), 1U);
}

TEST_F(Store, WritesTheConfigBesideTheRecords) {
  store_.write_config({{"name", "first"}});
  store_.write_config({{"name", "second"}});
  EXPECT_EQ(Json::parse(content_of(store_.config_file())), Json({{"name", "second"}}));
}

TEST_F(Store, RefusesAFolderThatIsNone) {
  write_file(folder_.path() / "file", "");
  EXPECT_THROW(ResultsStore(folder_.path() / "file"), StoreError);
  fs::create_directory(folder_.path() / "half");
  write_file(folder_.path() / "half" / "records", "");
  EXPECT_THROW(ResultsStore(folder_.path() / "half"), StoreError);
}

TEST_F(Store, RefusesAFolderThatItMayNotRead) {
  fs::create_directories(records());
  fs::permissions(folder_.path(), fs::perms{0755});
  fs::permissions(records(), fs::perms::none);
  EXPECT_THROW(
      {
        const Unprivileged unprivileged;
        ResultsStore(folder_.path() / "experiment");
      },
      StoreError);
  fs::permissions(records(), fs::perms::owner_all);
}

// Such as a colleague's whose umask is 077: moved aside as damaged, a result would be lost.
TEST_F(Store, NeitherSkipsNorReplacesARecordThatCannotBeRead) {
  store_.add(example());
  fs::permissions(folder_.path(), fs::perms{0755});
  fs::permissions(records(), fs::perms{0777});
  fs::permissions(file_of(example()), fs::perms::none);
  const auto expected =
      HasSubstr(file_of(example()).string() + ": cannot be read: Permission denied; make it readable");
  EXPECT_THAT(complaint_to_unprivileged<StoreError>([&] { ResultsStore(folder_.path() / "experiment").records(); }),
              expected);
  EXPECT_THAT(complaint_to_unprivileged<StoreError>([&] { store_.find(example().id()); }), expected);
  EXPECT_THAT(complaint_to_unprivileged<StoreError>([&] { store_.add(example()); }), expected);
  fs::permissions(file_of(example()), fs::perms::owner_all);
  EXPECT_EQ(store_.records().size(), 1U);
}

}  // namespace
}  // namespace nero_bench
