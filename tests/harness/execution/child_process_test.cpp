#include "harness/execution/child_process.h"

#include <gmock/gmock.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

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

// The set of signals that a child says of itself, a bit each.
unsigned long long signals_of_child(const std::string& name) {
  const auto text = run_program("/bin/cat", {"/proc/self/status"}).output;
  return std::stoull(text.substr(text.find(name + ":") + name.size() + 1), nullptr, 16);
}

TEST(ChildProcess, DoesNotInheritThatWeIgnoreSignals) {
  for (const int number : {SIGUSR1, SIGPIPE, SIGXFSZ}) {
    const auto before = ::signal(number, SIG_IGN);
    EXPECT_EQ(signals_of_child("SigIgn") >> (number - 1) & 1U, 0U) << number;
    ::signal(number, before);
  }
}

TEST(ChildProcess, StartsWithoutBlockedSignals) { EXPECT_EQ(signals_of_child("SigBlk"), 0U); }

TEST(ChildProcess, GetsTheLimitOfItsData) {
  ChildProcess child("/bin/sh", {"-c", "ulimit -d"}, "", {.memory_bytes = 64 << 20});
  child.wait();
  std::string said;
  child.read_output(said);
  EXPECT_EQ(said, "65536\n");  // KiB
}

TEST(ChildProcess, HasEndedOnlyWhenItHas) {
  ChildProcess child("/bin/sleep", {"60"}, "");
  EXPECT_FALSE(child.has_ended());
  child.send(SIGKILL);
  pollfd end{child.exit(), POLLIN, 0};
  if (child.exit() >= 0) {
    ASSERT_EQ(::poll(&end, 1, -1), 1);
    EXPECT_TRUE(child.has_ended());
  }
  EXPECT_EQ(describe_status(child.wait()), "killed by signal 9 (Killed)");
}

// Whether nobody holds the writing end of the pipe any more.
bool is_closed(int pipe) {
  char none = 0;
  return ::read(pipe, &none, 1) == 0;
}

TEST(ChildProcess, EndsWithUsHoweverWeEnd) {
  int pipe[2];
  ASSERT_EQ(::pipe(pipe), 0);
  const pid_t front = ::fork();
  if (front == 0) {
    // The child inherits the writing end, and ignores what can be ignored.
    ChildProcess child("/bin/sh", {"-c", "trap '' TERM INT HUP USR1; while :; do sleep 0.02; done"}, "");
    ::kill(::getpid(), SIGKILL);
  }
  ::close(pipe[1]);
  EXPECT_TRUE(is_closed(pipe[0]));
  ::waitpid(front, nullptr, 0);
  ::close(pipe[0]);
}

TEST(DescribeStatus, NamesTheSignal) { EXPECT_EQ(describe_status(SIGKILL), "killed by signal 9 (Killed)"); }

}  // namespace
}  // namespace nero_bench
