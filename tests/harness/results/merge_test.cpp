#include "harness/results/merge.h"

#include <gmock/gmock.h>

#include "harness/fixtures.h"
#include "temporary_folder.h"

namespace nero_bench {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

TrialRecord example(std::int64_t seed, TrialStatus status = TrialStatus::kCompleted, double accuracy = 0.5) {
  TrialSpec spec;
  spec.task = spec.optimiser = spec.schedule = {{"name", "any"}};
  spec.budget.epochs = 1;
  spec.learning_rate = 0.01;
  spec.seed = seed;
  return record_of(spec, status, accuracy);
}

class MergeTest : public ::testing::Test {
 protected:
  MergeTest() {
    sources_.emplace_back(folder_.path() / "a");
    sources_.emplace_back(folder_.path() / "b");
  }
  MergePlan plan() { return plan_merge(target_, sources_); }

  TemporaryFolder folder_;
  ResultsStore target_{folder_.path() / "target"};
  std::vector<ResultsStore> sources_;
};

TEST_F(MergeTest, TakesTheRecordsOfAllFoldersOnce) {
  target_.add(example(0));
  for (const int seed : {0, 1, 2}) sources_[0].add(example(seed));
  for (const int seed : {2, 3}) sources_[1].add(example(seed));
  const auto merged = plan();
  EXPECT_THAT(merged.conflicts, IsEmpty());
  EXPECT_EQ(merged.already_there, 1U);
  ASSERT_THAT(merged.to_add, SizeIs(3));
  std::set<std::int64_t> seeds;
  for (const auto& [record, file] : merged.to_add) seeds.insert(record.spec.seed);
  EXPECT_EQ(seeds, (std::set<std::int64_t>{1, 2, 3}));
}

TEST_F(MergeTest, AnotherTimingIsNoConflict) {
  sources_[0].add(example(0));
  auto slower = example(0);
  slower.timings.train_seconds = 99;
  sources_[1].add(slower);
  EXPECT_THAT(plan().conflicts, IsEmpty());
  EXPECT_THAT(plan().to_add, SizeIs(1));
}

TEST_F(MergeTest, NamesBothFilesOfAConflict) {
  sources_[0].add(example(0, TrialStatus::kCompleted, 0.5));
  sources_[1].add(example(0, TrialStatus::kCompleted, 0.6));
  const auto conflicts = plan().conflicts;
  ASSERT_THAT(conflicts, SizeIs(1));
  const auto name = example(0).id() + ".json";
  EXPECT_EQ(conflicts[0].first, (folder_.path() / "a" / "records" / name).string());
  EXPECT_EQ(conflicts[0].second, (folder_.path() / "b" / "records" / name).string());
}

TEST_F(MergeTest, ADivergedAndACompletedRecordConflict) {
  target_.add(example(0, TrialStatus::kDiverged));
  sources_[1].add(example(0));
  EXPECT_THAT(plan().conflicts, SizeIs(1));
}

TEST_F(MergeTest, AResultTakesThePlaceOfAFailureInWhateverOrder) {
  target_.add(example(0, TrialStatus::kFailed));
  sources_[0].add(example(0));
  sources_[0].add(example(1));
  sources_[1].add(example(1, TrialStatus::kOutOfMemory));
  const auto merged = plan();
  EXPECT_THAT(merged.conflicts, IsEmpty());
  ASSERT_THAT(merged.to_add, SizeIs(2));
  EXPECT_EQ(carry_out(merged, target_).added, 2U);
  for (const auto& record : target_.records()) EXPECT_EQ(record.status, TrialStatus::kCompleted);
}

TEST_F(MergeTest, NamesBothFilesOfAConflictWithWhatCameInSinceItWasPlanned) {
  for (const int seed : {0, 1, 2}) sources_[0].add(example(seed));
  sources_[1].add(example(3, TrialStatus::kFailed));
  const auto planned = plan();
  target_.add(example(0, TrialStatus::kCompleted, 0.6));
  target_.add(example(1));
  target_.add(example(3));  // a result, which a failure does not contradict
  const auto merged = carry_out(planned, target_);
  EXPECT_EQ(merged.added, 1U);
  ASSERT_THAT(merged.conflicts, SizeIs(1));
  const auto name = example(0).id() + ".json";
  EXPECT_EQ(merged.conflicts[0].first, (folder_.path() / "target" / "records" / name).string());
  EXPECT_EQ(merged.conflicts[0].second, (folder_.path() / "a" / "records" / name).string());
  EXPECT_EQ(target_.find(example(3).id()).value().status, TrialStatus::kCompleted);
}

TEST_F(MergeTest, OfTwoFailuresTheFirstStays) {
  sources_[0].add(example(0, TrialStatus::kTimedOut));
  sources_[1].add(example(0, TrialStatus::kFailed));
  const auto merged = plan();
  EXPECT_THAT(merged.conflicts, IsEmpty());
  ASSERT_THAT(merged.to_add, SizeIs(1));
  EXPECT_EQ(merged.to_add[0].record.status, TrialStatus::kTimedOut);
}

}  // namespace
}  // namespace nero_bench
