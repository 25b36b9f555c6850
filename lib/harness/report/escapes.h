#pragma once
#include <string>
#include <string_view>

#include "base/json.h"

namespace nero_bench {

// Texts that come from anywhere (a label in a config, a reason in a record), made harmless for where they go.

// As one_line() makes it, cut after `most` bytes.
std::string shown_text(std::string_view text, std::size_t most = 200);

// A cell of a Markdown table: nothing in it is markup or HTML.
std::string markdown_text(std::string_view text, std::size_t most = 200);

// Between tags or in a quoted attribute of XML 1.0.
std::string xml_text(std::string_view text, std::size_t most = 2000);

// A field of RFC 4180, cut after `most` bytes. What a spreadsheet would take for a formula gets an apostrophe in front;
// numbers stay as they are.
std::string csv_text(const Json& value, std::size_t most = 2000);

}  // namespace nero_bench
