#include "progress_line.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "base/log.h"
#include "base/text.h"
#include "harness/report/columns.h"

namespace nero_bench {
namespace {

bool stderr_can_be_redrawn() {
  const char* terminal = std::getenv("TERM");
  const char* no_colour = std::getenv("NO_COLOR");
  return ::isatty(STDERR_FILENO) == 1 && terminal != nullptr && std::string_view(terminal) != "dumb" &&
         (no_colour == nullptr || *no_colour == '\0');
}

std::size_t terminal_columns() {
  winsize size{};
  const bool known = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 20;
  return known ? size.ws_col : 80;
}

void clear_line() { fmt::print(stderr, "\r\033[K"); }

std::string trial_name(const TrialSpec& spec) {
  const auto task = spec.labels.task.empty() ? "" : spec.labels.task + ", ";
  return one_line(fmt::format("{}{}, rate {}, seed {}", task, spec.labels.optimiser, spec.learning_rate, spec.seed));
}

std::string minutes_and_seconds(double seconds) {
  const auto whole = static_cast<long>(std::lround(seconds));
  return whole < 3600 ? fmt::format("{}:{:02}", whole / 60, whole % 60)
                      : fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
}

}  // namespace

ProgressLine::ProgressLine(const ExperimentConfig& config)
    : experiment_(one_line(config.name)), metric_(config.protocol.select.name()), redrawn_(stderr_can_be_redrawn()) {
  if (redrawn_) set_log_prelude(clear_line);
}

ProgressLine::~ProgressLine() {
  if (!redrawn_) return;
  clear_line();
  set_log_prelude(nullptr);
}

void ProgressLine::start_round(std::span<const TrialSpec> trials) {
  total_ = done_ + trials.size();  // what an earlier round left to others is among them if it still has to run
  for (const auto& spec : trials) names_[trial_id(spec)] = trial_name(spec);
  draw();
}

void ProgressLine::left_to_others() {
  --total_;
  draw();
}

void ProgressLine::update(const ProgressEvent& event) {
  running_[event.trial] = static_cast<double>(event.step) / static_cast<double>(event.total_steps);
  latest_ = fmt::format("{}: epoch {}, loss {:.3g}", names_[event.trial], event.epoch, event.loss);
  draw();
}

void ProgressLine::finished(const TrialRecord& record) {
  ++done_;
  running_.erase(record.id());
  if (!redrawn_) {
    const auto metric = record.final_metrics.find(metric_);
    const auto value = metric == record.final_metrics.end() ? "" : fmt::format(", {} {:.4g}", metric_, metric->second);
    const auto reason = record.reason.empty() ? "" : ": " + one_line(record.reason);
    fmt::print(stderr, "[{}/{}] {}: {}{}{}\n", done_, total_, trial_name(record.spec), to_string(record.status), value,
               reason);
    return;
  }
  if (record.status != TrialStatus::kCompleted && record.status != TrialStatus::kDiverged) {
    log_warning(fmt::format("{}: {}: {}", trial_name(record.spec), to_string(record.status), record.reason));
  }
  draw();
}

std::string ProgressLine::remaining_time() const {
  double work_done = static_cast<double>(done_);
  for (const auto& [trial, fraction] : running_) work_done += fraction;
  if (work_done < 0.5) return "…";
  const double elapsed = std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  return minutes_and_seconds(elapsed / work_done * (static_cast<double>(total_) - work_done));
}

void ProgressLine::draw() {
  if (!redrawn_) return;
  const auto line = fmt::format("{} {}/{}, {} to go | {}", experiment_, done_, total_, remaining_time(), latest_);
  clear_line();
  fmt::print(stderr, "{}", shortened(line, terminal_columns() - 1));
  std::fflush(stderr);
}

}  // namespace nero_bench
