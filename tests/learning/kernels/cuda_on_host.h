// Runs a CUDA kernel on the processor, for tests where there is no GPU: the threads of a block are fibres that take
// turns, blocks run one after the other. Only what our kernels use is here; included before the kernels' .cuh files.
#pragma once
#include <ucontext.h>

#include <cmath>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#define __device__
#define __global__ static
#define __shared__ static  // one block at a time
#define __launch_bounds__(...)

namespace cuda_on_host {

constexpr int kWarp = 32;

struct Index {
  unsigned x = 0;
};

// The threads of one block. They run until they wait for each other.
class Block {
 public:
  explicit Block(int threads) : fibres_(static_cast<std::size_t>(threads)), warps_(fibres_.size() / kWarp) {}

  void run(const std::function<void()>& kernel);
  void wait_for_all() { wait(all_, static_cast<int>(fibres_.size())); }
  void wait_for_warp() { wait(warps_[thread_ / kWarp].barrier, kWarp); }

  double exchange(double value, int with) {
    auto& warp = warps_[thread_ / kWarp];
    auto& mine = fibres_[thread_];
    auto& values = warp.values[mine.exchanges++ % 2];  // the other one may still be read
    values[thread_ % kWarp] = value;
    wait_for_warp();
    return values[thread_ % kWarp ^ static_cast<unsigned>(with)];
  }

 private:
  struct Barrier {
    int arrived = 0;
    int generation = 0;
  };

  struct Warp {
    Barrier barrier;
    double values[2][kWarp] = {};
  };

  struct Fibre {
    ucontext_t context = {};
    std::unique_ptr<char[]> stack;
    int exchanges = 0;
    bool running = true;
  };

  void wait(Barrier& barrier, int threads) {
    const int generation = barrier.generation;
    if (++barrier.arrived == threads) {
      barrier.arrived = 0;
      ++barrier.generation;
    }
    while (barrier.generation == generation) swapcontext(&fibres_[thread_].context, &scheduler_);
  }

  static void enter();

  std::vector<Fibre> fibres_;
  std::vector<Warp> warps_;
  Barrier all_;
  ucontext_t scheduler_ = {};
  const std::function<void()>* kernel_ = nullptr;
  std::size_t thread_ = 0;
};

inline Block* running_block = nullptr;
inline Index thread_index, block_index;

inline void Block::enter() {
  (*running_block->kernel_)();
  running_block->fibres_[running_block->thread_].running = false;
  setcontext(&running_block->scheduler_);
}

inline void Block::run(const std::function<void()>& kernel) {
  constexpr std::size_t kStackBytes = 128 * 1024;
  running_block = this;
  kernel_ = &kernel;
  for (auto& fibre : fibres_) {
    getcontext(&fibre.context);
    fibre.stack = std::make_unique_for_overwrite<char[]>(kStackBytes);
    fibre.context.uc_stack.ss_sp = fibre.stack.get();
    fibre.context.uc_stack.ss_size = kStackBytes;
    makecontext(&fibre.context, enter, 0);
  }
  for (bool any = true; any;) {
    any = false;
    for (thread_ = 0; thread_ < fibres_.size(); ++thread_) {
      if (!fibres_[thread_].running) continue;
      any = true;
      thread_index.x = static_cast<unsigned>(thread_);
      swapcontext(&scheduler_, &fibres_[thread_].context);
    }
  }
}

// kernel<<<blocks, threads>>>(…)
inline void launch(int blocks, int threads, const std::function<void()>& kernel) {
  for (int i = 0; i < blocks; ++i) {
    block_index.x = static_cast<unsigned>(i);
    Block(threads).run(kernel);
  }
}

}  // namespace cuda_on_host

struct float4 {
  float x, y, z, w;
};

inline float4 make_float4(float x, float y, float z, float w) { return {x, y, z, w}; }
inline void __syncthreads() { cuda_on_host::running_block->wait_for_all(); }
inline void __syncwarp() { cuda_on_host::running_block->wait_for_warp(); }
inline double __shfl_xor_sync(unsigned, double value, int with) {
  return cuda_on_host::running_block->exchange(value, with);
}

#define threadIdx cuda_on_host::thread_index
#define blockIdx cuda_on_host::block_index
