#include "harness/execution/core_claims.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>

namespace nero_bench {
namespace {

// A socket with a name of the abstract kind, which only one process can have, leaves no file, and ends with it. −1 if
// it is taken.
int claim(int core) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const auto name = fmt::format("nero-bench core {}", core);
  std::copy(name.begin(), name.end(), address.sun_path + 1);
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
  const int socket = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (socket < 0) return -1;
  if (::bind(socket, reinterpret_cast<const sockaddr*>(&address), length) == 0) return socket;
  ::close(socket);
  return -1;
}

}  // namespace

CoreClaims::CoreClaims(std::size_t count, std::span<const int> cores) {
  if (count > cores.size()) return;
  for (const int core : cores) {
    if (cores_.size() == count) return;
    const int socket = claim(core);
    if (socket < 0) continue;
    cores_.push_back(core);
    sockets_.push_back(socket);
  }
  if (cores_.size() < count) give_back();
}

CoreClaims::~CoreClaims() { give_back(); }

void CoreClaims::give_back() {
  for (const int socket : sockets_) ::close(socket);
  sockets_.clear();
  cores_.clear();
}

}  // namespace nero_bench
