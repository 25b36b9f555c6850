#include "harness/report/markup.h"

#include "harness/report/escapes.h"

namespace nero_bench {

std::string element(std::string_view name, Attributes attributes, std::string_view content) {
  std::string text = "<";
  text += name;
  for (const auto& [attribute, value] : attributes) {
    text += ' ';
    text += attribute;
    text += "=\"" + xml_text(value) + "\"";
  }
  text += '>';
  text += content;
  text += "</";
  text += name;
  text += '>';
  return text;
}

std::string element(std::string_view name, std::string_view content) { return element(name, {}, content); }

std::string html_table(const Rows& rows, std::string_view caption) {
  std::string head, body;
  for (const auto& row : rows) {
    std::string cells;
    for (const auto& cell : row) cells += element(&row == &rows.front() ? "th" : "td", xml_text(cell));
    (&row == &rows.front() ? head : body) += element("tr", cells) + "\n";
  }
  return element("div", {{"class", "wide"}},
                 element("table", element("caption", xml_text(caption)) + "\n" + element("thead", head) + "\n" +
                                      element("tbody", body))) +
         "\n";
}

std::string markdown_table(const Rows& rows) {
  std::string text;
  for (const auto& row : rows) {
    text += "|";
    for (const auto& cell : row) text += " " + markdown_text(cell) + " |";
    text += "\n";
    if (&row != &rows.front()) continue;
    text += "|";
    for (std::size_t i = 0; i < row.size(); ++i) text += i == 0 ? "---|" : "---:|";
    text += "\n";
  }
  return text;
}

std::string markdown_paragraphs(const std::vector<std::string>& texts) {
  std::string lines;
  for (const auto& text : texts) lines += markdown_text(text, std::string::npos) + "\n\n";
  return lines;
}

}  // namespace nero_bench
