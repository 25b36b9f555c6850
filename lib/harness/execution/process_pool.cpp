#include <poll.h>

#include <algorithm>
#include <list>

#include "base/stop_signal.h"
#include "harness/execution/executor.h"
#include "harness/execution/worker.h"

namespace nero_bench {
namespace {

// Sleeps until a trial has news, one of them has reached a limit, or a stop signal comes that is not known yet.
void wait_for_news(const std::list<Worker>& workers, bool stopping) {
  std::vector<pollfd> watched;
  std::optional<Worker::Clock::time_point> wake;
  if (!stopping && stop_descriptor() >= 0) watched.push_back({stop_descriptor(), POLLIN, 0});
  for (const auto& worker : workers) worker.watch(watched, wake);
  constexpr std::chrono::hours kLongestSleep{1};  // poll() counts milliseconds in an int
  const auto sleep = wake ? std::clamp<Worker::Clock::duration>(*wake - Worker::Clock::now(), {}, kLongestSleep)
                          : Worker::Clock::duration(kLongestSleep);
  ::poll(watched.data(), watched.size(), static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(sleep).count()));
}

void take_news(std::list<Worker>& workers, const ExecutionObserver& observer, TrialWarnings& warnings) {
  for (auto worker = workers.begin(); worker != workers.end();) {
    const bool ended = worker->has_ended();  // asked first, so that all it said before is there to be read
    worker->take_events(observer);
    if (ended) {
      worker->finish(observer, warnings);
      worker = workers.erase(worker);
    } else {
      worker->keep_to_limits();
      ++worker;
    }
  }
}

// An error of ours is none of the trials': they are given the time to save themselves.
void end_in_order(std::list<Worker>& workers) {
  const ExecutionObserver nobody{.finished = [](const TrialRecord&) {}};
  for (auto& worker : workers) worker.stop();
  while (!workers.empty()) {
    wait_for_news(workers, true);
    workers.remove_if([&](Worker& worker) {
      const bool ended = worker.has_ended();
      worker.take_events(nobody);
      if (!ended) worker.keep_to_limits();
      return ended;
    });
  }
}

class ProcessPool final : public Executor {
 public:
  explicit ProcessPool(const LocalExecution& execution) : execution_(execution) {}

  void run(std::span<const TrialSpec> trials, const ExecutionObserver& observer) override {
    std::list<Worker> workers;
    try {
      run_with(workers, trials, observer);
    } catch (...) {
      end_in_order(workers);
      throw;
    }
  }

 private:
  void run_with(std::list<Worker>& workers, std::span<const TrialSpec> trials, const ExecutionObserver& observer) {
    auto next = trials.begin();
    bool stopping = false;
    while (true) {
      if (!stopping && (stop_signal() != 0 || observer.stop_wanted())) {
        stopping = true;
        stop(workers);
      }
      while (!stopping && next != trials.end() && workers.size() < execution_.slots.size()) {
        const auto& spec = *next++;
        if (observer.may_start(spec)) workers.emplace_back(spec, execution_, free_slot(workers));
      }
      if (workers.empty()) return;
      wait_for_news(workers, stopping);
      take_news(workers, observer, warnings_);
    }
  }

  static void stop(std::list<Worker>& workers) {
    for (auto& worker : workers) stop_signal() != 0 ? worker.pass_on(stop_signal()) : worker.stop();
  }

  std::size_t free_slot(const std::list<Worker>& workers) const {
    std::vector<bool> taken(execution_.slots.size());
    for (const auto& worker : workers) taken[worker.slot()] = true;
    return static_cast<std::size_t>(std::find(taken.begin(), taken.end(), false) - taken.begin());
  }

  LocalExecution execution_;
  TrialWarnings warnings_;
};

}  // namespace

std::unique_ptr<Executor> make_process_pool(const LocalExecution& execution) {
  return std::make_unique<ProcessPool>(execution);
}

}  // namespace nero_bench
