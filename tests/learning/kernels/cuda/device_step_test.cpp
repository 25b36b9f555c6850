// The CUDA kernels on a GPU, against the plain reference in double. Skips where there is none; cuda_kernels_test.cpp
// runs the same kernels on the processor.
#include "learning/kernels/cuda/device_step.h"

#include <cuda_runtime_api.h>
#include <gtest/gtest.h>

#include "learning/kernels/step_problems.h"

namespace nero_bench {
namespace {

// An array of the test in device memory; what the step made of it comes back when this ends.
template <class T>
class OnDevice {
 public:
  OnDevice(T* host, std::int64_t size) : host_(host), bytes_(static_cast<std::size_t>(size) * sizeof(T)) {
    if (host == nullptr) return;
    EXPECT_EQ(cudaMalloc(&device_, bytes_), cudaSuccess);
    EXPECT_EQ(cudaMemcpy(device_, host, bytes_, cudaMemcpyHostToDevice), cudaSuccess);
  }
  ~OnDevice() {
    if (host_ == nullptr) return;
    EXPECT_EQ(cudaMemcpy(const_cast<std::remove_const_t<T>*>(host_), device_, bytes_, cudaMemcpyDeviceToHost),
              cudaSuccess);
    cudaFree(device_);
  }
  OnDevice(const OnDevice&) = delete;
  OnDevice& operator=(const OnDevice&) = delete;
  operator T*() const { return static_cast<T*>(device_); }

