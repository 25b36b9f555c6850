#include "harness/report/escapes.h"

#include "base/text.h"
#include "harness/report/columns.h"

namespace nero_bench {
std::string shown_text(std::string_view text, std::size_t most) { return shortened(one_line(text), most); }

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

std::string xml_text(std::string_view text, std::size_t most) {
  std::string escaped;
  for (const char c : shown_text(text, most)) {
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

std::string csv_text(const Json& value, std::size_t most) {
  if (value.is_null()) return "";
  if (!value.is_string()) return value.dump();
  auto text = shown_text(value.get<std::string>(), most);
  if (text != "-inf" && text.find_first_of("=+-@") == 0) text.insert(0, 1, '\'');
  if (text.find_first_of(",\"") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

}  // namespace nero_bench
