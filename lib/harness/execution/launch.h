#pragma once
#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace nero_bench {

// What a program gets from the machine.
struct ChildLimits {
  std::vector<int> cores = {};  // it is pinned to these; empty: runs where we may

  // At most so much data (RLIMIT_DATA); 0: as much as we. Not RLIMIT_AS: address space that is only reserved, as CUDA
  // does by the hundred gigabytes, and the code of shared libraries are no use of memory.
  std::int64_t memory_bytes = 0;
};

struct Launch {
  const std::string& program;
  const std::vector<std::string>& arguments;
  const ChildLimits& limits;
  int input;  // descriptors that become the standard ones
  int output;
  int errors;
};

// Starts a program as the leader of a process group of its own, with the default action for every signal that we may
// have changed. It is killed when the thread that called this ends, until it decides otherwise for itself
// (PR_SET_PDEATHSIG). Returns its process id. Throws std::system_error naming the program if it cannot be started.
pid_t launch(const Launch& launch);

}  // namespace nero_bench
