#include "harness/report/columns.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/text.h"

namespace nero_bench {
namespace {

bool begins_code_point(char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }

// Where the code point of that number begins; the end of the text for its count.
std::size_t byte_of(std::string_view text, std::size_t code_point) {
  std::size_t byte = 0;
  for (std::size_t seen = 0; byte < text.size(); ++byte) {
    if (begins_code_point(text[byte]) && seen++ == code_point) break;
  }
  return byte;
}

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

std::string line_label(std::string_view text, std::size_t longest) {
  const std::size_t head = longest / 2, tail = longest - head - 1;
  auto line = one_line(text);
  const auto width = display_width(line);
  if (width > longest) line = line.substr(0, byte_of(line, head)) + "…" + line.substr(byte_of(line, width - tail));
  return line;
}

std::vector<std::string> line_labels(std::span<const std::string> names, std::size_t longest) {
  std::map<std::string, std::vector<std::string>> alike;  // by label, the names that are cut to it
  for (const auto& name : names) {
    auto& known = alike[line_label(name, longest)];
    if (std::find(known.begin(), known.end(), name) == known.end()) known.push_back(name);
  }
  std::vector<std::string> labels;
  for (const auto& name : names) {
    labels.push_back(line_label(name, longest));
    const auto& known = alike[labels.back()];
    if (known.size() > 1)
      labels.back() += fmt::format(" ({})", std::find(known.begin(), known.end(), name) - known.begin() + 1);
  }
  return labels;
}

std::vector<std::string> wrapped(std::string_view text, std::size_t width) {
  std::vector<std::string> lines;
  auto rest = one_line(text);
  while (display_width(rest) > width) {
    const auto end = byte_of(rest, width);
    const auto space = rest.rfind(' ', end);
    const bool at_space = space != std::string::npos && space > 0;
    lines.push_back(rest.substr(0, at_space ? space : end));
    rest.erase(0, at_space ? space + 1 : end);
  }
  if (!rest.empty()) lines.push_back(rest);
  return lines;
}

std::string with_text_beside(std::string_view head, std::string_view text, std::size_t column, std::size_t width) {
  std::string lines(head);
  const auto used = display_width(head);
  bool is_first = true;
  for (const auto& part : wrapped(text, width - column)) {
    const bool is_beside = is_first && used < column;
    if (!is_beside) lines += "\n";
    lines += std::string(is_beside ? column - used : column, ' ') + part;
    is_first = false;
  }
  return lines + "\n";
}

Columns::Widths Columns::widths() const {
  Widths widths;
  for (const auto& row : rows_) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], display_width(row[i]));
  }
  return widths;
}

void Columns::drop_empty() {
  const auto is_empty = [](const std::vector<std::string>& row, std::size_t i) {
    return i >= row.size() || row[i].empty() || row[i] == "-";
  };
  for (std::size_t i = rows_.empty() ? 0 : rows_.front().size(); i-- > 1;) {
    if (!std::all_of(rows_.begin() + 1, rows_.end(), [&](const auto& row) { return is_empty(row, i); })) continue;
    for (auto& row : rows_) {
      if (i < row.size()) row.erase(row.begin() + static_cast<std::ptrdiff_t>(i));
    }
  }
}

std::size_t Columns::room_for(std::size_t i, const Widths& widths) const {
  const auto& head = rows_.front();
  const auto is_kept = [&](std::size_t j) {
    return j < head.size() && std::find(together_.begin(), together_.end(), head[j]) != together_.end();
  };
  std::size_t room = gap_ + widths[i];
  if (!is_kept(i) || is_kept(i - 1)) return room;
  for (std::size_t j = i + 1; is_kept(j); ++j) room += gap_ + widths[j];
  return room;
}

std::vector<Columns::Part> Columns::parts(const Widths& widths, std::size_t most) const {
  if (widths.empty()) return {};
  std::vector<Part> parts{{1, 1}};
  const auto start = indent_ + widths.front();
  auto used = start;
  for (std::size_t i = 1; i < widths.size(); ++i) {
    const bool is_empty = parts.back().first == i;
    if (!is_empty && used + room_for(i, widths) > most) {
      parts.emplace_back(i, i);
      used = start;
    }
    parts.back().second = i + 1;
    used += gap_ + widths[i];
  }
  return parts;
}

std::size_t Columns::width(std::size_t most) const {
  const auto columns = widths();
  std::size_t widest = 0;
  for (const auto& [first, last] : parts(columns, most)) {
    std::size_t used = indent_ + columns.front();
    for (std::size_t i = first; i < last; ++i) used += gap_ + columns[i];
    widest = std::max(widest, used);
  }
  return widest;
}

std::string Columns::line(const std::vector<std::string>& row, const Widths& widths, const Part& part) const {
  std::string line(indent_, ' ');
  line += row.front() + std::string(widths.front() - display_width(row.front()), ' ');
  for (std::size_t i = part.first; i < std::min(part.second, row.size()); ++i) {
    line.append(gap_ + widths[i] - display_width(row[i]), ' ');
    line += row[i];
  }
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

std::string Columns::text(std::size_t most) const {
  const auto columns = widths();
  std::string text;
  for (const auto& part : parts(columns, most)) {
    for (const auto& row : rows_) {
      const auto shown = line(row, columns, part);
      if (!shown.empty()) text += shown + "\n";
    }
  }
  return text;
}

}  // namespace nero_bench
