#include "base/stop_signal.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <thread>

namespace nero_bench {
namespace {

// Signals are for whole processes: each claim is tried in one of its own. Returns its exit status; `body` returning
// true makes 0 of it, false 1.
template <class Body>
int exit_status_of(Body body) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(body() ? 0 : 1);
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

TEST(StopSignal, IsRememberedAndWakesAPoll) {
  EXPECT_EQ(exit_status_of([] {
              install_stop_signals();
              ::raise(SIGUSR1);
              pollfd wake{stop_descriptor(), POLLIN, 0};
              return stop_signal() == SIGUSR1 && stop_exit_status() == 128 + SIGUSR1 && ::poll(&wake, 1, 0) == 1;
            }),
            0);
}

TEST(StopSignal, EndsTheProcessAtOnceTheSecondTime) {
  EXPECT_EQ(exit_status_of([] {
              install_stop_signals(0);
              ::raise(SIGTERM);
              ::raise(SIGINT);
              return true;
            }),
            128 + SIGINT);
}

TEST(StopSignal, CountsWhatFollowsSoonAsTheSameRequest) {
  EXPECT_EQ(exit_status_of([] {
              install_stop_signals(3600);
              ::raise(SIGTERM);
              ::raise(SIGTERM);
              return stop_signal() == SIGTERM;
            }),
            0);
}

TEST(StopSignal, CountsWhatFollowsLaterAsASecondOne) {
  EXPECT_EQ(exit_status_of([] {
              install_stop_signals();
              ::raise(SIGTERM);
              std::this_thread::sleep_for(std::chrono::duration<double>(1.2 * kSameRequestSeconds));
              ::raise(SIGTERM);
              return true;
            }),
            128 + SIGTERM);
}

TEST(StopSignal, TakesTheSecondHangUpOfAClosingTerminalForTheFirst) {
  EXPECT_EQ(exit_status_of([] {
              install_stop_signals();
              ::raise(SIGHUP);
              ::raise(SIGHUP);
              return stop_signal() == SIGHUP;
            }),
            0);
}

TEST(StopSignal, LeavesAHangUpIgnoredUnderNohup) {
  EXPECT_EQ(exit_status_of([] {
              ::signal(SIGHUP, SIG_IGN);
              install_stop_signals();
              ::raise(SIGHUP);
              return stop_signal() == 0;
            }),
            0);
}

// A process in a group of its own that ignores all that can be ignored.
pid_t start_stubborn_process() {
  std::array<int, 2> ready{};
  if (::pipe(ready.data()) != 0) return -1;
  const pid_t child = ::fork();
  if (child == 0) {
    ::setpgid(0, 0);
    for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGUSR1}) ::signal(number, SIG_IGN);
    ::close(ready[1]);
    while (true) ::pause();
  }
  ::close(ready[1]);
  char none = 0;
  [[maybe_unused]] const auto end = ::read(ready[0], &none, 1);
  ::close(ready[0]);
  return child;
}

TEST(StopSignal, KillsDependentGroupsTheSecondTime) {
  const pid_t stubborn = start_stubborn_process();
  ASSERT_GT(stubborn, 0);
  EXPECT_EQ(exit_status_of([&] {
              install_stop_signals(0);
              add_dependent_group(stubborn);
              ::raise(SIGINT);
              ::raise(SIGINT);
              return true;
            }),
            128 + SIGINT);
  int status = 0;
  ::waitpid(stubborn, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

TEST(StopSignal, SparesAGroupThatIsNoLongerDependent) {
  EXPECT_EQ(exit_status_of([] {
              ::setpgid(0, 0);
              install_stop_signals(0);
              add_dependent_group(::getpid());
              remove_dependent_group(::getpid());
              ::raise(SIGTERM);
              ::raise(SIGTERM);
              return true;
            }),
            128 + SIGTERM);
}

}  // namespace
}  // namespace nero_bench
