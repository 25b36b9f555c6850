#include "base/errors.h"

#include "base/log.h"

namespace nero_bench {

int run_and_report_errors(const std::function<int()>& body) {
  try {
    return body();
  } catch (const UserError& error) {
    log_error(error.what());
    return static_cast<int>(error.code());
  } catch (const std::exception& error) {
    log_error(std::string("internal error, please report it: ") + error.what());
    return static_cast<int>(ExitCode::kBug);
  }
}

}  // namespace nero_bench
