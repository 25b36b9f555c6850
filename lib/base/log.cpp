#include "base/log.h"

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <cstdlib>
#include <memory>

#include "base/text.h"

namespace nero_bench {
namespace {

void (*prelude_before_message)() = nullptr;

spdlog::color_mode colour_mode() {
  const char* terminal = std::getenv("TERM");
  const bool dumb = terminal != nullptr && std::string_view(terminal) == "dumb";
  const char* no_colour = std::getenv("NO_COLOR");
  return dumb || (no_colour != nullptr && *no_colour != '\0') ? spdlog::color_mode::never
                                                              : spdlog::color_mode::automatic;
}

void write(spdlog::level::level_enum level, std::string_view message) {
  static const auto logger = [] {
    auto made = std::make_shared<spdlog::logger>("nero-bench",
                                                 std::make_shared<spdlog::sinks::stderr_color_sink_mt>(colour_mode()));
    made->set_pattern("%^%l%$: %v");
    return made;
  }();
  if (prelude_before_message != nullptr) prelude_before_message();
  logger->log(level, "{}", printable(message));
}

}  // namespace

void log_info(std::string_view message) { write(spdlog::level::info, message); }
void log_warning(std::string_view message) { write(spdlog::level::warn, message); }
void log_error(std::string_view message) { write(spdlog::level::err, message); }
void set_log_prelude(void (*prelude)()) { prelude_before_message = prelude; }

}  // namespace nero_bench
