#include <fmt/format.h>
#include <fmt/ranges.h>
#include <poll.h>

#include <algorithm>
#include <csignal>
#include <set>
#include <utility>

#include "base/errors.h"
#include "base/log.h"
#include "base/stop_signal.h"
#include "harness/execution/slurm_execution.h"
#include "harness/execution/slurm_jobs.h"

namespace nero_bench {
namespace {

using Clock = std::chrono::steady_clock;

void rest(std::chrono::duration<double> time) {
  pollfd stop{stop_descriptor(), POLLIN, 0};  // a descriptor of −1 is ignored
  ::poll(&stop, 1, static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(time).count()));
}

std::size_t count_alive(const std::vector<SlurmTask>& tasks) {
  return static_cast<std::size_t>(
      std::count_if(tasks.begin(), tasks.end(), [](const auto& t) { return t.is_alive(); }));
}

std::string name_of(const SlurmTask& task) { return fmt::format("{}_{}", task.job, task.index); }

class SlurmArray final : public Executor {
 public:
  explicit SlurmArray(const SlurmExecution& execution) : execution_(execution), jobs_(execution.results_folder) {}

  void run(std::span<const TrialSpec> trials, const ExecutionObserver& observer) override {
    missing_.clear();
    for (const auto& spec : trials) missing_.insert(trial_id(spec));
    begun_ = false;
    next_look_ = Clock::now();
    while (true) {
      if (Clock::now() >= next_look_) ask_scheduler();
      if (begun_ && !execution_.wait) return;
      take_records(observer);
      if (missing_.empty()) return cancel_what_is_not_needed();
      if (stop_signal() != 0 || observer.stop_wanted()) return stop();
      rest(execution_.between_records);
    }
  }

 private:
  // What it does not do now because it is away, it is asked for again at the next look.
  void ask_scheduler() {
    next_look_ = Clock::now() + std::chrono::duration_cast<Clock::duration>(execution_.between_looks);
    try {
      begun_ ? look() : begin();
      silent_since_.reset();
    } catch (const ConfigError& error) {
      if (scheduler_.answers() || says_unconfigured(error.what())) throw;
      bear(error);
    }
  }

  // Adds to the tasks that an earlier run, or an earlier round of this one, left at work.
  void begin() {
    const auto tasks = jobs_.tasks(scheduler_);
    for (const auto& task : tasks) {
      if (task.is_alive()) found_at_work_.insert(name_of(task));
      if (task.state == "CANCELLED") dismissed_.insert(name_of(task));
    }
    fruitless_ = 0;
    if (const auto alive = count_alive(tasks); !submit(alive))
      log_info(fmt::format("{} tasks of Slurm are at work already", alive));
    begun_ = true;
  }

  // Returns whether any task was wanted.
  bool submit(std::size_t alive) {
    const auto tasks =
        tasks_to_submit(missing_.size(), execution_.jobs, execution_.options.tasks, scheduler_.max_array_size(), alive);
    if (tasks == 0) return false;
    const auto name = slurm_job_name(execution_.experiment);
    const auto folder = jobs_.prepare_folder();
    const auto job =
        scheduler_.submit(sbatch_arguments(execution_.options, name, tasks, execution_.jobs * execution_.threads),
                          task_script(execution_.task_command, folder));
    submitted_.insert(job);
    note(job, name, tasks);
    log_info(fmt::format("Slurm job {}: {} {} for {} trials; logs in {}; 'scancel {}' cancels it", job, tasks,
                         tasks == 1 ? "task" : "tasks", missing_.size(), folder, job));
    recorded_since_submission_ = false;
    saved_at_submission_ = what_is_saved();
    looks_without_task_ = 0;
    return true;
  }

  // A job that no later run would find is not left at work.
  void note(const std::string& job, const std::string& name, std::int64_t tasks) {
    try {
      jobs_.add(job, name, tasks);
    } catch (const StoreError&) {
      try_to([&] { scheduler_.cancel(job); });
      throw;
    }
  }

  std::vector<std::string> what_is_saved() const {
    std::vector<std::string> states;
    for (const auto& trial : missing_) states.push_back(execution_.saved_state(trial));
    return states;
  }

  // Whether the tasks since the last submission were of any use: a trial may take several of their time limits.
  bool went_on() const { return recorded_since_submission_ || what_is_saved() != saved_at_submission_; }

  void take_records(const ExecutionObserver& observer) {
    for (auto trial = missing_.begin(); trial != missing_.end();) {
      const auto record = execution_.find_record(*trial);
      if (record) {
        observer.finished(*record);
        recorded_since_submission_ = true;
        trial = missing_.erase(trial);
      } else {
        ++trial;
      }
    }
  }

  void look() {
    const auto tasks = jobs_.tasks(scheduler_);
    if (count_alive(tasks) > 0 || are_being_cleared_away(tasks)) {
      looks_without_task_ = 0;
      return;
    }
    // A file may become visible here some time after its writer has ended there.
    if (++looks_without_task_ >= 2) go_on_without_tasks(tasks);
  }

