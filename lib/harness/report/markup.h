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

// A table whose first row is its head; the cells are texts.
std::string html_table(const std::vector<std::vector<std::string>>& rows, std::string_view caption);

}  // namespace nero_bench
