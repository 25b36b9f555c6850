#include "harness/execution/child_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

extern char** environ;

namespace nero_bench {
namespace {

struct Pipe {
  Pipe() {
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
  }
  ~Pipe() {
    for (const int end : ends) {
      if (end >= 0) ::close(end);
    }
  }
  int release(int end) { return std::exchange(ends[static_cast<std::size_t>(end)], -1); }
  std::array<int, 2> ends{-1, -1};
};

// Ends of a child's life that the parent asked for must not be ignored just because the parent ignores them.
void set_default_signals(posix_spawnattr_t& attributes) {
  sigset_t defaults;
  sigemptyset(&defaults);
  for (const int number : {SIGPIPE, SIGINT, SIGTERM, SIGHUP, SIGUSR1}) sigaddset(&defaults, number);
  posix_spawnattr_setsigdefault(&attributes, &defaults);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
}

pid_t spawn(const std::string& program, const std::vector<std::string>& arguments, const Pipe& in, const Pipe& out,
            const Pipe& err) {
  std::vector<char*> argv{const_cast<char*>(program.c_str())};
  for (const auto& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in.ends[0], STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out.ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, err.ends[1], STDERR_FILENO);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  set_default_signals(attributes);
  pid_t pid = -1;
  const int failure = ::posix_spawn(&pid, program.c_str(), &actions, &attributes, argv.data(), environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  if (failure != 0) throw std::system_error(failure, std::generic_category(), program);
  return pid;
}

// A child that ends without reading its input is its own business: the status will tell.
void write_input(int descriptor, const std::string& input) {
  auto* const before = ::signal(SIGPIPE, SIG_IGN);  // only here: `nero-bench list | head` is to end quietly
  std::size_t written = 0;
  while (written < input.size()) {
    const ssize_t count = ::write(descriptor, input.data() + written, input.size() - written);
    if (count < 0 && errno != EINTR) break;
    if (count > 0) written += static_cast<std::size_t>(count);
  }
  ::signal(SIGPIPE, before);
}

}  // namespace

ChildProcess::ChildProcess(const std::string& program, const std::vector<std::string>& arguments,
                           const std::string& input) {
  Pipe in;
  Pipe out;
  Pipe err;
  pid_ = spawn(program, arguments, in, out, err);
  output_ = out.release(0);
  errors_ = err.release(0);
  for (const int descriptor : {output_, errors_}) ::fcntl(descriptor, F_SETFL, O_NONBLOCK);
  // Only the child may read its input: were our end open, writing to a child that has died would block for ever.
  ::close(in.release(0));
  write_input(in.ends[1], input);
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      output_(std::exchange(other.output_, -1)),
      errors_(std::exchange(other.errors_, -1)) {}

ChildProcess::~ChildProcess() {
  for (const int descriptor : {output_, errors_}) {
    if (descriptor >= 0) ::close(descriptor);
  }
  if (pid_ > 0) {
    send(SIGKILL);
    wait();
  }
}

void ChildProcess::read_available(int& descriptor, std::string& into) {
  std::array<char, 1 << 16> buffer;
  while (descriptor >= 0) {
    const ssize_t count = ::read(descriptor, buffer.data(), buffer.size());
    if (count > 0) {
      into.append(buffer.data(), static_cast<std::size_t>(count));
    } else if (count == 0) {
      ::close(std::exchange(descriptor, -1));
    } else if (errno != EINTR) {
      return;  // nothing more at the moment
    }
  }
}

void ChildProcess::send(int signal) const { ::kill(-pid_, signal); }  // the whole group: it may have children

int ChildProcess::wait() {
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {}
  pid_ = -1;
  return status;
}

ProgramResult run_program(const std::string& program, const std::vector<std::string>& arguments,
                          const std::string& input) {
  ChildProcess child(program, arguments, input);
  ProgramResult result;
  while (!child.closed()) {
    std::array<pollfd, 2> watched{{{child.output(), POLLIN, 0}, {child.errors(), POLLIN, 0}}};
    ::poll(watched.data(), watched.size(), -1);
    child.read_output(result.output);
    child.read_errors(result.errors);
  }
  result.status = child.wait();
  return result;
}

std::string describe_status(int status) {
  if (WIFSIGNALED(status))
    return fmt::format("killed by signal {} ({})", WTERMSIG(status), ::strsignal(WTERMSIG(status)));
  return fmt::format("exit status {}", WEXITSTATUS(status));
}

}  // namespace nero_bench
