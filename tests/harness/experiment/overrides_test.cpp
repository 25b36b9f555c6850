#include "harness/experiment/overrides.h"

#include <gmock/gmock.h>

#include "harness/fixtures.h"

namespace nero_bench {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

Json overridden(const std::string& text) {
  Json config = small_config();
  apply_override(config, text);
  return config;
}

std::string error_from(const std::string& text) {
  return error_of([&] { overridden(text); });
}

TEST(Override, ReplacesAValueAtADottedPath) {
  EXPECT_EQ(overridden("budget.epochs=7").at("budget").at("epochs"), 7);
  EXPECT_EQ(overridden("task.model.depth=20").at("task").at("model").at("depth"), 20);
}

TEST(Override, CountsInListsWithAndWithoutBrackets) {
  EXPECT_EQ(overridden("optimisers.1.momentum=0.9").at("optimisers").at(1).at("momentum"), 0.9);
  EXPECT_EQ(overridden("optimisers[1].momentum=0.9"), overridden("optimisers.1.momentum=0.9"));
  EXPECT_EQ(overridden("learning_rates[0]=0.5").at("learning_rates").at(0), 0.5);
}

TEST(Override, CreatesMissingKeysOfObjects) {
  EXPECT_EQ(overridden("protocol.select.rule=best").at("protocol").at("select").at("rule"), "best");
}

TEST(Override, TakesTheRestOfAPathBelowAxesAsOneKey) {
  EXPECT_EQ(overridden("axes.task.model.depth=[5,20]").at("axes").at("task.model.depth"), Json({5, 20}));
  EXPECT_EQ(
      overridden("optimisers.0.axes.optimiser.beta1=[0.8]").at("optimisers").at(0).at("axes").at("optimiser.beta1"),
      Json({0.8}));
}

TEST(Override, FindsTheNamesOfASearchSpaceThoughTheyArePaths) {
  Json config = small_config();
  config["search"] = Json::parse(R"({"points": 3, "space": {
    "learning_rate": {"min": 0.1, "max": 1, "scaling": "log"}, "optimiser.beta1": {"feasible_points": [0.9]}}})");
  apply_override(config, "search.space.learning_rate.max=2");
  apply_override(config, "search.space.optimiser.beta1.feasible_points=[0.5]");
  apply_override(config, "search.names.optimiser.beta1=optimiser.momentum");  // a new one
  apply_override(config, "search.names.other=null");
  EXPECT_EQ(config["search"]["space"]["learning_rate"]["max"], 2);
  EXPECT_EQ(config["search"]["space"]["optimiser.beta1"]["feasible_points"], Json({0.5}));
  EXPECT_EQ(config["search"]["space"].size(), 2U);
  EXPECT_EQ(config["search"]["names"], Json::parse(R"({"optimiser.beta1": "optimiser.momentum", "other": null})"));
}

TEST(Override, ReadsJsonAndElseAText) {
  EXPECT_EQ(overridden("record_steps=true").at("record_steps"), true);
  EXPECT_EQ(overridden("name=big run").at("name"), "big run");
  EXPECT_EQ(overridden("name=\"5\"").at("name"), "5");
  EXPECT_EQ(overridden("name=").at("name"), "");
  EXPECT_EQ(overridden("description=a=b").at("description"), "a=b");
  EXPECT_EQ(overridden("learning_rates={\"from\":0.1,\"to\":1}").at("learning_rates").at("to"), 1);
}

TEST(Override, RefusesABrokenPathNamingItself) {
  for (const char* text : {"budget", "=3", "", ".budget=3", "budget.=3", "budget..epochs=3", "optimisers[0.beta=1",
                           "optimisers[0]beta=1", "[0]=1", "optimisers[]=1"}) {
    EXPECT_THAT(error_from(text), AllOf(HasSubstr(std::string("--set ") + text + ":"), HasSubstr("expected"))) << text;
  }
}

TEST(Override, RefusesAnEntryThatIsNotInTheList) {
  EXPECT_THAT(error_from("optimisers.2.beta=1"), HasSubstr("index from 0 to 1"));
  EXPECT_THAT(error_from("optimisers.-1.beta=1"), HasSubstr("index from 0 to 1"));
  EXPECT_THAT(error_from("optimisers.adam.beta=1"), HasSubstr("'adam' is no entry"));
  EXPECT_THAT(error_from("optimisers.99999999999999999999999.beta=1"), HasSubstr("no entry"));
}

TEST(Override, RefusesToGoIntoANumberOrAText) {
  EXPECT_THAT(error_from("budget.epochs.more=1"), HasSubstr("'epochs' has no 'more' inside"));
  EXPECT_THAT(error_from("name.more=1"), HasSubstr("'name' has no 'more' inside"));
}

TEST(Override, RefusesBrokenJsonThatWasMeantAsJson) {
  EXPECT_NE(error_from("learning_rates=[0.1"), "no error");
  EXPECT_NE(error_from("task={\"name\": \"x\", \"name\": \"y\"}"), "no error");
}

}  // namespace
}  // namespace nero_bench
