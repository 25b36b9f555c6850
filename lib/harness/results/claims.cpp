#include "harness/results/claims.h"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <set>
#include <utility>

#include "base/log.h"
#include "base/stop_signal.h"

namespace nero_bench {
namespace {

constexpr int kLookAgainMilliseconds = 500;

void rest() {
  pollfd stop{stop_descriptor(), POLLIN, 0};  // a descriptor of −1 is ignored
  ::poll(&stop, 1, kLookAgainMilliseconds);
}

std::string enumerated(const std::set<std::string>& names) {
  constexpr std::size_t kShown = 8;
  std::string list;
  std::size_t n = 0;
  for (const auto& name : names) {
    if (n == kShown) return list + fmt::format(" and {} more", names.size() - n);
    list += (n == 0 ? "" : n + 1 == names.size() ? " and " : ", ") + name;
    ++n;
  }
  return list;
}

}  // namespace

void Claims::start_round() {
  ours_.clear();
  held_by_others_.clear();
  answered_by_others_ = 0;
}

bool Claims::is_answered(const std::string& trial) const {
  const auto record = store_.find(trial);
  return record && answers_(*record);
}

bool Claims::claim(const std::string& trial) {
  // Cheap where others have been through the plan already.
  if (is_answered(trial)) {
    ++answered_by_others_;
    return false;
  }
  auto lease = leases_.try_acquire(trial);
  if (!lease) {
    held_by_others_[trial] = leases_.holder(trial).value_or("another run");
    return false;
  }
  // Its last holder may have stored the record just before letting go.
  if (is_answered(trial)) {
    ++answered_by_others_;
    return false;
  }
  ours_.emplace(trial, std::move(*lease));
  return true;
}

void Claims::release(const std::string& trial) { ours_.erase(trial); }

void Claims::wait_for_others() {
  const auto has_news = [&](const auto& held) { return leases_.is_free(held.first) || is_answered(held.first); };
  while (answered_by_others_ == 0 && stop_signal() == 0 &&
         std::none_of(held_by_others_.begin(), held_by_others_.end(), has_news)) {
    tell_for_whom();
    rest();
  }
}

void Claims::tell_for_whom() {
  if (std::exchange(told_, true)) return;
  std::set<std::string> holders;
  for (const auto& [trial, holder] : held_by_others_) holders.insert(holder);
  const auto count = held_by_others_.size();
  log_info(fmt::format("waiting for {} {} held by {}", count, count == 1 ? "trial" : "trials", enumerated(holders)));
}

}  // namespace nero_bench
