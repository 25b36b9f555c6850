#pragma once
#include <string_view>

namespace nero_bench {

// The log on stderr. Takes finished text because LibTorch's headers bring a second fmt, which must not meet spdlog's.
// Control characters are shown as `\x1b`: what stands in a config or a record must not steer the terminal.
void log_info(std::string_view message);
void log_warning(std::string_view message);
void log_error(std::string_view message);

// Called before a message is written, to clear a progress line that is being redrawn.
void set_log_prelude(void (*prelude)());

}  // namespace nero_bench
