#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "harness/report/check_report.h"
#include "harness/report/numbers.h"

namespace nero_bench {
namespace {

std::string figure(double value) { return fmt::format("{:.4g}", value); }

std::string spread_text(const Sample& sample) {
  if (std::isnan(sample.deviation)) return fmt::format("{} (n = {})", figure(sample.mean), sample.count);
  return fmt::format("{} ± {} (n = {})", figure(sample.mean), fmt::format("{:.2g}", sample.deviation), sample.count);
}

std::string values_text(const Finding& finding) {
  constexpr std::size_t kMostShown = 6;
  const auto diverged =
      std::count_if(finding.values.begin(), finding.values.end(), [](double v) { return std::isnan(v); });
  if (diverged > 0) return fmt::format("{} of {} seeds diverged", diverged, finding.values.size());
  if (finding.values.size() > kMostShown || finding.values.size() < 2) return spread_text(finding.ours);
  std::string list;
  for (const double value : finding.values) {
    list += list.empty() ? "" : ", ";
    list += figure(value);
  }
  return fmt::format("{} (mean of {})", figure(finding.ours.mean), list);
}

std::string bound_text(const Finding& finding) {
  if (finding.at_least && finding.at_most && *finding.at_least == *finding.at_most)
    return "= " + figure(*finding.at_least);
  std::string text;
  if (finding.at_least) text = "≥ " + figure(*finding.at_least);
  if (finding.at_most) text += (text.empty() ? "≤ " : " and ≤ ") + figure(*finding.at_most);
  return text;
}

std::string seeds_needed_text(const Finding& finding) {
  const bool has_enough = finding.seeds_needed && *finding.seeds_needed <= finding.ours.count;
  if (has_enough) return "; more seeds are needed";
  if (finding.seeds_needed) return fmt::format("; needs {} seeds", *finding.seeds_needed);
  return finding.is_claim ? "; no number of seeds would settle it"
                          : "; no number of our seeds is enough: the reference itself has too few for this margin";
}

std::string need_text(const Finding& finding) {
  const bool is_open = finding.ours.count == 1 && !(finding.is_claim && finding.held == 1);
  return (is_open ? "; too few: one seed proves only what is far out" : "") + seeds_needed_text(finding);
}

std::string p_text(double p) {
  if (std::isnan(p)) return "";
  return p < 1e-4 ? "p < 0.0001" : fmt::format("p = {:.2g}", p);
}

// What a proof rests on: "by 3 seeds against 10 (p = 0.01)".
std::string proof_text(const Finding& finding, double p) {
  const auto ours = finding.ours.count;
  const bool is_counted = finding.seen.kind != SpreadKind::kExact && finding.seen.sample.count > 0;
  return fmt::format("by {} seed{}{} ({})", ours, ours == 1 ? "" : "s",
                     is_counted ? fmt::format(" against {}", finding.seen.sample.count) : "", p_text(p));
}

std::string number_sentence(const Finding& finding) {
  const auto numbers = fmt::format(
      "{} here, {} in the reference, difference {:+.4g}{}, margin {}", values_text(finding),
      spread_text(finding.seen.sample), finding.difference,
      std::isfinite(finding.half_width) ? fmt::format(" ± {}", fmt::format("{:.2g}", finding.half_width)) : "",
      figure(*finding.margin));
  switch (finding.verdict) {
    case Verdict::kWorse:
      return fmt::format("{}; a change for the worse is proven {}", numbers, proof_text(finding, finding.p_worse));
    case Verdict::kBetter:
      return fmt::format("{}; a change for the better is proven {}", numbers, proof_text(finding, finding.p_better));
    case Verdict::kUnderPowered: return numbers + need_text(finding);
    default: return numbers;
  }
}

std::string claim_sentence(const Finding& finding) {
  const auto there = finding.seen.sample.count == 0
                         ? "not counted in the reference"
                         : fmt::format("in {} of {} in the reference", finding.held_there, finding.seen.sample.count);
  const auto numbers = fmt::format("{} here, should be {}; holds in {} of {} seeds, {}", values_text(finding),
                                   bound_text(finding), finding.held, finding.ours.count, there);
  if (finding.verdict == Verdict::kWorse)
    return fmt::format("{}; broken, proven {}", numbers, proof_text(finding, finding.p_worse));
  return finding.verdict == Verdict::kUnderPowered ? numbers + need_text(finding) : numbers;
}

}  // namespace

std::string_view word_for(Verdict verdict) {
  switch (verdict) {
    case Verdict::kReproduced: return "reproduced";
    case Verdict::kWorse: return "worse";
    case Verdict::kBetter: return "better";
    case Verdict::kUnderPowered: return "under-powered";
    case Verdict::kMissing: return "missing";
  }
  return "";
}

std::string sentence_for(const Finding& finding) {
  if (finding.verdict == Verdict::kMissing) return "no seed has all the trials that it needs";
  return finding.is_claim ? claim_sentence(finding) : number_sentence(finding);
}

}  // namespace nero_bench
