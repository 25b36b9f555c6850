#include "base/log.h"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <cstdlib>
#include <memory>

#include "base/errors.h"
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

spdlog::logger& terminal_log() {
  static spdlog::logger logger = [] {
    spdlog::logger made("nero-bench", std::make_shared<spdlog::sinks::stderr_color_sink_mt>(colour_mode()));
    made.set_pattern("%^%l%$: %v");
    return made;
  }();
  return logger;
}

// Without a file until log_to_file().
spdlog::logger& file_log() {
  static spdlog::logger logger("nero-bench");
  return logger;
}

void write(spdlog::level::level_enum level, std::string_view message) {
  if (prelude_before_message != nullptr) prelude_before_message();
  const auto text = printable(message);
  terminal_log().log(level, "{}", text);
  file_log().log(level, "{}", text);
}

}  // namespace

void log_info(std::string_view message) { write(spdlog::level::info, message); }
void log_warning(std::string_view message) { write(spdlog::level::warn, message); }
void log_error(std::string_view message) { write(spdlog::level::err, message); }
void log_to_file_only(std::string_view message) { file_log().log(spdlog::level::info, "{}", printable(message)); }

void log_to_file(const std::string& file) {
  try {
    file_log().sinks() = {std::make_shared<spdlog::sinks::basic_file_sink_mt>(file)};
  } catch (const spdlog::spdlog_ex& error) {
    throw StoreError(std::string("--log-file: ") + error.what() + "; name a file in a folder that may be written to");
  }
  file_log().set_formatter(
      std::make_unique<spdlog::pattern_formatter>("%Y-%m-%dT%H:%M:%SZ %l: %v", spdlog::pattern_time_type::utc));
  file_log().flush_on(spdlog::level::trace);
}

void set_log_prelude(void (*prelude)()) { prelude_before_message = prelude; }

}  // namespace nero_bench
