#include "harness/experiment/config_warnings.h"

#include <gmock/gmock.h>

#include <filesystem>

#include "harness/fixtures.h"

namespace nero_bench {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

ExperimentConfig with_seeds(const Json& search, const Json& repeats, const Json& published = nullptr) {
  auto json = small_config();
  json["protocol"] = {{"search_seeds", search}, {"repeat_seeds", repeats}};
  for (auto& optimiser : json["optimisers"]) {
    if (!published.is_null()) optimiser["repeat_learning_rate"] = published;
  }
  return parsed(json);
}

TEST(ConfigWarnings, NameRepeatSeedsThatChooseTheRateAndOthersInstead) {
  const auto warnings = warnings_about(with_seeds({0, 1}, {1, 2, 7}));
  EXPECT_THAT(warnings, ElementsAre(HasSubstr("at protocol.repeat_seeds: seed 1 is among protocol.search_seeds, too")));
  EXPECT_THAT(warnings.front(), HasSubstr("repeat on other seeds, such as [2, 7, 8]"));
  EXPECT_THAT(warnings_about(with_seeds({0, 1}, {0, 1})), ElementsAre(HasSubstr("seeds 0, 1 are among")));
  EXPECT_THAT(warnings_about(with_seeds({0, 1}, {2, 3})), IsEmpty());
  EXPECT_THAT(warnings_about(with_seeds({0, 1}, Json::array())), IsEmpty());
}

TEST(ConfigWarnings, SayNothingOfPublishedRatesWhichNoSearchChose) {
  EXPECT_THAT(warnings_about(with_seeds({0}, {0, 1, 2}, 0.1)), IsEmpty());
}

TEST(ConfigWarnings, SayNothingOfTheConfigsThatAreShipped) {
  int configs = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(NERO_BENCH_SOURCE_DIR "/configs")) {
    const auto& file = entry.path();
    if (file.extension() != ".json" || file.parent_path().filename() == "spaces") continue;
    EXPECT_THAT(warnings_about(load_experiment(file.string())), IsEmpty()) << file;
    ++configs;
  }
  EXPECT_GT(configs, 10);
}

}  // namespace
}  // namespace nero_bench
