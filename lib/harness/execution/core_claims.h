#pragma once
#include <span>
#include <vector>

namespace nero_bench {

// Cores that no other run on this machine pins its trials to, however many share it. The kernel gives back the claims
// of a process that dies.
class CoreClaims {
 public:
  CoreClaims() = default;
  // Claims `count` of the cores, the first ones that are free; none if there are not so many.
  CoreClaims(std::size_t count, std::span<const int> cores);
  ~CoreClaims();
  CoreClaims(const CoreClaims&) = delete;
  CoreClaims& operator=(const CoreClaims&) = delete;

  const std::vector<int>& cores() const { return cores_; }

 private:
  void give_back();

  std::vector<int> cores_;
  std::vector<int> sockets_;  // each is a claim
};

}  // namespace nero_bench
