#include "harness/execution/child_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "base/stop_signal.h"

namespace nero_bench {
namespace {

class Descriptor {
 public:
  Descriptor(int descriptor, const char* what) : descriptor_(descriptor) {
    if (descriptor < 0) throw std::system_error(errno, std::generic_category(), what);
  }
  Descriptor(Descriptor&& other) noexcept : descriptor_(other.release()) {}
  Descriptor& operator=(Descriptor&&) = delete;
  ~Descriptor() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  int get() const { return descriptor_; }
  int release() { return std::exchange(descriptor_, -1); }

 private:
  int descriptor_;
};

std::pair<Descriptor, Descriptor> make_pipe() {
  std::array<int, 2> ends{-1, -1};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
  return {Descriptor(ends[0], "pipe"), Descriptor(ends[1], "pipe")};
}

// The text as a file in memory: a pipe would have us wait for a program that does not read.
Descriptor readable(const std::string& text) {
  Descriptor file(::memfd_create("input", MFD_CLOEXEC), "memfd_create");
  for (std::size_t written = 0; written < text.size();) {
    const ssize_t count = ::write(file.get(), text.data() + written, text.size() - written);
    if (count < 0 && errno != EINTR) throw std::system_error(errno, std::generic_category(), "the input of a program");
    if (count > 0) written += static_cast<std::size_t>(count);
  }
  ::lseek(file.get(), 0, SEEK_SET);
  return file;
}

// By its number, as the C library's name for it is younger than some that we build with.
int open_process(pid_t pid) { return static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)); }

}  // namespace

ChildProcess::ChildProcess(const std::string& program, const std::vector<std::string>& arguments,
                           const std::string& input, const ChildLimits& limits) {
  auto out = make_pipe();
  auto err = make_pipe();
  const auto in = readable(input);
  pid_ = launch({program, arguments, limits, in.get(), out.second.get(), err.second.get()});
  add_dependent_group(pid_);
  output_ = out.first.release();
  errors_ = err.first.release();
  exit_ = open_process(pid_);
  for (const int descriptor : {output_, errors_}) ::fcntl(descriptor, F_SETFL, O_NONBLOCK);
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      output_(std::exchange(other.output_, -1)),
      errors_(std::exchange(other.errors_, -1)),
      exit_(std::exchange(other.exit_, -1)) {}

ChildProcess::~ChildProcess() {
  for (const int descriptor : {output_, errors_, exit_}) {
    if (descriptor >= 0) ::close(descriptor);
  }
  send(SIGKILL);
  if (pid_ > 0) wait();
}

void ChildProcess::read_available(int& descriptor, std::string& into) {
  constexpr std::size_t kAtOnce = std::size_t{1} << 24;  // one that writes without end must let others have their turn
  std::array<char, 1 << 16> buffer;
  const auto before = into.size();
  while (descriptor >= 0 && into.size() - before < kAtOnce) {
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

bool ChildProcess::has_ended() const {
  siginfo_t info{};
  return ::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid == pid_;
}

void ChildProcess::send(int signal) const {
  if (pid_ > 0) ::kill(-pid_, signal);
}

int ChildProcess::wait() {
  siginfo_t info{};
  while (::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOWAIT) != 0 && errno == EINTR) {}
  remove_dependent_group(pid_);
  send(SIGKILL);  // before the id is free for another's group
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
