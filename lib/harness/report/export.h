#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "harness/analysis/summary.h"

namespace nero_bench {

enum class Format { kTable, kJson, kJsonLines, kCsv, kMarkdown };

// The names of --format: table, json, jsonl, csv, md.
const std::vector<std::string>& format_names();

// Throws ConfigError for another name.
Format parse_format(std::string_view name);

// The summary in a format. JSON: one object; jsonl: an object a cell; csv and md: a row a (cell, rate), search and
// repeats. Non-finite numbers are the strings "nan", "inf", "-inf". Ends with a newline.
std::string render(const Summary& summary, Format format);

}  // namespace nero_bench
