#include "harness/experiment/slurm_options.h"

#include <gmock/gmock.h>

#include "harness/experiment/config_change.h"
#include "harness/experiment/plan.h"
#include "harness/fixtures.h"

namespace nero_bench {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

Json config_with_slurm(const Json& slurm) {
  auto json = small_config();
  json["slurm"] = slurm;
  return json;
}

TEST(SlurmOptions, AreReadAndWrittenBack) {
  const Json slurm{{"partition", "gpu"},
                   {"gres", "gpu:1"},
                   {"time", "2:00:00"},
                   {"signal", "USR1@60"},
                   {"requeue", true},
                   {"tasks", 4},
                   {"sbatch", {"--account=physics"}}};
  const auto config = parsed(config_with_slurm(slurm));
  EXPECT_EQ(config.slurm.partition, "gpu");
  EXPECT_EQ(config.slurm.tasks, 4);
  EXPECT_TRUE(config.slurm.requeue);
  EXPECT_EQ(to_json(config).at("slurm"), slurm);
}

TEST(SlurmOptions, ChangeNothingAboutTheExperiment) {
  const auto without = parsed(small_config());
  const auto with = parsed(config_with_slurm({{"partition", "gpu"}}));
  EXPECT_THAT(differences(without, with), IsEmpty());
  const auto left = plan_trials(without, {});
  const auto right = plan_trials(with, {});
  ASSERT_EQ(left.size(), right.size());
  for (std::size_t i = 0; i < left.size(); ++i) EXPECT_EQ(trial_id(left[i]), trial_id(right[i]));
}

TEST(SlurmOptions, MayNotTakeTheArrayOutOfOurHands) {
  for (const std::string option : {"--array=1-3", "--arr=1-3", "--wait", "--wrap=id", "--output=x", "--job-name=x",
                                   "--parsable", "--test-only", "--clusters=x"}) {
    EXPECT_THAT(error_of([&] {
                  parsed(config_with_slurm({{"sbatch", {option}}}));
                }),
                HasSubstr("is chosen by nero-bench"))
        << option;
  }
  for (const std::string option : {"account=x", "-A", "--", "", "--=x"})
    EXPECT_NE(reason_against_sbatch_option(option), "") << option;
  for (const std::string option :
       {"--account=x", "--exclusive", "--wait-all-nodes=1", "--mem=4G", "--export=ALL,A=--b"})
    EXPECT_EQ(reason_against_sbatch_option(option), "") << option;
}

TEST(SlurmOptions, AreRefusedByName) {
  EXPECT_THAT(error_of([] { parsed(config_with_slurm({{"partitoin", "gpu"}})); }), HasSubstr("slurm.partitoin"));
  EXPECT_THAT(error_of([] { parsed(config_with_slurm({{"tasks", 0}})); }), HasSubstr("slurm.tasks"));
}

}  // namespace
}  // namespace nero_bench
