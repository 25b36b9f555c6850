#pragma once
#include <ATen/core/Generator.h>
#include <c10/core/Device.h>

#include <functional>
#include <memory>

namespace nero_bench {

// Work of a device, recorded once and then enqueued again by a single call: a CUDA graph. It works on the memory that
// it was recorded with, and what was allocated while it was recorded stays the graph's own.
class DeviceGraph {
 public:
  virtual ~DeviceGraph() = default;

  // Calls `work`: what that enqueues on the device is recorded, not done. Throws what `work` throws, and c10::Error
  // where something in it cannot be recorded; the graph is of no more use then.
  virtual void record(const std::function<void()>& work) = 0;

  // Enqueues all of it on the current stream. What it draws from the generator begins where that one stands, which
  // moves on.
  virtual void replay() = 0;
};

using MakeDeviceGraph = std::function<std::unique_ptr<DeviceGraph>(at::Device, const at::Generator&)>;

// Null where the device has no graphs. The generator is the only one that the work may draw from. Two definitions:
// cuda_graph.cpp is linked into programs with CUDA, no_cuda_graph.cpp into all others.
std::unique_ptr<DeviceGraph> make_device_graph(at::Device device, const at::Generator& generator);

}  // namespace nero_bench
