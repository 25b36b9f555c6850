#pragma once
#include <sys/types.h>

#include <string>
#include <vector>

#include "harness/execution/launch.h"

namespace nero_bench {

// A running program, its standard output and error readable without blocking. It stands in a process group of its own,
// so that Ctrl-C in the terminal reaches only us, and does not survive us (launch.h); a second stop signal kills it at
// once. Killed and reaped by the destructor.
class ChildProcess {
 public:
  // Starts `program` with `arguments` and `input` to read on its standard input. Throws std::system_error if it cannot
  // be started.
  ChildProcess(const std::string& program, const std::vector<std::string>& arguments, const std::string& input,
               const ChildLimits& limits = {});
  ~ChildProcess();
  ChildProcess(ChildProcess&& other) noexcept;
  ChildProcess& operator=(ChildProcess&&) = delete;

  int output() const { return output_; }  // descriptors, −1 once closed
  int errors() const { return errors_; }
  int exit() const { return exit_; }  // readable once the process has ended; −1 on kernels before 5.3

  // Appends what is there to read; closes the descriptor at the end of the stream.
  void read_output(std::string& into) { read_available(output_, into); }
  void read_errors(std::string& into) { read_available(errors_, into); }
  bool closed() const { return output_ < 0 && errors_ < 0; }

  bool has_ended() const;       // whether wait() would return at once
  void send(int signal) const;  // to the group; to nobody after wait()
  int wait();                   // kills what the process left running in its group; status as of waitpid()

 private:
  static void read_available(int& descriptor, std::string& into);

  pid_t pid_ = -1;
  int output_ = -1;
  int errors_ = -1;
  int exit_ = -1;
};

struct ProgramResult {
  int status = 0;  // as of waitpid()
  std::string output;
  std::string errors;
};

// Runs a program to its end.
ProgramResult run_program(const std::string& program, const std::vector<std::string>& arguments,
                          const std::string& input = "");

// "killed by signal 9 (Killed)", "exit status 70".
std::string describe_status(int status);

}  // namespace nero_bench
