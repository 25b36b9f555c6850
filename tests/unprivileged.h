#pragma once
#include <unistd.h>

#include <cstdlib>
#include <stdexcept>
#include <string>

namespace nero_bench {

// While one lives, somebody who may use nothing of another's, root or not.
class Unprivileged {
 public:
  Unprivileged() {
    if (::getuid() == 0 && ::seteuid(65534) != 0) throw std::runtime_error("seteuid");
  }
  ~Unprivileged() {
    if (::getuid() == 0 && ::seteuid(0) != 0) std::abort();
  }
};

// What `action` says when such a one asks for it; empty if it throws no Error.
template <class Error, class Action>
std::string complaint_to_unprivileged(const Action& action) {
  const Unprivileged unprivileged;
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

}  // namespace nero_bench
