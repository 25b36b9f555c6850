#pragma once
#include <string>
#include <string_view>

namespace nero_bench {

// The log on stderr. Takes finished text because LibTorch's headers bring a second fmt, which must not meet spdlog's.
// Control characters are shown as `\x1b`: what stands in a config or a record must not steer the terminal.
void log_info(std::string_view message);
void log_warning(std::string_view message);
void log_error(std::string_view message);

// To the log file only: what stands on stderr in another form, such as a progress line.
void log_to_file_only(std::string_view message);

// Has all messages from now on appended to `file`, too, each with its time (UTC). Throws StoreError if it cannot be
// opened.
void log_to_file(const std::string& file);

// Called before a message is written, to clear a progress line that is being redrawn.
void set_log_prelude(void (*prelude)());

}  // namespace nero_bench
