#include "harness/report/columns.h"

#include <algorithm>
#include <numeric>

#include "base/text.h"

namespace nero_bench {
namespace {

constexpr std::size_t kGap = 2;

bool begins_code_point(char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }

}  // namespace

std::size_t display_width(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), begins_code_point));
}

std::string one_line(std::string_view text) {
  auto line = printable(text);
  std::replace_if(
      line.begin(), line.end(), [](char c) { return c == '\n' || c == '\t'; }, ' ');
  return line;
}

std::vector<std::string> wrapped(std::string_view text, std::size_t width) {
  std::vector<std::string> lines;
  auto rest = one_line(text);
  while (display_width(rest) > width) {
    std::size_t end = 0;  // in bytes, after `width` code points
    for (std::size_t points = 0; end < rest.size(); ++end) {
      if (begins_code_point(rest[end]) && points++ == width) break;
    }
    const auto space = rest.rfind(' ', end);
    const bool at_space = space != std::string::npos && space > 0;
    lines.push_back(rest.substr(0, at_space ? space : end));
    rest.erase(0, at_space ? space + 1 : end);
  }
  if (!rest.empty()) lines.push_back(rest);
  return lines;
}

std::vector<std::size_t> Columns::widths() const {
  std::vector<std::size_t> widths;
  for (const auto& row : rows_) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], display_width(row[i]));
  }
  return widths;
}

std::size_t Columns::width() const {
  const auto columns = widths();
  if (columns.empty()) return 0;
  return std::accumulate(columns.begin(), columns.end(), indent_ + kGap * (columns.size() - 1));
}

std::string Columns::text() const {
  const auto columns = widths();
  std::string text;
  for (const auto& row : rows_) {
    std::string line(indent_, ' ');
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string padding(columns[i] - display_width(row[i]), ' ');
      if (i > 0) line.append(kGap, ' ');
      line += i == 0 ? row[i] + padding : padding + row[i];
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

}  // namespace nero_bench
