#include "base/stop_signal.h"

#include <fcntl.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <stdexcept>

namespace nero_bench {
namespace {

// A signal handler has nowhere else to leave its news, and may neither lock nor allocate.
std::atomic<int> received{0};
std::atomic<std::int64_t> received_at{0};  // nanoseconds
std::atomic<std::int64_t> same_request{0};
std::array<std::atomic<int>, 8192> dependent_groups{};
std::array<int, 2> wake_pipe{-1, -1};

std::int64_t nanoseconds_now() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

void end_at_once(int number) {
  for (const auto& group : dependent_groups) {
    if (const int id = group; id > 0) ::kill(-id, SIGKILL);
  }
  ::_exit(128 + number);
}

void on_stop_signal(int number) {
  std::int64_t first = 0;
  const auto now = nanoseconds_now();
  if (received_at.compare_exchange_strong(first, now)) {
    received = number;
    const char byte = 1;
    [[maybe_unused]] const auto written = ::write(wake_pipe[1], &byte, 1);
    return;
  }
  const bool same = now - first < same_request || (number == SIGHUP && received == SIGHUP);
  if (!same) end_at_once(number);
}

bool is_ignored(int number) {
  struct sigaction now {};
  return ::sigaction(number, nullptr, &now) == 0 && now.sa_handler == SIG_IGN;
}

}  // namespace

void install_stop_signals(double same_request_seconds) {
  if (::pipe2(wake_pipe.data(), O_CLOEXEC | O_NONBLOCK) != 0) throw std::runtime_error("cannot create a pipe");
  same_request = static_cast<std::int64_t>(same_request_seconds * 1e9);
  struct sigaction action {};
  action.sa_handler = on_stop_signal;
  action.sa_flags = SA_RESTART;
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGUSR1}) {
    if (number != SIGHUP || !is_ignored(number)) ::sigaction(number, &action, nullptr);
  }
}

int stop_signal() { return received; }
int stop_descriptor() { return wake_pipe[0]; }
int stop_exit_status() { return 128 + received; }

void throw_if_stopped() {
  if (stop_signal() != 0) throw StopRequested();
}

void add_dependent_group(int group) {
  for (auto& place : dependent_groups) {
    int free = 0;
    if (place.compare_exchange_strong(free, group)) return;
  }
}

void remove_dependent_group(int group) {
  for (auto& place : dependent_groups) {
    int known = group;
    if (place.compare_exchange_strong(known, 0)) return;
  }
}

}  // namespace nero_bench
