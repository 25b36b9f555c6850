#pragma once
#include <functional>
#include <stdexcept>
#include <string>

namespace nero_bench {

// Exit codes of every program, as documented in README.md.
enum class ExitCode {
  kDone = 0,
  kTrialFailed = 1,
  kUsage = 2,
  kRegression = 3,
  kData = 4,
  kStore = 5,
  kBug = 70,
};

// Something the user can mend: the message says what and how, the code is the program's exit status.
class UserError : public std::runtime_error {
 public:
  UserError(ExitCode code, const std::string& message) : std::runtime_error(message), code_(code) {}
  ExitCode code() const { return code_; }

 private:
  ExitCode code_;
};

// A command line or a config that cannot be run.
struct ConfigError : UserError {
  explicit ConfigError(const std::string& message) : UserError(ExitCode::kUsage, message) {}
};

// A data set that is missing or corrupt.
struct DataError : UserError {
  explicit DataError(const std::string& message) : UserError(ExitCode::kData, message) {}
};

// A results folder that cannot be read or written.
struct StoreError : UserError {
  explicit StoreError(const std::string& message) : UserError(ExitCode::kStore, message) {}
};

// Calls `body` and returns its exit status; exceptions become a message on stderr and the code of their kind, and so
// does standard output that could not be written, unless a stop signal came.
int run_and_report_errors(const std::function<int()>& body);

}  // namespace nero_bench
