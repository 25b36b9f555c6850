#pragma once
#include <set>
#include <string>

namespace nero_bench {

// What trials warn of, told when it first comes up: a cache that cannot be written is one warning, not one a trial.
class TrialWarnings {
 public:
  void tell(const std::string& trial, const std::string& said);  // a line each

 private:
  std::set<std::string> told_;
};

}  // namespace nero_bench
