#include <ATen/cuda/CUDAGraph.h>
#include <c10/cuda/CUDACachingAllocator.h>
#include <c10/cuda/CUDAFunctions.h>
#include <c10/cuda/CUDAGuard.h>

#include "learning/tasks/device_graph.h"

namespace nero_bench {
namespace {

namespace allocator = c10::cuda::CUDACachingAllocator;

class CudaGraph final : public DeviceGraph {
 public:
  CudaGraph(at::Device device, const at::Generator& generator)
      : device_(device), stream_(c10::cuda::getStreamFromPool(/*isHighPriority=*/false, device.index())) {
    graph_.register_generator_state(generator);
  }

  // On a stream of its own, as the default one cannot be captured.
  void record(const std::function<void()>& work) override {
    c10::cuda::device_synchronize();
    allocator::emptyCache();  // the graph has memory of its own: what steps one by one needed would be held twice
    const c10::cuda::CUDAStreamGuard on_our_stream(stream_);
    try {
      // Other threads may go on to use CUDA: only what this one does could disturb the capture.
      graph_.capture_begin(pool_, cudaStreamCaptureModeThreadLocal);
      work();
      graph_.capture_end();
    } catch (...) {
      stop_capturing();
      throw;
    }
    stream_.synchronize();  // generators were set up there; a replay on another stream sets them, too
  }

  void replay() override { graph_.replay(); }

 private:
  // Whatever stopped the capture: one under way would stand in the way of everything else on the device, and LibTorch
  // does not clean up where ending it fails.
  void stop_capturing() {
    try {
      graph_.capture_end();
    } catch (const c10::Error&) {
      cudaGetLastError();  // or the next one who asks would be told of it, too
    }
    if (is_recorded()) return;  // what `work` threw was no error of CUDA's, and all is cleaned up with the graph
    try {
      allocator::endAllocateToPool(device_.index(), pool_);
      allocator::releasePool(device_.index(), pool_);
    } catch (const c10::Error&) {
      // it had not begun
    }
  }

  bool is_recorded() {
    try {
      graph_.pool();
      return true;
    } catch (const c10::Error&) {
      return false;
    }
  }

  at::Device device_;
  c10::cuda::CUDAStream stream_;
  c10::MempoolId_t pool_ = at::cuda::graph_pool_handle();
  at::cuda::CUDAGraph graph_;
};

}  // namespace

std::unique_ptr<DeviceGraph> make_device_graph(at::Device device, const at::Generator& generator) {
  if (!device.is_cuda()) return nullptr;
  return std::make_unique<CudaGraph>(device, generator);
}

}  // namespace nero_bench
