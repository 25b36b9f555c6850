#include "harness/report/check_report.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "base/errors.h"
#include "base/text.h"
#include "harness/report/columns.h"
#include "harness/report/escapes.h"
#include "harness/report/json_values.h"

namespace nero_bench {
namespace {

constexpr std::array<std::pair<std::string_view, CheckFormat>, 4> kFormats{{{"table", CheckFormat::kTable},
                                                                            {"json", CheckFormat::kJson},
                                                                            {"md", CheckFormat::kMarkdown},
                                                                            {"junit", CheckFormat::kJUnit}}};

constexpr std::size_t kWidth = 80;

constexpr std::string_view kTwoSpreads =
    "± after a mean: the standard deviation over its n seeds; after a difference: half its 95 % interval";

std::string counts_text(const CheckResult& result) {
  std::string text;
  for (const auto verdict :
       {Verdict::kReproduced, Verdict::kWorse, Verdict::kBetter, Verdict::kUnderPowered, Verdict::kMissing}) {
    if (result.count(verdict) == 0) continue;
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", result.count(verdict), word_for(verdict));
  }
  return text;
}

std::string table(const CheckResult& result) {
  std::string text;
  const auto add = [&](std::string_view line, std::size_t indent) {
    for (const auto& part : wrapped(line, kWidth - indent)) text += std::string(indent, ' ') + part + "\n";
  };
  add("against " + shown_text(result.reference), 0);
  if (!result.title.empty()) add(shown_text(result.title), 0);
  add("from: " + shown_text(result.source), 0);
  for (const auto& note : result.notes) add("note: " + shown_text(note), 0);
  text += "\n";
  for (const auto& finding : result.findings) {
    add(fmt::format("{:<13}  {}", word_for(finding.verdict), shown_text(finding.name, 120)), 0);
    add(sentence_for(finding), 15);
  }
  text += "\n";
  if (text.find("±") != std::string::npos) add(kTwoSpreads, 0);
  return text + counts_text(result) + "\n";
}

std::string_view name_of(SpreadKind kind) {
  switch (kind) {
    case SpreadKind::kStandardDeviation: return "standard deviation over seeds";
    case SpreadKind::kStandardError: return "standard error over seeds";
    case SpreadKind::kExact: return "exact";
    case SpreadKind::kUnknown: return "unknown";
  }
  return "";
}

Json to_json(const Finding& finding) {
  Json values = Json::array();
  for (const double value : finding.values) values.push_back(number_to_json(value));
  Json reference = to_json(finding.seen.sample);
  reference["spread_is"] = name_of(finding.seen.kind);
  Json json{{"name", finding.name},
            {"kind", finding.is_claim ? "claim" : "number"},
            {"verdict", word_for(finding.verdict)},
            {"explanation", sentence_for(finding)},
            {"seeds", finding.seeds},
            {"values", values},
            {"ours", to_json(finding.ours)},
            {"reference", reference},
            {"difference", number_to_json(finding.difference)},
            {"half_width_95", number_to_json(finding.half_width)},
            {"p_worse", number_to_json(finding.p_worse)},
            {"seeds_needed", optional_to_json(finding.seeds_needed)}};
  if (finding.is_claim) {
    json["at_least"] = optional_to_json(finding.at_least);
    json["at_most"] = optional_to_json(finding.at_most);
    json["held"] = finding.held;
    json["held_in_reference"] = finding.held_there;
  } else {
    json["margin"] = optional_to_json(finding.margin);
    json["p_better"] = number_to_json(finding.p_better);
    json["p_equivalent"] = number_to_json(finding.p_equivalent);
  }
  return json;
}

std::string json_text(const CheckResult& result, bool strict) {
  Json findings = Json::array();
  for (const auto& finding : result.findings) findings.push_back(to_json(finding));
  const Json json{
      {"reference", result.reference},    {"title", result.title}, {"source", result.source}, {"alpha", result.alpha},
      {"passed", passes(result, strict)}, {"notes", result.notes}, {"findings", findings}};
  return dump(json, 2) + "\n";
}

// What the exit code says, in words.
std::string_view outcome(const CheckResult& result, bool strict) {
  if (result.has_regression()) return "Regression";
  return passes(result, strict) ? "No regression" : "Failed: not everything is reproduced, and --strict asks for that";
}

std::string markdown(const CheckResult& result, bool strict) {
  auto text = fmt::format("**{}** against {}: {}\n\n", outcome(result, strict), markdown_text(result.reference),
                          counts_text(result));
  for (const auto& note : result.notes) text += fmt::format("Note: {}\n\n", markdown_text(note));
  text += "| verdict | what | found |\n| --- | --- | --- |\n";
  for (const auto& finding : result.findings) {
    text += fmt::format("| {} | {} | {} |\n", word_for(finding.verdict), markdown_text(finding.name),
                        markdown_text(sentence_for(finding), 600));
  }
  return text.find("±") == std::string::npos ? text : fmt::format("{}\n{}\n", text, kTwoSpreads);
}

// A finding that is no regression is neither failed nor passed: JUnit calls that skipped.
std::string test_case(const CheckResult& result, const Finding& finding, bool strict) {
  const auto head =
      fmt::format(R"(  <testcase classname="{}" name="{}")", xml_text(result.reference), xml_text(finding.name));
  const auto what = xml_text(sentence_for(finding));
  const bool is_good = finding.verdict == Verdict::kReproduced;
  if (is_good) return fmt::format("{}>\n    <system-out>{}</system-out>\n  </testcase>\n", head, what);
  const bool failed = strict || finding.verdict == Verdict::kWorse;
  return fmt::format("{0}>\n    <{1} {3}message=\"{2}: {4}\"/>\n  </testcase>\n", head, failed ? "failure" : "skipped",
                     word_for(finding.verdict), failed ? fmt::format("type=\"{}\" ", word_for(finding.verdict)) : "",
                     what);
}

std::string junit(const CheckResult& result, bool strict) {
  const auto reproduced = result.count(Verdict::kReproduced);
  const auto all = static_cast<std::int64_t>(result.findings.size());
  const auto failures = strict ? all - reproduced : result.count(Verdict::kWorse);
  auto text = fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"{}\">\n",
      xml_text(result.reference), all, failures, all - failures - reproduced);
  for (const auto& finding : result.findings) text += test_case(result, finding, strict);
  return text + "</testsuite>\n";
}

}  // namespace

bool passes(const CheckResult& result, bool strict) {
  return strict ? result.all_reproduced() : !result.has_regression();
}

const std::vector<std::string>& check_format_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> list;
    for (const auto& [name, format] : kFormats) list.emplace_back(name);
    return list;
  }();
  return names;
}

CheckFormat parse_check_format(std::string_view name) {
  for (const auto& [known, format] : kFormats) {
    if (known == name) return format;
  }
  throw ConfigError(fmt::format("--format {}: expected {}", shortened(name, 40), quoted_list(check_format_names())));
}

std::string render(const CheckResult& result, CheckFormat format, bool strict) {
  switch (format) {
    case CheckFormat::kTable: return table(result);
    case CheckFormat::kJson: return json_text(result, strict);
    case CheckFormat::kMarkdown: return markdown(result, strict);
    case CheckFormat::kJUnit: return junit(result, strict);
  }
  throw std::logic_error("a format without a function");
}

}  // namespace nero_bench
