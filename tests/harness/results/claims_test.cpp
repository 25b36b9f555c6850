#include "harness/results/claims.h"

#include <gmock/gmock.h>

#include "harness/fixtures.h"
#include "temporary_folder.h"

namespace nero_bench {
namespace {

TrialRecord example(std::int64_t seed, TrialStatus status = TrialStatus::kCompleted) {
  TrialSpec spec;
  spec.task = spec.optimiser = spec.schedule = {{"name", "any"}};
  spec.budget.epochs = 1;
  spec.learning_rate = 0.01;
  spec.seed = seed;
  return record_of(spec, status);
}

// Two runs that share a folder.
class ClaimsTest : public ::testing::Test {
 protected:
  static bool answers(const TrialRecord& record) { return record.status == TrialStatus::kCompleted; }

  TemporaryFolder folder_;
  ResultsStore store_{folder_.path()};
  Leases our_leases_{folder_.path()};
  Leases their_leases_{folder_.path()};
  Claims ours_{store_, our_leases_, answers};
  Claims theirs_{store_, their_leases_, answers};
  std::string trial_ = example(0).id();
};

TEST_F(ClaimsTest, ATrialIsClaimedByOneRunOnly) {
  EXPECT_TRUE(ours_.claim(trial_));
  EXPECT_FALSE(theirs_.claim(trial_));
  EXPECT_TRUE(theirs_.others_at_work());
  EXPECT_FALSE(ours_.others_at_work());
}

TEST_F(ClaimsTest, AReleasedTrialThatHasItsRecordIsNotClaimedAgain) {
  ASSERT_TRUE(ours_.claim(trial_));
  store_.add(example(0));
  ours_.release(trial_);
  EXPECT_FALSE(theirs_.claim(trial_));
  EXPECT_TRUE(theirs_.others_at_work());
}

TEST_F(ClaimsTest, ARecordThatAnswersNothingLeavesTheTrialToBeClaimed) {
  store_.add(example(0, TrialStatus::kFailed));
  EXPECT_TRUE(ours_.claim(trial_));
}

TEST_F(ClaimsTest, ANewRoundLetsGoOfTrialsThatEndedWithoutARecord) {
  ASSERT_TRUE(ours_.claim(trial_));
  ours_.start_round();
  EXPECT_TRUE(theirs_.claim(trial_));
}

TEST_F(ClaimsTest, WaitingEndsWhenTheTrialIsAnsweredOrFree) {
  ASSERT_TRUE(ours_.claim(trial_));
  ASSERT_FALSE(theirs_.claim(trial_));
  store_.add(example(0));
  theirs_.wait_for_others();  // ctest ends it otherwise

  const auto other = example(1).id();
  theirs_.start_round();
  ASSERT_TRUE(ours_.claim(other));
  ASSERT_FALSE(theirs_.claim(other));
  ours_.release(other);
  theirs_.wait_for_others();
  EXPECT_TRUE(theirs_.claim(other));
}

}  // namespace
}  // namespace nero_bench