 private:
  T* host_;
  std::size_t bytes_;
  void* device_ = nullptr;
};

std::int64_t elements(const Rows& rows) { return rows.count * rows.length; }

template <class Tensor, class Step>
void step_once(const Tensor& tensor, const Step& step) {
  DeviceStep<Tensor, Step>()({&tensor, 1}, step, nullptr);
  EXPECT_EQ(cudaDeviceSynchronize(), cudaSuccess);
}

struct OnGpu {
  void operator()(const NeroTensor<float>& t, const NeroStep& step) const {
    const auto size = elements(t.rows);
    const OnDevice weight(t.weight, size), mean_square(t.mean_square, t.rows.count);
    const OnDevice gradient(t.gradient, size), scale(t.scale, 1);
    step_once(NeroTensor<float>{weight, gradient, mean_square, scale, t.rows, t.has_rows, t.steps}, step);
  }
  void operator()(const SgdTensor<float>& t, const SgdStep& step) const {
    const auto size = elements(t.rows);
    const OnDevice weight(t.weight, size), momentum(t.momentum, size);
    const OnDevice gradient(t.gradient, size);
    step_once(SgdTensor<float>{weight, gradient, momentum, t.rows}, step);
  }
  void operator()(const AdamTensor<float>& t, const AdamStep& step) const {
    const auto size = elements(t.rows);
    const OnDevice weight(t.weight, size), mean(t.mean, size), mean_square(t.mean_square, size);
    const OnDevice gradient(t.gradient, size);
    step_once(AdamTensor<float>{weight, gradient, mean, mean_square, t.rows, t.steps}, step);
  }
  void operator()(const LambTensor<float>& t, const LambStep& step) const {
    const auto size = elements(t.rows);
    const OnDevice weight(t.weight, size), mean(t.mean, size), mean_square(t.mean_square, size);
    const OnDevice gradient(t.gradient, size);
    const OnDevice diagnostics(t.diagnostics, 3);
    step_once(LambTensor<float>{weight, gradient, mean, mean_square, diagnostics, t.rows, t.balance, t.steps}, step);
  }
  void operator()(const MadamTensor<float>& t, const MadamStep& step) const {
    const auto size = elements(t.rows);
    const OnDevice weight(t.weight, size), mean_square(t.mean_square, size);
    const OnDevice gradient(t.gradient, size);
    step_once(MadamTensor<float>{weight, gradient, mean_square, t.rows, t.bound, t.balance, t.steps}, step);
  }
};

bool has_gpu() {
  int devices = 0;
  return cudaGetDeviceCount(&devices) == cudaSuccess && devices > 0;
}

template <class Parameter>
class NeedsGpu : public testing::TestWithParam<Parameter> {
 protected:
  void SetUp() override {
    if (!has_gpu()) GTEST_SKIP() << "no NVIDIA GPU here";
  }
};

using Gpu = NeedsGpu<Rows>;

TEST_P(Gpu, Sgd) { expect_sgd_steps(OnGpu(), GetParam()); }
TEST_P(Gpu, Adam) { expect_adam_steps(OnGpu(), GetParam()); }
TEST_P(Gpu, Lamb) { expect_lamb_steps(OnGpu(), GetParam()); }
TEST_P(Gpu, Madam) { expect_madam_steps(OnGpu(), GetParam()); }
TEST_P(Gpu, NeroWithoutRows) { expect_nero_steps_of_elements(OnGpu(), GetParam()); }
TEST_P(Gpu, NeroRowsWithoutAUsableGradient) { expect_nero_only_balances(OnGpu(), GetParam()); }

INSTANTIATE_TEST_SUITE_P(, Gpu,
                         testing::Values(Rows{7, 83}, Rows{300, 27}, Rows{784, 784}, Rows{5, 897}, Rows{3, 2500},
                                         Rows{2, 100'001}),
                         [](const auto& parameter) {
                           return std::to_string(parameter.param.count) + "x" + std::to_string(parameter.param.length);
                         });

using GpuNero = NeedsGpu<NeroCase>;

TEST_P(GpuNero, IsAsAccurateAsOnTheProcessor) {
  for (const std::int64_t length : {2, 3, 5, 8, 17, 27, 64, 147, 576, 784, 1152, 4608, 25'088, 100'000}) {
    for (const double rate : {1e-4, 1e-3, 1e-2, 1e-1, 1.0})
      expect_nero_accuracy(OnGpu(), GetParam(), {256, length}, {rate, kBeta, true, true});
  }
}

TEST_P(GpuNero, IsAsAccurateWithoutTheConstraints) {
  for (const std::int64_t length : {2, 27, 784, 1153})
    expect_nero_accuracy_without_constraints(OnGpu(), GetParam(), {256, length});
}

INSTANTIATE_TEST_SUITE_P(, GpuNero, testing::ValuesIn(nero_cases()),
                         [](const auto& parameter) { return parameter.param.name; });

// Steps captured once and replayed with another rate are the steps made one by one.
using GpuGraph = NeedsGpu<int>;

struct Weights {
  Weights() {
    EXPECT_EQ(cudaMalloc(reinterpret_cast<void**>(&data), 4 * StepProblem(kRows).weight.size() * sizeof(float)),
              cudaSuccess);
  }
  ~Weights() { cudaFree(data); }

  static constexpr Rows kRows{300, 27};
  float* data = nullptr;

  AdamTensor<float> tensor(double steps) const {
    const auto size = elements(kRows);
    return {data, data + size, data + 2 * size, data + 3 * size, kRows, steps};
  }
  void fill() const {
    const StepProblem problem(kRows);
    Floats all;
    for (const auto* part : {&problem.weight, &problem.gradient, &problem.mean, &problem.mean_square})
      all.insert(all.end(), part->begin(), part->end());
    EXPECT_EQ(cudaMemcpy(data, all.data(), all.size() * sizeof(float), cudaMemcpyHostToDevice), cudaSuccess);
  }
  Floats values() const {
    Floats values(static_cast<std::size_t>(elements(kRows)));
    EXPECT_EQ(cudaMemcpy(values.data(), data, values.size() * sizeof(float), cudaMemcpyDeviceToHost), cudaSuccess);
    return values;
  }
};

TEST_P(GpuGraph, ReplayedStepsAreTheStepsMadeOneByOne) {
  const AdamStep slow{0.01, 0.9, 0.999, 1e-8, 0, false};
  auto fast = slow;
  fast.learning_rate = 0.1;
  cudaStream_t stream = nullptr;
  ASSERT_EQ(cudaStreamCreate(&stream), cudaSuccess);
  const Weights weights;

  weights.fill();
  DeviceStep<AdamTensor<float>, AdamStep> one_by_one;
  for (const int step : {1, 2, 3}) {
    const auto tensor = weights.tensor(step);
    one_by_one({&tensor, 1}, step == 3 ? fast : slow, stream);
  }
  ASSERT_EQ(cudaStreamSynchronize(stream), cudaSuccess);
  const auto expected = weights.values();

  weights.fill();
  DeviceStep<AdamTensor<float>, AdamStep> captured;
  const auto first = weights.tensor(1), second = weights.tensor(2), third = weights.tensor(3);
  captured({&first, 1}, slow, stream);
  cudaGraph_t graph = nullptr;
  cudaGraphExec_t executable = nullptr;
  ASSERT_EQ(cudaStreamBeginCapture(stream, cudaStreamCaptureModeThreadLocal), cudaSuccess);
  captured.capture({&second, 1}, stream);
  ASSERT_EQ(cudaStreamEndCapture(stream, &graph), cudaSuccess);
  ASSERT_EQ(cudaGraphInstantiate(&executable, graph, 0), cudaSuccess);
  captured.prepare_replay({&second, 1}, slow, stream);
  ASSERT_EQ(cudaGraphLaunch(executable, stream), cudaSuccess);
  captured.prepare_replay({&third, 1}, fast, stream);
  ASSERT_EQ(cudaGraphLaunch(executable, stream), cudaSuccess);
  ASSERT_EQ(cudaStreamSynchronize(stream), cudaSuccess);
  EXPECT_EQ(weights.values(), expected);
  cudaGraphExecDestroy(executable);
  cudaGraphDestroy(graph);
  cudaStreamDestroy(stream);
}

INSTANTIATE_TEST_SUITE_P(, GpuGraph, testing::Values(1));

}  // namespace
}  // namespace nero_bench
