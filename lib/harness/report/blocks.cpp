#include "harness/report/blocks.h"

#include <algorithm>

#include "harness/report/columns.h"

namespace nero_bench {

std::vector<AnalysedBlock> blocks_of(const Analysis& analysis) {
  std::vector<AnalysedBlock> blocks;
  for (const auto& cell : analysis.cells) {
    auto place =
        std::find_if(blocks.begin(), blocks.end(), [&](const auto& block) { return block.name == cell.block; });
    if (place == blocks.end()) place = blocks.insert(blocks.end(), {cell.block, {}});
    place->cells.push_back(&cell);
  }
  for (auto& block : blocks) {
    std::stable_sort(block.cells.begin(), block.cells.end(),
                     [](const auto* a, const auto* b) { return a->variant < b->variant; });
  }
  return blocks;
}

Analysis with_line_labels(Analysis analysis) {
  std::vector<std::string*> lines;
  for (auto& cell : analysis.cells) lines.push_back(&cell.line);
  for (auto& optimiser : analysis.over_tasks) lines.push_back(&optimiser.line);
  std::vector<std::string> names;
  for (const auto* line : lines) names.push_back(*line);
  const auto labels = line_labels(names);
  for (std::size_t i = 0; i < lines.size(); ++i) *lines[i] = labels[i];
  return analysis;
}

}  // namespace nero_bench
