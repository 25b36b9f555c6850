#pragma once
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nero_bench {

using Attributes = std::initializer_list<std::pair<std::string_view, std::string_view>>;

// <name attribute="value">content</name>: values are escaped, content is markup already (texts go through xml_text()).
std::string element(std::string_view name, Attributes attributes, std::string_view content);
std::string element(std::string_view name, std::string_view content);

// A table of texts, whose first row is its head.
using Rows = std::vector<std::vector<std::string>>;

std::string html_table(const Rows& rows, std::string_view caption);
std::string markdown_table(const Rows& rows);  // the first column to the left, the others to the right
std::string markdown_paragraphs(const std::vector<std::string>& texts);  // with an empty line after each

}  // namespace nero_bench
