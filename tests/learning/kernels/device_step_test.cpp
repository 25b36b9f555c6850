// The host's side of a step on a GPU, with a CUDA runtime in host memory: what is sent when, and that a captured step
// that is replayed is the step made one by one. tests/learning/kernels/cuda has the same on a GPU.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "learning/kernels/device_step_on_host.h"
#include "learning/kernels/step_problems.h"

namespace nero_bench {
namespace {

constexpr Rows kMatrix{300, 27}, kVector{40, 1};

template <class Step>
Step step_with_rate(double rate);
template <>
NeroStep step_with_rate(double rate) {
  return {rate, 0.999, true, true};
}
template <>
SgdStep step_with_rate(double rate) {
  return {rate, 0.9, false, 0.01};
}
template <>
AdamStep step_with_rate(double rate) {
  return {rate, 0.9, 0.999, 1e-8, 0.1, true};
}
template <>
LambStep step_with_rate(double rate) {
  return {rate, 0.9, 0.999, 1e-6, 0.1, 0, true};
}
template <>
MadamStep step_with_rate(double rate) {
  return {rate, 0.999, 10};
}

// Two tensors of one optimiser with two sets of gradients: as backward passes leave them at two addresses.
template <class Tensor>
class Trained {
 public:
  Trained() {
    for (const Rows rows : {kMatrix, kVector}) {
      problems_.emplace_back(rows);
      other_gradients_.push_back(random_floats(rows, 9));
    }
  }

  // At step number `steps`.
  std::vector<Tensor> tensors(double steps, bool other_gradient) {
    std::vector<Tensor> tensors;
    for (std::size_t i = 0; i < problems_.size(); ++i) {
      auto& problem = problems_[i];
      Tensor tensor{};
      tensor.weight = problem.weight.data();
      tensor.gradient = other_gradient ? other_gradients_[i].data() : problem.gradient.data();
      tensor.rows = i == 0 ? kMatrix : kVector;
      if constexpr (requires { tensor.momentum; }) tensor.momentum = problem.mean.data();
      if constexpr (requires { tensor.mean; }) tensor.mean = problem.mean.data();
      if constexpr (requires { tensor.mean_square; }) tensor.mean_square = problem.mean_square.data();
      if constexpr (requires { tensor.diagnostics; }) tensor.diagnostics = diagnostics_;
      if constexpr (requires { tensor.scale; }) tensor.scale = &scale_;
      if constexpr (requires { tensor.has_rows; }) tensor.has_rows = i == 0;
      if constexpr (requires { tensor.bound; }) tensor.bound = 0.2;
      if constexpr (requires { tensor.steps; }) tensor.steps = steps;
      tensors.push_back(tensor);
    }
    return tensors;
  }

  std::vector<Floats> weights() const { return {problems_[0].weight, problems_[1].weight}; }

 private:
  std::vector<StepProblem> problems_;
  std::vector<Floats> other_gradients_;
  float diagnostics_[3] = {};
  float scale_ = 0.7F;
};

template <class T, class S>
struct OptimiserTypes {
  using Tensor = T;
  using Step = S;
};

using NeroTypes = OptimiserTypes<NeroTensor<float>, NeroStep>;
using SgdTypes = OptimiserTypes<SgdTensor<float>, SgdStep>;
using AdamTypes = OptimiserTypes<AdamTensor<float>, AdamStep>;
using LambTypes = OptimiserTypes<LambTensor<float>, LambStep>;
using MadamTypes = OptimiserTypes<MadamTensor<float>, MadamStep>;

struct Names {
  template <class Types>
  static std::string GetName(int number) {
    return std::vector<std::string>{"Nero", "Sgd", "Adam", "Lamb", "Madam"}.at(static_cast<std::size_t>(number));
  }
};

template <class Types>
class DeviceStepOnHost : public testing::Test {
 protected:
  using Tensor = typename Types::Tensor;
  using Step = typename Types::Step;

  void SetUp() override { cuda_on_host::runtime = {}; }

  static auto rate(double value) { return step_with_rate<Step>(value); }

  // Enqueues nothing but what is captured.
  void capture(const std::vector<Tensor>& tensors) {
    cuda_on_host::runtime.capturing = true;
    step_.capture(tensors, nullptr);
    cuda_on_host::runtime.capturing = false;
  }
  void replay(const std::vector<Tensor>& tensors, const Step& step) {
    step_.prepare_replay(tensors, step, nullptr);
    cuda_on_host::runtime.replay();
  }

