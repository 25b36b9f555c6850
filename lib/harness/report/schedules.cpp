#include "harness/report/schedules.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/analysis/rate_segments.h"
#include "harness/report/columns.h"
#include "harness/report/numbers.h"

namespace nero_bench {
namespace {

constexpr std::size_t kTerminal = 80;

std::string range_text(std::int64_t first, std::int64_t last) {
  return first == last ? count_text(first) : count_text(first) + " to " + count_text(last);
}

std::string change_text(const RateSegment& segment) {
  if (segment.from == segment.to) return fmt::format("x {:.6g}", segment.from);
  return fmt::format("x {:.6g} {} to {:.6g}", segment.from, segment.from < segment.to ? "rising" : "falling",
                     segment.to);
}

std::string segments_text(const CellSchedule& schedule) {
  Columns columns(2, 3);
  columns.add({"epochs", "steps", "learning rate"});
  for (const auto& segment : rate_segments(schedule.factors)) {
    const auto first = static_cast<std::int64_t>(segment.first);
    const auto last = static_cast<std::int64_t>(segment.last);
    columns.add({range_text(first / schedule.steps_per_epoch + 1, last / schedule.steps_per_epoch + 1),
                 range_text(first + 1, last + 1), change_text(segment)});
  }
  return columns.text(kTerminal);
}

bool same_sequence(const CellSchedule& a, const CellSchedule& b) {
  return a.steps_per_epoch == b.steps_per_epoch && a.factors == b.factors && a.schedule == b.schedule;
}

std::string rates_text(const CellSchedule& cell) {
  std::string rates;
  for (const double rate : cell.learning_rates) rates.append(" ").append(rate_text(rate));
  if (cell.repeat_learning_rate) rates.append("; repeats ").append(rate_text(*cell.repeat_learning_rate));
  return fmt::format("{}, {}: learning rates{}\n", one_line(cell.optimiser), one_line(cell.task), rates);
}

}  // namespace

std::string schedule_table(const std::vector<CellSchedule>& schedules) {
  std::vector<std::vector<const CellSchedule*>> blocks;
  for (const auto& schedule : schedules) {
    const auto block = std::find_if(blocks.begin(), blocks.end(),
                                    [&](const auto& known) { return same_sequence(*known.front(), schedule); });
    if (block == blocks.end()) {
      blocks.push_back({&schedule});
    } else {
      block->push_back(&schedule);
    }
  }
  std::string text;
  for (const auto& block : blocks) {
    const auto& first = *block.front();
    for (const auto* member : block) text += rates_text(*member);
    text += fmt::format("{}, {} steps an epoch\n", one_line(first.schedule.dump()), count_text(first.steps_per_epoch));
    text += segments_text(first) + "\n";
  }
  return text;
}

Json schedule_json(const std::vector<CellSchedule>& schedules) {
  Json list = Json::array();
  for (const auto& cell : schedules) {
    list.push_back({{"task", cell.task},
                    {"optimiser", cell.optimiser},
                    {"schedule", cell.schedule},
                    {"learning_rates", cell.learning_rates},
                    {"repeat_learning_rate", cell.repeat_learning_rate ? Json(*cell.repeat_learning_rate) : Json()},
                    {"steps_per_epoch", cell.steps_per_epoch},
                    {"factors", cell.factors}});
  }
  return list;
}

}  // namespace nero_bench
