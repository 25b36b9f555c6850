#include "harness/report/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>

#include "base/text.h"
#include "harness/report/analysis_json.h"
#include "harness/report/columns.h"
#include "harness/report/conclusions.h"
#include "harness/report/escapes.h"
#include "harness/report/markup.h"
#include "harness/report/numbers.h"
#include "harness/report/report_charts.h"
#include "harness/report/svg_chart.h"

namespace nero_bench {
namespace {

using Rows = std::vector<std::vector<std::string>>;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

const char* const kPage =
    ":root{--text:#1a1a1a;--paper:#fff;--faint:#d9d9d9;--soft:#f4f4f4}"
    "@media screen and "
    "(prefers-color-scheme:dark){:root{--text:#e8e8e8;--paper:#16181b;--faint:#3b3f45;--soft:#22262b}}\n"
    "body{font:16px/1.5 system-ui,sans-serif;color:var(--text);background:var(--paper);margin:0 auto;padding:1rem;"
    "max-width:72rem;overflow-wrap:anywhere}h1{font-size:1.6rem}h2{font-size:1.3rem;border-bottom:1px solid "
    "var(--faint)}\n"
    ".figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,26rem),1fr));gap:1.5rem}"
    "figure{margin:0;break-inside:avoid}figcaption{font-weight:600}figure p{font-size:.85rem;margin:.2rem 0}\n"
    ".wide{overflow-x:auto;margin-bottom:1rem}table{border-collapse:collapse;font-size:.85rem;font-variant-numeric:"
    "tabular-nums;overflow-wrap:normal}"
    "caption{text-align:left;font-weight:600}th,td{padding:.2rem .6rem;border-bottom:1px solid var(--faint);text-align:"
    "right;white-space:nowrap}th{white-space:normal;vertical-align:bottom}th:first-child,td:first-child{text-align:"
    "left}thead{background:var(--soft)}\n"
    ".plain td{white-space:normal;text-align:left;overflow-wrap:anywhere}summary{cursor:pointer;font-size:.85rem}\n"
    "@media print{body{max-width:none;font-size:11pt}.figures{grid-template-columns:1fr 1fr}.wide{overflow:visible}"
    "table{font-size:7.5pt}td,th{white-space:normal;padding:.1rem .3rem}details:not([open]){display:none}}\n";

std::string estimate_text(const Estimate& estimate) {
  if (estimate.interval)
    return fmt::format("{} ({} to {})", metric_text(estimate.value), metric_text(estimate.interval->low),
                       metric_text(estimate.interval->high));
  return fmt::format("{} ({} of {} seeds)", metric_text(estimate.value), estimate.count, estimate.needed);
}

std::string width_of(const CellAnalysis& cell) {
  if (!cell.sensitivity) return to_string(cell.standing);
  if (cell.is_design) return "-";
  const auto& width = cell.sensitivity->width;
  return fmt::format("{}{}", width.open_below || width.open_above ? "≥ " : "", metric_text(width.decades.value, 2));
}

std::string lost_of(const CellAnalysis& cell) {
  if (!cell.sensitivity) return to_string(cell.standing);
  return cell.is_design ? "-" : metric_text(cell.sensitivity->shared.normalised.value);
}

std::string epochs_of(const CellAnalysis& cell) {
  if (!cell.target) return to_string(cell.standing);
  const auto& epochs = cell.target->epochs;
  return std::isfinite(epochs.median) ? metric_text(epochs.median) : "> " + metric_text(epochs.horizon);
}

Rows table_of(const AnalysedBlock& block) {
  Rows rows{{"optimiser", "best rate", "search score", "fresh score", "usable decades", "lost", "epochs to target",
             "state bytes", "step ms", "optimiser ms"}};
  for (const auto* cell : block.cells) {
    const char* edge = cell->best_at == GridEdge::kSmallest  ? " (smallest)"
                       : cell->best_at == GridEdge::kLargest ? " (largest)"
                                                             : "";
    rows.push_back({line_label(cell->line), cell->best_rate ? rate_text(*cell->best_rate) + edge : "none",
                    cell->best_rate ? metric_text(cell->best_score) : "-",
                    cell->fresh ? estimate_text(cell->fresh->score) : "search only", width_of(*cell), lost_of(*cell),
                    epochs_of(*cell), cell->state_bytes ? count_text(*cell->state_bytes) : "-",
                    cell->step_seconds ? milliseconds_text(*cell->step_seconds) : "-",
                    cell->optimiser_seconds ? milliseconds_text(*cell->optimiser_seconds) : "-"});
  }
  return rows;
}

std::string block_html(const AnalysedBlock& block, const ReportContent& content, bool alone) {
  const auto& analysis = content.analysis;
  const auto name = block.name.empty() ? analysis.experiment : block.name;
  std::string figures;
  for (const auto& chart : charts_of(block, content)) figures += figure(chart);
  for (const auto& chart : cost_charts_of(block)) figures += bar_figure(chart);
  return element("section", {{"aria-label", name}},
                 element("h2", xml_text(alone ? "Figures" : name)) + "\n" +
                     html_table(table_of(block), fmt::format("{}: {}", name, analysis.select.name())) +
                     element("div", {{"class", "figures"}}, "\n" + figures)) +
         "\n";
}

std::string conclusions_html(const std::vector<AnalysedBlock>& blocks, const Analysis& analysis) {
  auto text = element("h2", "Conclusions") + "\n";
  for (const auto& block : blocks) {
    if (blocks.size() > 1) text += element("h3", xml_text(block.name)) + "\n";
    std::string items;
    for (const auto& sentence : conclusions(block, analysis)) items += element("li", xml_text(sentence)) + "\n";
    text += element("ul", "\n" + items) + "\n";
  }
  return text;
}

double final_score(const TrialRecord& record, const Selection& select) {
  const auto found = record.final_metrics.find(select.name());
  return found == record.final_metrics.end() ? kNaN : found->second;
}

std::string trials_html(const ReportContent& content) {
  Rows rows{{"trial", "optimiser", "rate", "seed", "status", content.analysis.select.name(), "steps", "train s"}};
  for (const auto& [id, record] : content.records) {
    rows.push_back({id, line_label(record->spec.optimiser.value("name", "")),
                    fmt::format("{:.4g}", record->spec.learning_rate), std::to_string(record->spec.seed),
                    to_string(record->status), metric_text(final_score(*record, content.analysis.select), 4),
                    count_text(record->steps), fmt::format("{:.1f}", record->timings.train_seconds)});
  }
  return element("details",
                 element("summary", fmt::format("all {} trials", content.records.size())) + html_table(rows, "Trials"));
}

std::string counts_sentence(const StatusCounts& counts) {
  return fmt::format("{} trials: {} completed, {} diverged, {} failed, {} interrupted, {} missing.", counts.total(),
                     counts.completed, counts.diverged, counts.failures(), counts.interrupted, counts.missing);
}

// What was the same in all records, and where they differ every value.
std::string provenance_html(const ReportContent& content) {
  std::map<std::string, std::set<std::string>> values;
  for (const auto& [id, record] : content.records) {
    for (const auto& [key, value] : record->environment) values[key].insert(value);
  }
  Rows rows{{"environment", "value"}};
  for (const auto& [key, found] : values) {
    std::string text;
    for (const auto& value : found) text += (text.empty() ? "" : "; ") + value;
    rows.push_back({key, text});
  }
  if (!content.records.empty()) {
    std::set<std::string> dates;
    for (const auto& [id, record] : content.records) dates.insert({record->started_at, record->finished_at});
    rows.push_back({"run", *dates.begin() + " to " + *dates.rbegin()});
  }
  return element("h2", "Trials and where they were made") + "\n" +
         element("p", xml_text(counts_sentence(content.totals))) + "\n" + trials_html(content) + "\n" +
         element("div", {{"class", "plain"}}, html_table(rows, "Environment")) + "\n";
}

std::string assumptions_html(const Analysis& analysis) {
  const auto& options = analysis.options;
  return element("h2", "How to read this") + "\n" +
         element(
             "p",
             xml_text(fmt::format(
                 "Search score: on the seeds that chose the rate, so it is flattered; fresh score: on seeds that did "
                 "not, with the {:.0f} % interval of the mean where there are seeds enough. Usable decades: rates "
                 "within {:.0f} % of the way from the best to the constant prediction. Lost: the mean over the shared "
                 "grid of what is lost against the best rate, as a share of all there is to lose. never_learns: no "
                 "rate beats the constant prediction by {:.0f} % of its error.",
                 100 * options.confidence, 100 * options.tolerance, 100 * options.margin))) +
         "\n";
}

}  // namespace

ReportContent report_content(const ExperimentConfig& config, std::span<const TrialRecord> records,
                             const AnalysisOptions& options) {
  ReportContent content;
  content.analysis = analyse(config, records, options);
  content.curves = learning_curves(config, records, content.analysis);
  content.totals = summarise(config, records).totals;
  for (const auto& record : records) content.records.emplace(record.id(), &record);
  return content;
}

std::string report_html(const ReportContent& content) {
  const auto& analysis = content.analysis;
  const auto blocks = blocks_of(analysis);
  const auto title = xml_text(analysis.experiment);
  auto body = element("h1", title) + "\n";
  if (!analysis.description.empty()) body += element("p", xml_text(analysis.description)) + "\n";
  body += conclusions_html(blocks, analysis);
  for (const auto& block : blocks) body += block_html(block, content, blocks.size() == 1);
  body += assumptions_html(analysis) + provenance_html(content);
  return "<!DOCTYPE html>\n" +
         element("html", {{"lang", "en"}},
                 "\n" +
                     element("head",
                             "\n<meta charset=\"utf-8\"/>\n"
                             "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n" +
                                 element("title", title) + "\n" +
                                 element("style", std::string(kPage) + figure_style()) + "\n") +
                     "\n" + element("body", "\n" + body) + "\n") +
         "\n";
}

std::string report_markdown(const ReportContent& content) {
  auto text = fmt::format("# {}\n\n", markdown_text(content.analysis.experiment));
  for (const auto& block : blocks_of(content.analysis)) {
    if (!block.name.empty()) text += fmt::format("## {}\n\n", markdown_text(block.name));
    for (const auto& sentence : conclusions(block, content.analysis))
      text += fmt::format("* {}\n", markdown_text(sentence, 2000));
    const auto rows = table_of(block);
    for (const auto& row : rows) {
      text += &row == &rows.front() ? "\n|" : "|";
      for (const auto& cell : row) text += " " + markdown_text(cell) + " |";
      text += "\n";
      if (&row != &rows.front()) continue;
      text += "|";
      for (std::size_t i = 0; i < row.size(); ++i) text += i == 0 ? "---|" : "---:|";
      text += "\n";
    }
    text += "\n";
  }
  return text + counts_sentence(content.totals) + "\n";
}

}  // namespace nero_bench
