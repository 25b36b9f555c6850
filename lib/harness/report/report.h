#pragma once
#include <map>
#include <span>
#include <string>
#include <vector>

#include "harness/analysis/analysis.h"
#include "harness/analysis/learning_curves.h"

namespace nero_bench {

// Everything that a report shows.
struct ReportContent {
  Analysis analysis;
  std::vector<std::vector<EpochScore>> curves;  // as of learning_curves()
  StatusCounts totals;
  std::map<std::string, const TrialRecord*> records;  // by id; those that the report is made of
};

// Refers to the records.
ReportContent report_content(const ExperimentConfig& config, std::span<const TrialRecord> records,
                             const AnalysisOptions& options);

// One page that needs nothing else: no script, no other file. The conclusions in words come first, then pictures, each
// with its numbers as a table, then the trials and where they were made. The same content makes the same bytes.
std::string report_html(const ReportContent& content);

// The conclusions and the table of each task, for a pull request.
std::string report_markdown(const ReportContent& content);

}  // namespace nero_bench
