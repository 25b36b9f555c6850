#include "harness/execution/launch.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

namespace nero_bench {
namespace {

// All that the child needs between fork() and exec(), where it may neither allocate nor throw.
struct Recipe {
  const char* program;
  std::vector<char*> arguments;
  std::array<int, 3> standard;  // input, output, errors
  bool pinned = false;
  cpu_set_t cores{};
  rlim_t memory = 0;
  sigset_t signals{};  // blocked ones
  pid_t parent = 0;
  int report = -1;  // where it writes errno if it cannot go on
};

Recipe prepare(const Launch& launch) {
  Recipe recipe{launch.program.c_str(), {}, {launch.input, launch.output, launch.errors}};
  recipe.arguments.push_back(const_cast<char*>(launch.program.c_str()));
  for (const auto& argument : launch.arguments) recipe.arguments.push_back(const_cast<char*>(argument.c_str()));
  recipe.arguments.push_back(nullptr);
  recipe.pinned = !launch.limits.cores.empty();
  for (const int core : launch.limits.cores) CPU_SET(static_cast<std::size_t>(core), &recipe.cores);
  recipe.memory = static_cast<rlim_t>(launch.limits.memory_bytes);
  recipe.parent = ::getpid();
  return recipe;
}

bool limit_memory(rlim_t bytes) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_DATA, &limit) != 0) return false;
  limit.rlim_max = std::min(limit.rlim_max, bytes);
  limit.rlim_cur = std::min(limit.rlim_cur, limit.rlim_max);
  return ::setrlimit(RLIMIT_DATA, &limit) == 0;
}

bool set_standard_streams(const std::array<int, 3>& streams) {
  for (int standard = 0; standard < 3; ++standard) {
    const int stream = streams[static_cast<std::size_t>(standard)];
    // One that is in place already is only to survive exec().
    const int done = stream == standard ? ::fcntl(stream, F_SETFD, 0) : ::dup2(stream, standard);
    if (done < 0) return false;
  }
  return true;
}

[[noreturn]] void become(const Recipe& recipe) {
  ::setpgid(0, 0);
  for (const int number : {SIGPIPE, SIGXFSZ, SIGINT, SIGTERM, SIGHUP, SIGUSR1}) ::signal(number, SIG_DFL);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != recipe.parent) ::_exit(127);  // it died before we could ask to be told
  // A core may have been taken from us meanwhile: the trial then runs where it can.
  if (recipe.pinned) ::sched_setaffinity(0, sizeof(recipe.cores), &recipe.cores);
  if ((recipe.memory == 0 || limit_memory(recipe.memory)) && set_standard_streams(recipe.standard)) {
    ::sigprocmask(SIG_SETMASK, &recipe.signals, nullptr);
    ::execv(recipe.program, recipe.arguments.data());
  }
  const int reason = errno;
  [[maybe_unused]] const auto written = ::write(recipe.report, &reason, sizeof(reason));
  ::_exit(127);
}

// 0 once the program has taken the child's place, which closes the pipe; else its errno.
int failure_told_by(int pipe) {
  int reason = 0;
  while (::read(pipe, &reason, sizeof(reason)) < 0 && errno == EINTR) {}
  return reason;
}

}  // namespace

pid_t launch(const Launch& launch) {
  Recipe recipe = prepare(launch);
  std::array<int, 2> report{};
  if (::pipe2(report.data(), O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
  recipe.report = report[1];
  // Our handlers must not run in the child.
  sigset_t all;
  sigfillset(&all);
  ::sigprocmask(SIG_SETMASK, &all, &recipe.signals);
  const pid_t pid = ::fork();
  if (pid == 0) become(recipe);
  const int fork_failure = errno;
  ::sigprocmask(SIG_SETMASK, &recipe.signals, nullptr);
  ::close(report[1]);
  const int failure = pid < 0 ? fork_failure : failure_told_by(report[0]);
  ::close(report[0]);
  if (failure == 0) return pid;
  if (pid > 0) ::waitpid(pid, nullptr, 0);
  throw std::system_error(failure, std::generic_category(), launch.program);
}

}  // namespace nero_bench
