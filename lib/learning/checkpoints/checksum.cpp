#include "learning/checkpoints/checksum.h"

#include <xxhash.h>

#include <new>

namespace nero_bench {

struct Xxh3::State {
  std::unique_ptr<XXH3_state_t, decltype(&XXH3_freeState)> xxhash{XXH3_createState(), XXH3_freeState};
};

Xxh3::Xxh3() : state_(std::make_unique<State>()) {
  if (!state_->xxhash) throw std::bad_alloc();
  XXH3_64bits_reset(state_->xxhash.get());
}

Xxh3::~Xxh3() = default;

void Xxh3::update(std::string_view bytes) { XXH3_64bits_update(state_->xxhash.get(), bytes.data(), bytes.size()); }

std::uint64_t Xxh3::digest() const { return XXH3_64bits_digest(state_->xxhash.get()); }

std::uint64_t xxh3(std::string_view bytes) { return XXH3_64bits(bytes.data(), bytes.size()); }

}  // namespace nero_bench