  Trained<Tensor> trained_;
  DeviceStep<Tensor, Step> step_;
};

using AllOptimisers = testing::Types<NeroTypes, SgdTypes, AdamTypes, LambTypes, MadamTypes>;
TYPED_TEST_SUITE(DeviceStepOnHost, AllOptimisers, Names);

TYPED_TEST(DeviceStepOnHost, ReplaysAreTheStepsMadeOneByOne) {
  Trained<typename TestFixture::Tensor> expected;
  DeviceStep<typename TestFixture::Tensor, typename TestFixture::Step> one_by_one;
  const std::vector<double> rates{0.01, 0.01, 0.03, 0.02, 0.02};
  const std::vector<bool> other_gradient{false, true, true, false, true};
  for (std::size_t i = 0; i < rates.size(); ++i)
    one_by_one(expected.tensors(static_cast<double>(i + 1), other_gradient[i]), this->rate(rates[i]), nullptr);

  this->step_(this->trained_.tensors(1, false), this->rate(0.01), nullptr);
  const auto after_first = this->trained_.weights();
  this->capture(this->trained_.tensors(2, true));
  EXPECT_EQ(this->trained_.weights(), after_first);
  this->replay(this->trained_.tensors(2, true), this->rate(0.01));
  this->replay(this->trained_.tensors(3, true), this->rate(0.03));
  this->step_(this->trained_.tensors(4, false), this->rate(0.02), nullptr);
  this->replay(this->trained_.tensors(5, true), this->rate(0.02));
  EXPECT_NE(this->trained_.weights(), after_first);
  EXPECT_EQ(this->trained_.weights(), expected.weights());
}

TYPED_TEST(DeviceStepOnHost, SendsNothingWhereNothingChanged) {
  this->step_(this->trained_.tensors(1, false), this->rate(0.01), nullptr);
  this->capture(this->trained_.tensors(2, false));
  cuda_on_host::runtime.copies = cuda_on_host::runtime.stores = 0;
  this->step_(this->trained_.tensors(2, false), this->rate(0.01), nullptr);
  this->replay(this->trained_.tensors(3, false), this->rate(0.01));
  EXPECT_EQ(cuda_on_host::runtime.stores, 0);
  EXPECT_EQ(cuda_on_host::runtime.copies, 0);
  this->replay(this->trained_.tensors(4, false), this->rate(0.02));
  EXPECT_EQ(cuda_on_host::runtime.stores, 1);
  EXPECT_EQ(cuda_on_host::runtime.copies, 0);
  this->replay(this->trained_.tensors(5, true), this->rate(0.02));
  EXPECT_EQ(cuda_on_host::runtime.stores, 1);
  EXPECT_EQ(cuda_on_host::runtime.copies, 1);
}

TYPED_TEST(DeviceStepOnHost, GoesOnAtAnotherStep) {  // as an optimiser whose state was restored
  Trained<typename TestFixture::Tensor> expected;
  for (const double steps : {1.0, 20.0}) {
    DeviceStep<typename TestFixture::Tensor, typename TestFixture::Step> fresh;
    fresh(expected.tensors(steps, false), this->rate(0.01), nullptr);
    this->step_(this->trained_.tensors(steps, false), this->rate(0.01), nullptr);
  }
  EXPECT_EQ(this->trained_.weights(), expected.weights());
}

TYPED_TEST(DeviceStepOnHost, CapturesOnlyWhatWasMadeOnce) {
  EXPECT_THROW(this->capture(this->trained_.tensors(1, false)), std::logic_error);
  cuda_on_host::runtime.capturing = false;
  this->step_(this->trained_.tensors(1, false), this->rate(0.01), nullptr);
  auto smaller = this->trained_.tensors(2, false);
  smaller.back().rows.count /= 2;
  EXPECT_THROW(this->capture(smaller), std::logic_error);
  cuda_on_host::runtime.capturing = false;
}

TYPED_TEST(DeviceStepOnHost, TellsOfAFailedLaunch) {
  cuda_on_host::runtime.error = cudaErrorStreamCaptureUnsupported;
  EXPECT_THROW(this->step_(this->trained_.tensors(1, false), this->rate(0.01), nullptr), std::runtime_error);
}

}  // namespace
}  // namespace nero_bench
