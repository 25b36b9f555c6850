#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace nero_bench {

// Columns a text takes on a terminal, counting every code point as one.
std::size_t display_width(std::string_view text);

// `text` on one line, without control characters: safe to print wherever it comes from.
std::string one_line(std::string_view text);

// `text` on lines of at most `width` columns, broken at spaces where there are some.
std::vector<std::string> wrapped(std::string_view text, std::size_t width);

// Lines whose cells stand below one another, the first column to the left, the others to the right.
class Columns {
 public:
  explicit Columns(std::size_t indent) : indent_(indent) {}
  void add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  std::size_t width() const;
  std::string text() const;

 private:
  std::vector<std::size_t> widths() const;

  std::size_t indent_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace nero_bench
