#include "harness/execution/child_process.h"

#include <gmock/gmock.h>
#include <signal.h>

#include <chrono>
#include <system_error>

namespace nero_bench {
namespace {

TEST(RunProgram, KeepsOutputAndErrorsApart) {
  const auto result = run_program("/bin/sh", {"-c", "echo out; echo err >&2; exit 3"});
  EXPECT_EQ(result.output, "out\n");
  EXPECT_EQ(result.errors, "err\n");
  EXPECT_EQ(describe_status(result.status), "exit status 3");
}

TEST(RunProgram, PassesInputLongerThanAPipeHolds) {
  const std::string input(1'000'000, 'x');
  EXPECT_EQ(run_program("/bin/sh", {"-c", "cat > /dev/null; echo done"}, input).output, "done\n");
}

TEST(RunProgram, SurvivesAProgramThatDoesNotReadItsInput) {
  const std::string input(1'000'000, 'x');
  EXPECT_EQ(describe_status(run_program("/bin/sh", {"-c", "exit 0"}, input).status), "exit status 0");
}

TEST(RunProgram, NamesTheProgramThatCannotBeStarted) {
  try {
    run_program("/no/such/program", {});
    FAIL() << "expected an exception";
  } catch (const std::system_error& error) {
    EXPECT_THAT(error.what(), ::testing::HasSubstr("/no/such/program"));
  }
}

TEST(ChildProcess, IsKilledAndReapedByItsDestructor) {
  const auto start = std::chrono::steady_clock::now();
  { const ChildProcess child("/bin/sleep", {"60"}, ""); }
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(30));
}

TEST(ChildProcess, StandsInAProcessGroupOfItsOwn) {
  const auto result = run_program("/bin/sh", {"-c", "cut -d ' ' -f 5 /proc/$$/stat; echo $$"});
  const auto numbers = result.output;
  const auto line = numbers.find('\n');
  EXPECT_EQ(std::stol(numbers.substr(0, line)), std::stol(numbers.substr(line + 1)));
}

TEST(DescribeStatus, NamesTheSignal) { EXPECT_EQ(describe_status(SIGKILL), "killed by signal 9 (Killed)"); }

}  // namespace
}  // namespace nero_bench
