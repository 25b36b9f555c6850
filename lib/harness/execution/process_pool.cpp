#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>

#include <list>
#include <optional>

#include "base/build_info.h"
#include "base/clock.h"
#include "base/errors.h"
#include "base/log.h"
#include "base/stop_signal.h"
#include "base/text.h"
#include "harness/execution/child_process.h"
#include "harness/execution/executor.h"
#include "harness/execution/trial_program.h"

namespace nero_bench {
namespace {

// One nero-trial at work on one trial.
struct Worker {
  TrialSpec spec;
  ChildProcess process;
  std::string output;
  std::string errors;
  bool has_record = false;
};

TrialRecord failed_record(const TrialSpec& spec, const std::string& reason) {
  TrialRecord record;
  record.spec = spec;
  record.status = TrialStatus::kFailed;
  record.reason = reason;
  record.resolved = Json::object();
  record.environment = {{"commit", build_info().commit}, {"nero_bench", build_info().version}};
  record.started_at = record.finished_at = utc_now();
  return record;
}

class ProcessPool final : public Executor {
 public:
  explicit ProcessPool(const LocalExecution& execution) : execution_(execution) {}

  void run(std::span<const TrialSpec> trials, const ExecutionObserver& observer) override {
    std::size_t next = 0;
    bool stopping = false;
    std::list<Worker> workers;
    while (true) {
      while (!stopping && next < trials.size() && workers.size() < static_cast<std::size_t>(execution_.jobs)) {
        const auto& trial = trials[next++];
        if (observer.may_start(trial)) workers.push_back(start(trial));
      }
      if (workers.empty()) return;
      wait_for_news(workers, stopping);
      if (stop_signal() != 0 && !stopping) {
        stopping = true;
        for (const auto& worker : workers) worker.process.send(stop_signal());
      }
      for (auto worker = workers.begin(); worker != workers.end();) {
        take_events(*worker, observer);
        if (!worker->process.closed()) {
          ++worker;
          continue;
        }
        end(*worker, observer);
        worker = workers.erase(worker);
      }
    }
  }

 private:
  Worker start(const TrialSpec& spec) const {
    std::vector<std::string> arguments{"--device", execution_.device, "--threads", std::to_string(execution_.threads)};
    if (!execution_.data_dir.empty()) arguments.insert(arguments.end(), {"--data-dir", execution_.data_dir});
    const Json input = Json::array({{{"spec", to_json(spec)}}});
    return {spec, ChildProcess(execution_.trial_program, arguments, input.dump()), "", "", false};
  }

  static void wait_for_news(const std::list<Worker>& workers, bool stopping) {
    std::vector<pollfd> watched;
    if (!stopping && stop_descriptor() >= 0) watched.push_back({stop_descriptor(), POLLIN, 0});
    for (const auto& worker : workers) {
      for (const int descriptor : {worker.process.output(), worker.process.errors()}) {
        if (descriptor >= 0) watched.push_back({descriptor, POLLIN, 0});
      }
    }
    ::poll(watched.data(), watched.size(), -1);
  }

  static void take_events(Worker& worker, const ExecutionObserver& observer) {
    worker.process.read_output(worker.output);
    worker.process.read_errors(worker.errors);
    std::size_t begin = 0;
    for (auto end = worker.output.find('\n'); end != std::string::npos; end = worker.output.find('\n', begin)) {
      const auto event = read_event(worker, worker.output.substr(begin, end - begin));
      begin = end + 1;
      if (!event) continue;
      if (const auto* progress = std::get_if<ProgressEvent>(&*event)) {
        observer.progress(*progress);
      } else {
        worker.has_record = true;
        observer.finished(std::get<RecordEvent>(*event).record);
      }
    }
    worker.output.erase(0, begin);
  }

  // Nothing for a line that is no event, or a record of another trial: then the worker is not to be trusted and is
  // ended.
  static std::optional<Event> read_event(Worker& worker, const std::string& line) {
    try {
      auto event = parse_event(line);
      const auto* record = std::get_if<RecordEvent>(&event);
      if (record == nullptr || record->record.id() == trial_id(worker.spec)) return event;
      worker.errors += "it sent the record of another trial, " + record->record.id();
    } catch (const ConfigError& error) {
      worker.errors += error.what();
    }
    worker.process.send(SIGKILL);
    return std::nullopt;
  }

  static void end(Worker& worker, const ExecutionObserver& observer) {
    const int status = worker.process.wait();
    const auto said = message_of(worker.errors);
    if (worker.has_record) {
      if (!said.empty()) log_warning(fmt::format("{}: {}", trial_id(worker.spec), said));
      return;
    }
    throw_if_hopeless(status, said);
    // Stopped before it could write anything, by us: not a result, the trial will run again.
    if (stop_signal() != 0) return;
    observer.finished(
        failed_record(worker.spec, fmt::format("nero-trial ended without a record: {}{}{}", describe_status(status),
                                               said.empty() ? "" : "; it said: ", shortened(said, 1000))));
  }

  LocalExecution execution_;
};

}  // namespace

std::unique_ptr<Executor> make_process_pool(const LocalExecution& execution) {
  return std::make_unique<ProcessPool>(execution);
}

}  // namespace nero_bench
