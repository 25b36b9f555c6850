#pragma once
#include <functional>
#include <map>
#include <string>

#include "harness/results/lease.h"
#include "harness/results/results_store.h"

namespace nero_bench {

// Which trials this process may run, where several share a results folder: those that nobody else holds or has
// answered.
class Claims {
 public:
  // `answers`: whether a trial with this record need not run.
  Claims(ResultsStore& store, Leases& leases, std::function<bool(const TrialRecord&)> answers)
      : store_(store), leases_(leases), answers_(std::move(answers)) {}

  // Forgets what earlier rounds left to others, and lets go of trials that ended without a record.
  void start_round();

  // Takes the trial, or leaves it to others: it is held, or was answered meanwhile. Throws StoreError.
  bool claim(const std::string& trial);

  // Lets go of a trial; to be called when its record is stored.
  void release(const std::string& trial);

  // Whether others were at work on this round's trials.
  bool others_at_work() const { return answered_by_others_ > 0 || !held_by_others_.empty(); }

  // Whether one of this round's trials had got its record meanwhile, so that more may be planned now.
  bool answered_by_others() const { return answered_by_others_ > 0; }

  // Waits until a trial that others held has a record or is free, or a stop signal came; not at all if one was
  // answered in this round. Logs once for whom.
  void wait_for_others();

 private:
  bool is_answered(const std::string& trial) const;
  void tell_for_whom();

  ResultsStore& store_;
  Leases& leases_;
  std::function<bool(const TrialRecord&)> answers_;
  std::map<std::string, Lease> ours_;
  std::map<std::string, std::string> held_by_others_;  // trial → holder
  int answered_by_others_ = 0;
  bool told_ = false;
};

}  // namespace nero_bench
