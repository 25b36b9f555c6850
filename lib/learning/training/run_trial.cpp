#include "learning/training/run_trial.h"

#include <c10/util/Exception.h>

#include <new>
#include <optional>

#include "base/clock.h"
#include "base/stop_signal.h"
#include "learning/training/environment.h"
#include "learning/training/running_trial.h"
#include "learning/training/stopwatch.h"

namespace nero_bench {
namespace {

constexpr double kProgressInterval = 0.2;           // seconds
constexpr std::int64_t kDivergenceCheckAhead = 25;  // steps

// Tells how far a trial is, a few times a second; on a device that works ahead of the host, with the loss as it was the
// time before.
class ProgressReporter {
 public:
  ProgressReporter(const TrialSpec& spec, const TrialMonitor& monitor, bool works_ahead)
      : trial_(trial_id(spec)), monitor_(monitor), works_ahead_(works_ahead) {}

  void report(const Progress& at, const Measurements& measured) {
    if (at.step > 0 && since_last_.seconds() < kProgressInterval) return;
    since_last_ = Stopwatch();
    monitor_.progress({trial_, at.step + 1, at.total_steps, at.epoch() + 1, loss_of(measured.front())});
  }

 private:
  double loss_of(const Measurement& measured) {
    const auto loss = measured.sum / static_cast<double>(measured.count);
    const auto earlier = works_ahead_ ? loss_.exchange(loss) : std::nullopt;
    return earlier ? *earlier : loss.item<double>();
  }

  std::string trial_;
  const TrialMonitor& monitor_;
  bool works_ahead_;
  Stopwatch since_last_;
  LateReading loss_;
};

// Whether the running metrics are to be looked at is a matter of the steps done alone, so that a trial that diverges
// ends at the same step every time.
bool has_diverged(RunningTrial& running, const Progress& done, bool works_ahead) {
  if (running.owes_curve_point(done) || !works_ahead) return !running.running_metrics_finite();
  return done.step % kDivergenceCheckAhead == 0 && !running.earlier_metrics_finite();
}

std::string place(const Progress& done) {
  return "at step " + std::to_string(done.step) + " (epoch " +
         std::to_string((done.step - 1) / done.steps_per_epoch + 1) + ")";
}

// Between two steps everything about a trial is in its tensors and its record: there it can be left and taken up again.
TrialRecord train(RunningTrial& running, const PreparedTrial& trial, Device& device, const TrialMonitor& monitor,
                  TrialCheckpoints& checkpoints) {
  ProgressReporter progress(trial.spec, monitor, device.works_ahead());
  Progress done = running.start();
  done.step = checkpoints.restore(running, monitor.warn);
  const auto interrupt = [&] {
    checkpoints.save(running, done.step);
    return running.finish(TrialStatus::kInterrupted, "stopped on request " + place(done));
  };
  while (true) {
    try {
      if (running.owes_curve_point(done) && !running.add_curve_point(done))
        return running.finish(TrialStatus::kDiverged, "the evaluated loss was not finite " + place(done));
    } catch (const StopRequested&) {
      return interrupt();
    }
    if (done.step == done.total_steps) return running.finish(TrialStatus::kCompleted);
    if (monitor.stop_requested()) return interrupt();
    if (checkpoints.due(done.step)) checkpoints.save(running, done.step);

    running.set_learning_rate(trial.spec.learning_rate * trial.schedule(done));
    progress.report(done, running.train_step(done.step));
    ++done.step;
    if (has_diverged(running, done, device.works_ahead()))
      return running.finish(TrialStatus::kDiverged, "the training loss stopped being finite " + place(done));
  }
}

TrialRecord record_without_training(const PreparedTrial& trial, const Device& device, TrialStatus status,
                                    const std::string& reason) {
  TrialRecord record;
  record.spec = trial.spec;
  record.resolved = trial.resolved;
  record.environment = describe_environment(device);
  record.started_at = record.finished_at = utc_now();
  record.status = status;
  record.reason = reason;
  return record;
}

// LibTorch reports a failed allocation on the CPU as a plain c10::Error.
bool says_out_of_memory(const std::string& message) {
  return message.find("can't allocate memory") != std::string::npos ||
         message.find("not enough memory") != std::string::npos;
}

}  // namespace

TrialRecord run_trial(const PreparedTrial& trial, const DataLocations& data, Device& device,
                      const TrialMonitor& monitor, const TrialExecution& execution) {
  check_device(trial, device.torch_device());
  set_float32_arithmetic(trial.task.precision);
  const TaskSetting setting{.data = data,
                            .seed = static_cast<std::uint64_t>(trial.spec.seed),
                            .device = device.torch_device(),
                            .stop_requested = monitor.stop_requested,
                            .make_graph = execution.cuda_graphs ? make_device_graph : nullptr,
                            .warn = monitor.warn};
  TrialCheckpoints checkpoints(execution.checkpoints, trial.spec, device);
  std::optional<RunningTrial> running;
  // What was measured before things went wrong is kept.
  const auto end = [&](TrialStatus status, const std::string& reason) {
    return running ? running->finish(status, reason) : record_without_training(trial, device, status, reason);
  };
  try {
    running.emplace(trial, setting, device);
    return train(*running, trial, device, monitor, checkpoints);
  } catch (const StopRequested&) {
    return end(TrialStatus::kInterrupted, "stopped on request while it loaded its data");
  } catch (const c10::OutOfMemoryError& error) {
    return end(TrialStatus::kOutOfMemory, error.what_without_backtrace());
  } catch (const c10::Error& error) {
    const std::string message = error.what_without_backtrace();
    return end(says_out_of_memory(message) ? TrialStatus::kOutOfMemory : TrialStatus::kFailed, message);
  } catch (const std::bad_alloc&) {
    return end(TrialStatus::kOutOfMemory, "the host has no memory left");
  }
}

}  // namespace nero_bench
