#include "progress_line.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <string_view>

#include "base/log.h"
#include "base/text.h"
#include "harness/experiment/selection.h"
#include "harness/report/columns.h"
#include "options.h"

namespace nero_bench {
namespace {

std::size_t terminal_columns() {
  winsize size{};
  const bool known = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 20;
  return known ? size.ws_col : 80;
}

// A terminal that has gone, or a full disk behind stderr, must not cost a sweep: what cannot be said is not.
void say(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stderr); }

void clear_line() { say("\r\033[K"); }

std::string trial_name(const TrialSpec& spec) {
  const auto task = spec.labels.task.empty() ? "" : spec.labels.task + ", ";
  return one_line(fmt::format("{}{}, rate {}, seed {}", task, spec.labels.optimiser, spec.learning_rate, spec.seed));
}

std::string minutes_and_seconds(double seconds) {
  const auto whole = static_cast<long>(std::lround(seconds));
  return whole < 3600 ? fmt::format("{}:{:02}", whole / 60, whole % 60)
                      : fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
}

double now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

}  // namespace

ProgressLine::ProgressLine(const ExperimentConfig& config)
    : experiment_(one_line(config.name)),
      metric_(config.protocol.select.name()),
      redrawn_(can_be_redrawn(STDERR_FILENO)),
      progress_(now()) {
  if (redrawn_) set_log_prelude(clear_line);
}

ProgressLine::~ProgressLine() {
  if (!redrawn_) return;
  clear_line();
  set_log_prelude(nullptr);
}

void ProgressLine::start_round(std::span<const TrialSpec> trials) {
  progress_.start_round(trials.size());
  for (const auto& spec : trials) names_[trial_id(spec)] = trial_name(spec);
  draw();
}

void ProgressLine::left_to_others() {
  progress_.left_to_others();
  draw();
}

void ProgressLine::update(const ProgressEvent& event) {
  progress_.update(event, now());
  const auto speed = progress_.steps_per_second(event.trial);
  latest_ = fmt::format("epoch {}, loss {:.3g}{} | {}", event.epoch, event.loss,
                        speed ? fmt::format(", {:.3g} steps/s", *speed) : "", names_[event.trial]);
  draw();
}

void ProgressLine::finished(const TrialRecord& record) {
  progress_.finished(record.id());
  const auto metric = record.final_metrics.find(metric_);
  const auto value = metric == record.final_metrics.end() ? "" : fmt::format(", {} {:.4g}", metric_, metric->second);
  const auto reason = record.reason.empty() ? "" : ": " + one_line(record.reason);
  const auto line = fmt::format("[{}/{}] {}: {}{}{}", progress_.done(), progress_.total(), trial_name(record.spec),
                                to_string(record.status), value, reason);
  if (redrawn_ && is_failure(record.status)) {
    log_warning(line);
  } else {
    if (!redrawn_) say(line + "\n");
    log_to_file_only(line);
  }
  draw();
}

void ProgressLine::draw() {
  if (!redrawn_) return;
  const auto remaining = progress_.remaining_seconds(now());
  const auto line = fmt::format("{} {}/{}, {} to go | {}", experiment_, progress_.done(), progress_.total(),
                                remaining ? minutes_and_seconds(*remaining) : "…", latest_);
  clear_line();
  say(shortened(line, terminal_columns() - 1));
}

}  // namespace nero_bench
