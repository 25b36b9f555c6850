#include "base/errors.h"

#include <cstdio>

#include "base/log.h"
#include "base/stop_signal.h"

namespace nero_bench {

namespace {

// A terminal that closes sends a signal and takes the output with it: the signal is what ended us.
int output_failed() {
  log_error("standard output: cannot be written; free some space there and run the same command again");
  return stop_signal() != 0 ? stop_exit_status() : static_cast<int>(ExitCode::kStore);
}

}  // namespace

int run_and_report_errors(const std::function<int()>& body) {
  try {
    const int status = body();
    return std::fflush(stdout) != 0 || std::ferror(stdout) != 0 ? output_failed() : status;
  } catch (const UserError& error) {
    log_error(error.what());
    return static_cast<int>(error.code());
  } catch (const std::exception& error) {
    if (std::ferror(stdout) != 0) return output_failed();  // fmt throws where printf would return an error
    log_error(std::string("internal error, please report it: ") + error.what());
    return static_cast<int>(ExitCode::kBug);
  }
}

}  // namespace nero_bench