  // Only then it is known whether they were cancelled. Not waited for for ever: on a dead node they stay so.
  bool are_being_cleared_away(const std::vector<SlurmTask>& tasks) {
    const auto now = Clock::now();
    if (std::none_of(tasks.begin(), tasks.end(), [](const auto& task) { return task.state == "COMPLETING"; })) {
      clearing_since_.reset();
      return false;
    }
    if (!clearing_since_) clearing_since_ = now;
    return now - *clearing_since_ < execution_.longest_clearing;
  }

  void bear(const ConfigError& error) {
    const auto now = Clock::now();
    if (!silent_since_) {
      silent_since_ = now;
      log_warning(fmt::format("the scheduler does not answer; waiting for records all the same ({})", error.what()));
    }
    if (now - *silent_since_ < execution_.patience) return;
    throw UserError(ExitCode::kTrialFailed,
                    fmt::format("{}; {} trials have no record; tasks may still run: the same command waits for them",
                                error.what(), missing_.size()));
  }

  void go_on_without_tasks(const std::vector<SlurmTask>& tasks) {
    if (const auto names = cancelled_by_others(tasks); !names.empty())
      give_up(fmt::format("cancelled were {}", fmt::join(names, ", ")));
    // Every one is asked: that takes the leases of the dead out of the way of the new tasks.
    if (std::count_if(missing_.begin(), missing_.end(), execution_.can_be_taken) == 0) return tell_of_leases();
    constexpr int kMostFruitless = 3;
    const int fruitless = submitted_.empty() || went_on() ? 0 : fruitless_ + 1;
    if (fruitless >= kMostFruitless)
      give_up(fmt::format("{} times in a row no trial came to an end or was saved further on", kMostFruitless));
    log_warning(fmt::format("all tasks have ended, and {} trials have no record: submitting again", missing_.size()));
    submit(0);
    fruitless_ = fruitless;
  }

  std::vector<std::string> cancelled_by_others(const std::vector<SlurmTask>& tasks) const {
    std::vector<std::string> names;
    for (const auto& task : tasks) {
      const auto name = name_of(task);
      const bool counts = submitted_.contains(task.job) || found_at_work_.contains(name);
      if (task.state == "CANCELLED" && counts && !dismissed_.contains(name)) names.push_back(name);
    }
    return names;
  }

  // They are given back once their holders have been silent for long; every other trial was begun by somebody.
  void tell_of_leases() {
    if (std::exchange(told_of_leases_, true)) return;
    log_info(fmt::format("all tasks have ended; waiting until the leases of {} trials are given back or too old",
                         missing_.size()));
  }

  [[noreturn]] void give_up(const std::string& why) const {
    throw UserError(
        ExitCode::kTrialFailed,
        fmt::format("the tasks have ended, and {} trials have no record, such as {}: {}; what they said is in "
                    "{}; the same command submits what is missing",
                    missing_.size(), *missing_.begin(), why, jobs_.folder().string()));
  }

  void stop() const {
    const bool to_be_cancelled = stop_signal() == SIGINT || stop_signal() == 0;
    for (const auto& job : submitted_) {
      if (to_be_cancelled) {
        try_to([&] { scheduler_.cancel(job); });
        log_info(fmt::format("Slurm job {} was cancelled; its trials are saved and go on from there", job));
      } else {
        log_info(fmt::format("Slurm job {} goes on; 'scancel {}' cancels it", job, job));
      }
    }
  }

  // Such as a task that was put back into the queue, while others have done its work.
  void cancel_what_is_not_needed() {
    try_to([&] {
      for (const auto& task : jobs_.tasks(scheduler_)) {
        if (task.state != "PENDING" || !submitted_.contains(task.job)) continue;
        dismissed_.insert(name_of(task));
        scheduler_.cancel(name_of(task));
      }
    });
  }

  template <class Action>
  static void try_to(Action action) {
    try {
      action();
    } catch (const ConfigError& error) {
      log_warning(error.what());
    }
  }

  SlurmExecution execution_;
  SlurmScheduler scheduler_;
  SlurmJobs jobs_;
  std::set<std::string> missing_;        // trials of this round without a record
  std::set<std::string> submitted_;      // jobs, by us
  std::set<std::string> found_at_work_;  // tasks of earlier runs or rounds
  std::set<std::string> dismissed_;      // tasks, by us or before we came
  bool begun_ = false;                   // this round: its tasks are known, and submitted where they were too few
  Clock::time_point next_look_;
  std::optional<Clock::time_point> silent_since_;    // the scheduler
  std::optional<Clock::time_point> clearing_since_;  // tasks
  int looks_without_task_ = 0;
  int fruitless_ = 0;  // arrays in a row
  bool recorded_since_submission_ = false;
  std::vector<std::string> saved_at_submission_;
  bool told_of_leases_ = false;
};

}  // namespace

std::unique_ptr<Executor> make_slurm_array(const SlurmExecution& execution) {
  return std::make_unique<SlurmArray>(execution);
}

}  // namespace nero_bench
