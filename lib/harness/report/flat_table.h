#pragma once
#include <string>
#include <vector>

#include "base/json.h"

namespace nero_bench {

// A table of JSON values: as many in every row as there are columns; null is an empty field.
struct FlatTable {
  std::vector<std::string> columns;
  std::vector<std::vector<Json>> rows;
};

// RFC 4180. A text that a spreadsheet would take for a formula gets an apostrophe in front.
std::string csv(const FlatTable& table);

// With Markdown's own marks escaped.
std::string markdown(const FlatTable& table);

// Rows of objects, in which objects were folded into one another: a column for every path to a value, such as
// "width.decades.low", in the order in which they first appear; arrays stay whole, as JSON. Where a row has a text in
// place of an object, that text stands in every column of the object.
FlatTable flattened(const std::vector<Json>& objects);

}  // namespace nero_bench
