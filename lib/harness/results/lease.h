#pragma once
#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>

#include "harness/results/holder.h"

namespace nero_bench {

class Leases;

// One trial, held by this process until the lease is destroyed.
class Lease {
 public:
  Lease(Lease&& other) noexcept;
  Lease& operator=(Lease&&) = delete;
  ~Lease();

 private:
  friend class Leases;
  Lease(Leases& leases, std::string trial) : leases_(&leases), trial_(std::move(trial)) {}
  Leases* leases_;
  std::string trial_;
};

struct LeaseOptions {
  // How long a holder that cannot be asked (of another host, or one that left no readable name) may give no sign of
  // life. Ours are given ten times as often.
  std::chrono::duration<double> silence = std::chrono::minutes(10);
  Holder holder = this_process();
  std::function<std::chrono::steady_clock::time_point()> now = [] { return std::chrono::steady_clock::now(); };
};

// Which process works on which trial of a results folder: leases/<trial id>.json, created exclusively, touched now and
// then by a thread, removed when the trial has ended. A lease is taken over only if its holder is provably dead, or
// silent for long: neither its content nor its time changed while we looked, so that no two clocks are compared.
//
// Leases save work, no more: that no result is lost or doubled is the records' doing, which are written once under the
// id of their content. Two processes may hold the same trial where a silent one was not dead after all, and on a file
// system without flock().
class Leases {
 public:
  explicit Leases(std::filesystem::path results_folder, LeaseOptions options = {});
  ~Leases();
  Leases(const Leases&) = delete;
  Leases& operator=(const Leases&) = delete;

  // Nothing while somebody else holds the trial. Throws StoreError.
  std::optional<Lease> try_acquire(const std::string& trial);

  // "host a, pid 12", or the file's name where that cannot be read from it; nothing if nobody holds the trial.
  std::optional<std::string> holder(const std::string& trial) const;

  // Whether try_acquire() might succeed: nobody holds the trial, or a dead or silent one does.
  bool is_free(const std::string& trial);

  // The trials that live processes hold, this one among them.
  std::set<std::string> held();

 private:
  // A lease file as it was seen.
  struct Sight {
    std::string content;
    std::filesystem::file_time_type touched;
    std::optional<Holder> holder;
  };
  struct Observation {
    std::string content;
    std::filesystem::file_time_type touched;
    std::chrono::steady_clock::time_point since;
  };
  friend class Lease;

  std::filesystem::path file_of(const std::string& trial) const { return folder_ / (trial + ".json"); }
  std::optional<Sight> look(const std::string& trial) const;
  bool is_stale(const std::string& trial, const Sight& sight);
  void remove_stale(const std::string& trial, const std::string& content);
  bool is_ours(const std::string& trial, const std::string& content) const;
  void release(const std::string& trial);
  void touch_all();

  std::filesystem::path folder_;
  LeaseOptions options_;
  std::map<std::string, Observation> observed_;
  std::mutex mutex_;                         // for held_
  std::map<std::string, std::string> held_;  // trial → content of its lease
  std::condition_variable_any wake_;
  std::jthread heartbeat_;  // last: it uses the others. A child process does not inherit threads.
};

}  // namespace nero_bench
