#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "harness/analysis/check.h"

namespace nero_bench {

enum class CheckFormat { kTable, kJson, kMarkdown, kJUnit };

// The names of check's --format: table, json, md, junit.
const std::vector<std::string>& check_format_names();

// Throws ConfigError for another name.
CheckFormat parse_check_format(std::string_view name);

// Whether no regression is proven; `strict`: whether everything is reproduced.
bool passes(const CheckResult& result, bool strict);

// The result in a format, with a newline at its end.
std::string render(const CheckResult& result, CheckFormat format, bool strict);

// The verdict in a word: "reproduced", "worse", "better", "under-powered", "missing".
std::string_view word_for(Verdict verdict);

// What was found, in a sentence with the numbers and the margin or bound: for messages.
std::string sentence_for(const Finding& finding);

}  // namespace nero_bench
