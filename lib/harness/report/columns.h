#pragma once
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nero_bench {

// Columns a text takes on a terminal, counting every code point as one.
std::size_t display_width(std::string_view text);

// `text` on one line, without control characters and without characters that turn the direction of writing or have no
// width (shown as \u202e): safe to print wherever it comes from.
std::string one_line(std::string_view text);

// `text` on lines of at most `width` columns, broken at spaces where there are some.
std::vector<std::string> wrapped(std::string_view text, std::size_t width);

// `head`, and `text` beside it from `column` on, on as many lines as it takes; below it where head is too long.
std::string with_text_beside(std::string_view head, std::string_view text, std::size_t column, std::size_t width);

// The name of a line in a table; one of more than `longest` characters is cut in the middle.
std::string line_label(std::string_view text, std::size_t longest = 32);

// The same of several: different names that are cut to the same are numbered.
std::vector<std::string> line_labels(std::span<const std::string> names, std::size_t longest = 32);

// Lines whose cells stand below one another, the first column to the left, the others to the right.
class Columns {
 public:
  Columns(std::size_t indent, std::size_t gap) : indent_(indent), gap_(gap) {}
  void add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }

  // Without the columns that have nothing, or "-", in every row but the head.
  void drop_empty();

  // Neighbours with heads of the list continue below together, where a line has room for them.
  void keep_together(std::vector<std::string> heads) { together_ = std::move(heads); }

  // Columns beyond `most` terminal columns continue below, after the first column again.
  std::string text(std::size_t most) const;
  std::size_t width(std::size_t most) const;  // of the widest line of text(most)

 private:
  using Widths = std::vector<std::size_t>;
  using Part = std::pair<std::size_t, std::size_t>;  // the columns [first, last) that stand side by side

  Widths widths() const;
  std::vector<Part> parts(const Widths& widths, std::size_t most) const;
  std::string line(const std::vector<std::string>& row, const Widths& widths, const Part& part) const;

  // How many terminal columns have to be left for column i to stand in this line: its own, or those of its neighbours
  // that it begins.
  std::size_t room_for(std::size_t i, const Widths& widths) const;

  std::size_t indent_;
  std::size_t gap_;
  std::vector<std::vector<std::string>> rows_;
  std::vector<std::string> together_;
};

}  // namespace nero_bench
