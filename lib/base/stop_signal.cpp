#include "base/stop_signal.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <stdexcept>

namespace nero_bench {
namespace {

// A signal handler has nowhere else to leave its news.
std::atomic<int> received{0};
std::array<int, 2> wake_pipe{-1, -1};

void on_stop_signal(int number) {
  if (received.exchange(number) != 0) ::_exit(128 + number);
  const char byte = 1;
  [[maybe_unused]] const auto written = ::write(wake_pipe[1], &byte, 1);
}

}  // namespace

void install_stop_signals() {
  if (::pipe2(wake_pipe.data(), O_CLOEXEC | O_NONBLOCK) != 0) throw std::runtime_error("cannot create a pipe");
  struct sigaction action {};
  action.sa_handler = on_stop_signal;
  action.sa_flags = SA_RESTART;
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGUSR1}) ::sigaction(number, &action, nullptr);
}

int stop_signal() { return received; }
int stop_descriptor() { return wake_pipe[0]; }
int stop_exit_status() { return 128 + received; }

}  // namespace nero_bench
