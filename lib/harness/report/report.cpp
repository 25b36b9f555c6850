#include "harness/report/report.h"

#include <fmt/format.h>

#include <cmath>
#include <map>
#include <set>

#include "harness/report/analysis_json.h"
#include "harness/report/columns.h"
#include "harness/report/conclusions.h"
#include "harness/report/escapes.h"
#include "harness/report/figures_legend.h"
#include "harness/report/figures_table.h"
#include "harness/report/markup.h"
#include "harness/report/numbers.h"
#include "harness/report/report_charts.h"
#include "harness/report/svg_chart.h"

namespace nero_bench {
namespace {

const char* const kPage =
    ":root{--text:#1a1a1a;--paper:#fff;--faint:#d9d9d9}"
    "@media screen and "
    "(prefers-color-scheme:dark){:root{--text:#e8e8e8;--paper:#16181b;--faint:#3b3f45}}\n"
    "body{font:16px/1.5 system-ui,sans-serif;color:var(--text);background:var(--paper);margin:0 auto;padding:1rem;"
    "max-width:72rem;overflow-wrap:anywhere}h1{font-size:1.6rem}h2{font-size:1.3rem;border-bottom:1px solid "
    "var(--faint)}\n"
    ".figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,26rem),1fr));gap:1.5rem}"
    "figure{margin:0;break-inside:avoid}figcaption{font-weight:600}figure p{font-size:.85rem;margin:.2rem 0}\n"
    // A shadow at the edge beyond which a table goes on.
    ".wide{overflow-x:auto;margin-bottom:1rem;background:linear-gradient(90deg,var(--paper) 50%,transparent) "
    "0/2rem 100% no-repeat local,linear-gradient(-90deg,var(--paper) 50%,transparent) 100%/2rem 100% no-repeat local,"
    "linear-gradient(90deg,var(--faint),transparent) 0/1rem 100% no-repeat scroll,linear-gradient(-90deg,var(--faint),"
    "transparent) 100%/1rem 100% no-repeat scroll}\n"
    "table{border-collapse:collapse;font-size:.85rem;font-variant-numeric:tabular-nums;overflow-wrap:normal}"
    "caption{text-align:left;font-weight:600}th,td{padding:.2rem .45rem;border-bottom:1px solid var(--faint);"
    "text-align:right}th{vertical-align:bottom;border-bottom-width:2px}th:first-child,td:first-child,"
    ".all :is(th,td):nth-child(2){text-align:left}\n"
    ".plain td{text-align:left;overflow-wrap:anywhere}.plain th{text-align:left}"
    "details{margin-bottom:.5rem}summary{cursor:pointer;font-size:.85rem}\n"
    "@page{margin:12mm}"
    "@media print{body{max-width:none;font-size:11pt;padding:0}.figures{grid-template-columns:1fr 1fr}"
    ".wide{overflow:visible;background:none}table{font-size:7.5pt}td,th{padding:.1rem .3rem}tr{break-inside:avoid}"
    "summary{list-style:none}details::details-content{content-visibility:visible;display:block;block-size:auto}}\n";

// Sentences have a name of every optimiser in them: none may lose its end.
constexpr std::size_t kWhole = std::string::npos;

std::string width_of(const CellAnalysis& cell) {
  if (!cell.sensitivity) return to_string(cell.standing);
  const auto& width = cell.sensitivity->width;
  return cell.is_design ? "-" : bounded_text(width, estimate_text(width.decades, 2));
}

std::string lost_of(const CellAnalysis& cell) {
  if (!cell.sensitivity) return to_string(cell.standing);
  return cell.is_design ? "-" : estimate_text(cell.sensitivity->shared.normalised);
}

Rows table_of(const AnalysedBlock& block) {
  Rows rows{{"optimiser", "best rate", "search score", "fresh score", "usable decades", "lost", "epochs to target",
             "state bytes", "peak bytes", "step ms", "optimiser ms"}};
  for (const auto* cell : block.cells) {
    rows.push_back({cell->line, best_rate_text(*cell), cell->best_rate ? metric_text(cell->best_score) : "-",
                    cell->fresh ? estimate_text(cell->fresh->score) : "search only", width_of(*cell), lost_of(*cell),
                    cell->target ? median_text(cell->target->epochs) : to_string(cell->standing),
                    cell->state_bytes ? count_text(*cell->state_bytes) : "-",
                    cell->allocator_peak_bytes ? bytes_text(*cell->allocator_peak_bytes) : "-",
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
  if (const auto sentence = precision_sentence(analysis); !sentence.empty())
    text += element("p", xml_text(sentence)) + "\n";
  for (const auto& block : blocks) {
    if (blocks.size() > 1) text += element("h3", xml_text(block.name)) + "\n";
    std::string items;
    for (const auto& sentence : conclusions(block, analysis)) items += element("li", xml_text(sentence, kWhole)) + "\n";
    text += element("ul", "\n" + items) + "\n";
  }
  return text;
}

// In parts that are no wider than a page.
std::string figures_html(const Analysis& analysis) {
  std::string tables;
  for (const auto& [name, rows] : tuning_parts(analysis)) tables += html_table(rows, name);
  if (const auto rows = over_tasks_figures(analysis); !rows.empty()) tables += html_table(rows, "Over all tasks");
  return element("section", {{"class", "all"}}, element("h2", "All figures of tuning") + "\n" + tables) + "\n";
}

std::string final_score(const TrialRecord& record, const Selection& select) {
  const auto found = record.final_metrics.find(select.name());
  return found == record.final_metrics.end() || std::isnan(found->second) ? "-" : metric_text(found->second, 4);
}

std::string trials_html(const ReportContent& content) {
  Rows rows{
      {"trial", "task", "optimiser", "rate", "seed", "status", content.analysis.select.name(), "steps", "train s"}};
  for (const auto& [id, record] : content.records) {
    const auto& labels = record->spec.labels;
    rows.push_back({id, line_label(labels.task), line_label(labels.optimiser),
                    fmt::format("{:.4g}", record->spec.learning_rate), std::to_string(record->spec.seed),
                    to_string(record->status), final_score(*record, content.analysis.select), count_text(record->steps),
                    fmt::format("{:.1f}", record->timings.train_seconds)});
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

std::string legend_html(const Analysis& analysis) {
  auto text = element("h2", "How to read this") + "\n";
  for (const auto legend : {legend_of_tasks, legend_of_tuning, legend_over_tasks}) {
    for (const auto& paragraph : legend(analysis)) text += element("p", xml_text(paragraph, kWhole)) + "\n";
  }
  return text;
}

}  // namespace

ReportContent report_content(const ExperimentConfig& config, std::span<const TrialRecord> records,
                             const AnalysisOptions& options) {
  ReportContent content;
  content.analysis = with_line_labels(analyse(config, records, options));
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
  body += figures_html(analysis) + legend_html(analysis) + provenance_html(content);
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
  if (const auto sentence = precision_sentence(content.analysis); !sentence.empty())
    text += markdown_text(sentence, kWhole) + "\n\n";
  for (const auto& block : blocks_of(content.analysis)) {
    if (!block.name.empty()) text += fmt::format("## {}\n\n", markdown_text(block.name));
    for (const auto& sentence : conclusions(block, content.analysis))
      text += fmt::format("* {}\n", markdown_text(sentence, kWhole));
    text += "\n" + markdown_table(table_of(block)) + "\n";
  }
  if (const auto rows = over_tasks_figures(content.analysis); !rows.empty()) text += markdown_table(rows) + "\n";
  for (const auto legend : {legend_of_tasks, legend_over_tasks}) text += markdown_paragraphs(legend(content.analysis));
  return text + counts_sentence(content.totals) + "\n";
}

}  // namespace nero_bench
