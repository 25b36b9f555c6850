#include "harness/report/escapes.h"

#include <fmt/format.h>

#include <cstdint>

#include "base/text.h"
#include "harness/report/columns.h"

namespace nero_bench {
namespace {

// The code point of three bytes of UTF-8, as one_line() leaves them.
std::uint32_t code_point(std::string_view three) {
  const auto bits = [&](std::size_t i, unsigned mask) { return static_cast<unsigned char>(three[i]) & mask; };
  return bits(0, 0x0f) << 12 | bits(1, 0x3f) << 6 | bits(2, 0x3f);
}

// Marks that reorder, join or hide what stands beside them (Unicode's Bidi_Control, line separators, zero width).
bool is_mark(std::uint32_t point) {
  return (point >= 0x200b && point <= 0x200f) || (point >= 0x2028 && point <= 0x202e) ||
         (point >= 0x2060 && point <= 0x2069) || point == 0x061c || point == 0xfeff;
}

std::string without_marks(std::string_view text) {
  std::string shown;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto rest = text.substr(i);
    if (rest.starts_with("\xd8\x9c")) {  // U+061C, the only one of two bytes
      shown += "\\u061c";
      i += 1;
    } else if ((static_cast<unsigned char>(text[i]) & 0xf0) == 0xe0 && rest.size() >= 3 && is_mark(code_point(rest))) {
      shown += fmt::format("\\u{:04x}", code_point(rest));
      i += 2;
    } else {
      shown += text[i];
    }
  }
  return shown;
}

}  // namespace

std::string shown_text(std::string_view text, std::size_t most) {
  return shortened(without_marks(one_line(text)), most);
}

std::string markdown_text(std::string_view text, std::size_t most) {
  std::string escaped;
  for (const char c : shown_text(text, most)) {
    if (std::string_view("|\\`*_[]#").find(c) != std::string_view::npos) escaped += '\\';
    if (c == '<' || c == '>' || c == '&') {
      escaped += c == '<' ? "&lt;" : c == '>' ? "&gt;" : "&amp;";
    } else {
      escaped += c;
    }
  }
  return escaped;
}

std::string xml_text(std::string_view text) {
  std::string escaped;
  for (const char c : shown_text(text, 2000)) {
    switch (c) {
      case '<': escaped += "&lt;"; break;
      case '>': escaped += "&gt;"; break;
      case '&': escaped += "&amp;"; break;
      case '"': escaped += "&quot;"; break;
      case '\'': escaped += "&apos;"; break;
      default: escaped += c;
    }
  }
  return escaped;
}

std::string csv_text(const Json& value) {
  if (value.is_null()) return "";
  if (!value.is_string()) return value.dump();
  auto text = shown_text(value.get<std::string>(), 2000);
  if (text != "-inf" && text.find_first_of("=+-@") == 0) text.insert(0, 1, '\'');
  if (text.find_first_of(",\"") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

}  // namespace nero_bench
