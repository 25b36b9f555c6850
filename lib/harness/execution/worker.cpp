#include "harness/execution/worker.h"

#include <fmt/format.h>
#include <signal.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "base/errors.h"
#include "harness/execution/oom_kills.h"
#include "harness/execution/trial_program.h"

namespace nero_bench {
namespace {

constexpr std::size_t kKeptErrors = 1 << 16;      // the last words count
constexpr std::size_t kLongestEvent = 1U << 30U;  // as in trial/events

// The trials side by side may be as many as the limits of this process allow.
void throw_at_limit(const std::system_error& error, std::size_t jobs) {
  const int reason = error.code().value();
  if (reason != EMFILE && reason != EAGAIN) return;
  throw ConfigError(fmt::format(
      "--jobs {}: so many trials cannot be started side by side: {}: ask for fewer, or raise the limit on {}", jobs,
      error.what(), reason == EMFILE ? "open files (ulimit -n)" : "processes (ulimit -u)"));
}

ChildProcess start(const TrialSpec& spec, const LocalExecution& execution, const Slot& slot) {
  std::vector<std::string> arguments{"--device", slot.device, "--threads", std::to_string(execution.threads)};
  if (!execution.data_dir.empty()) arguments.insert(arguments.end(), {"--data-dir", execution.data_dir});
  if (!execution.cache_dir.empty()) arguments.insert(arguments.end(), {"--cache-dir", execution.cache_dir});
  if (!execution.checkpoints.empty()) {
    arguments.insert(arguments.end(),
                     {"--checkpoints", execution.checkpoints, "--checkpoint-every", execution.checkpoint_every});
  }
  if (execution.cuda_graphs) arguments.emplace_back("--cuda-graphs");
  const Json input = Json::array({{{"spec", to_json(spec)}}});
  try {
    return {execution.trial_program, arguments, input.dump(), {slot.cores, execution.memory_limit}};
  } catch (const std::system_error& error) {
    throw_at_limit(error, execution.slots.size());
    throw;
  }
}

Worker::Clock::time_point from_now(double seconds) {
  return Worker::Clock::now() +
         std::chrono::duration_cast<Worker::Clock::duration>(std::chrono::duration<double>(seconds));
}

// Whether the kernel's killer was at work since there were `before`; nothing if that cannot be known.
std::optional<bool> more_oom_kills(std::optional<std::int64_t> before) {
  const auto now = count_oom_kills();
  return before && now ? std::optional(*now > *before) : std::nullopt;
}

}  // namespace

Worker::Worker(const TrialSpec& spec, const LocalExecution& execution, std::size_t slot)
    : spec_(spec),
      id_(trial_id(spec)),
      slot_(slot),
      time_limit_(execution.time_limit),
      grace_(execution.grace),
      memory_limit_(execution.memory_limit),
      oom_kills_before_(count_oom_kills()),
      process_(start(spec, execution, execution.slots[slot])) {
  if (time_limit_ > 0) time_is_up_ = from_now(time_limit_);
}

void Worker::watch(std::vector<pollfd>& watched, std::optional<Clock::time_point>& wake) const {
  for (const int descriptor : {process_.output(), process_.errors(), process_.exit()}) {
    if (descriptor >= 0) watched.push_back({descriptor, POLLIN, 0});
  }
  constexpr double kLookForEnd = 0.02;  // seconds
  const auto unwatched = process_.exit() < 0 ? std::optional(from_now(kLookForEnd)) : std::nullopt;
  for (const auto& time : {time_is_up_, kill_at_, unwatched}) {
    if (time && (!wake || *time < *wake)) wake = time;
  }
}

void Worker::take_events(const ExecutionObserver& observer) {
  process_.read_output(output_);
  process_.read_errors(errors_);
  if (errors_.size() > kKeptErrors) errors_.erase(0, errors_.size() - kKeptErrors);
  std::size_t begin = 0;
  for (auto end = output_.find('\n', searched_); end != std::string::npos; end = output_.find('\n', begin)) {
    take_event(output_.substr(begin, end - begin), observer);
    begin = end + 1;
  }
  output_.erase(0, begin);
  searched_ = output_.size();
  if (output_.size() > kLongestEvent) distrust("a line without end");
}

void Worker::take_event(const std::string& line, const ExecutionObserver& observer) {
  if (!end_.distrust.empty()) return;
  try {
    auto event = parse_event(line);
    if (auto* record = std::get_if<RecordEvent>(&event)) {
      take_record(std::move(record->record), observer);
    } else if (const auto& progress = std::get<ProgressEvent>(event); progress.trial == id_) {
      end_.last.update(progress);
      observer.progress(progress);
    }
  } catch (const ConfigError& error) {
    distrust(error.what());
  }
}

void Worker::take_record(TrialRecord record, const ExecutionObserver& observer) {
  if (record.id() != id_) return distrust("the record of another trial, " + record.id());
  if (has_record_) return;
  has_record_ = true;
  time_is_up_.reset();
  kill_after_grace();  // it has nothing left to do but to end
  observer.finished(end_.time_limit > 0 ? record_at_time_limit(std::move(record), end_.time_limit) : record);
}

void Worker::distrust(const std::string& why) {
  end_.distrust = why;
  output_.clear();
  searched_ = 0;
  process_.send(SIGKILL);
}

void Worker::kill_after_grace() {
  if (!kill_at_) kill_at_ = from_now(grace_);
}

void Worker::keep_to_limits() {
  if (time_is_up_ && Clock::now() >= *time_is_up_) {
    time_is_up_.reset();
    if (!stopped_) end_.time_limit = time_limit_;
    process_.send(SIGTERM);
    kill_after_grace();
  }
  if (kill_at_ && Clock::now() >= *kill_at_) {
    kill_at_.reset();
    process_.send(SIGKILL);
  }
}

void Worker::pass_on(int signal) {
  stopped_ = true;
  process_.send(signal);
}

void Worker::stop() {
  pass_on(SIGTERM);
  kill_after_grace();
}

void Worker::throw_if_hopeless_for_all() const {
  if (!end_.distrust.empty() || end_.time_limit > 0) return;
  if (memory_limit_ > 0 && could_not_start(end_.status)) {
    throw ConfigError(fmt::format("--memory-limit: with {} bytes nero-trial cannot even start: {}; allow it more",
                                  memory_limit_, end_.said));
  }
  if (!says_out_of_memory(end_.said)) throw_if_hopeless(end_.status, end_.said);
}

void Worker::finish(const ExecutionObserver& observer, TrialWarnings& warnings) {
  end_.status = process_.wait();
  end_.said = message_of(errors_);
  if (has_record_) {
    warnings.tell(id_, end_.said);
    return;
  }
  throw_if_hopeless_for_all();
  // Stopped before it could write anything, by us: not a result, the trial will run again.
  if (stopped_ && end_.time_limit == 0) return;
  end_.by_oom_killer = more_oom_kills(oom_kills_before_);
  observer.finished(record_of_end(spec_, end_));
}

}  // namespace nero_bench
