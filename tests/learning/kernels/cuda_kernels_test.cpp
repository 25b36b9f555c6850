// The CUDA kernels themselves, run on the processor and compared with the plain reference in double.
// tests/learning/kernels/cuda runs them on a GPU.
#include <gtest/gtest.h>

#include <span>
#include <vector>

#include "learning/kernels/device_step_on_host.h"
#include "learning/kernels/nero_cases.h"
#include "learning/kernels/step_problems.h"

namespace nero_bench {
namespace {

// The tensor together with others before and behind it, which are not to disturb it.
struct OnHost {
  template <class Tensor, class Step>
  void operator()(const Tensor& tensor, const Step& options) const {
    Neighbour before(Rows{2, 1000}), behind(Rows{40, 1});
    const std::vector<Tensor> tensors{before.template as<Tensor>(), tensor, behind.template as<Tensor>()};
    DeviceStep<Tensor, Step>()(tensors, options, nullptr);
  }

  struct Neighbour {
    explicit Neighbour(Rows its_rows) : rows(its_rows), problem(its_rows) {}

    template <class Tensor>
    Tensor as() {
      Tensor tensor{};
      tensor.weight = problem.weight.data();
      tensor.gradient = problem.gradient.data();
      tensor.rows = rows;
      if constexpr (requires { tensor.momentum; }) tensor.momentum = problem.mean.data();
      if constexpr (requires { tensor.mean; }) tensor.mean = problem.mean.data();
      if constexpr (requires { tensor.mean_square; }) tensor.mean_square = problem.mean_square.data();
      if constexpr (requires { tensor.diagnostics; }) tensor.diagnostics = diagnostics.data();
      if constexpr (requires { tensor.scale; }) tensor.scale = &scale;
      if constexpr (requires { tensor.bound; }) tensor.bound = 1;
      if constexpr (requires { tensor.steps; }) tensor.steps = 5;
      return tensor;
    }

    Rows rows;
    StepProblem problem;
    Floats diagnostics = Floats(3);
    float scale = 1;
  };
};

// Rows for a warp, whole and with a rest, and for a block; more than one item.
class CudaKernelOnHost : public testing::TestWithParam<Rows> {};

TEST_P(CudaKernelOnHost, Sgd) { expect_sgd_steps(OnHost(), GetParam()); }
TEST_P(CudaKernelOnHost, Adam) { expect_adam_steps(OnHost(), GetParam()); }
TEST_P(CudaKernelOnHost, Lamb) { expect_lamb_steps(OnHost(), GetParam()); }
TEST_P(CudaKernelOnHost, Madam) { expect_madam_steps(OnHost(), GetParam()); }
TEST_P(CudaKernelOnHost, NeroWithoutRows) { expect_nero_steps_of_elements(OnHost(), GetParam()); }
TEST_P(CudaKernelOnHost, NeroRowsWithoutAUsableGradient) { expect_nero_only_balances(OnHost(), GetParam()); }

INSTANTIATE_TEST_SUITE_P(, CudaKernelOnHost,
                         testing::Values(Rows{7, 83}, Rows{300, 27}, Rows{9, 896}, Rows{5, 897}, Rows{3, 2500},
                                         Rows{2, 9001}),
                         [](const auto& parameter) {
                           return std::to_string(parameter.param.count) + "x" + std::to_string(parameter.param.length);
                         });

class CudaNeroOnHost : public testing::TestWithParam<NeroCase> {};

TEST_P(CudaNeroOnHost, IsAsAccurateAsOnTheProcessor) {
  for (const Rows rows : {Rows{16, 2}, Rows{16, 27}, Rows{16, 147}, Rows{8, 784}, Rows{2, 4608}, Rows{1, 25'089}}) {
    for (const double rate : {1e-4, 1e-2, 1.0})
      expect_nero_accuracy(OnHost(), GetParam(), rows, {rate, kBeta, true, true});
  }
}

TEST_P(CudaNeroOnHost, IsAsAccurateWithoutTheConstraints) {
  for (const Rows rows : {Rows{16, 27}, Rows{2, 1153}})
    expect_nero_accuracy_without_constraints(OnHost(), GetParam(), rows);
}

TEST(CudaNeroRowsOnHost, OfEqualEntriesAreNotDivided) { expect_equal_entries_not_divided(OnHost()); }

INSTANTIATE_TEST_SUITE_P(, CudaNeroOnHost, testing::ValuesIn(nero_cases()),
                         [](const auto& parameter) { return parameter.param.name; });

TEST(DeviceItems, CoverEveryRowOnceAndKnowTheItemsOfTheirTensor) {
  const std::vector<Rows> tensors{{784, 784}, {10, 784}, {100'000, 1}, {1, 1}, {3, 100'000}, {5, 896}, {5, 897}};
  const auto items = device_items(tensors);
  std::vector<std::int64_t> rows(tensors.size());
  for (std::size_t i = 0; i < items.size(); ++i) {
    const auto tensor = static_cast<std::size_t>(items[i].tensor);
    EXPECT_EQ(items[i].first_row, rows[tensor]);
    rows[tensor] += items[i].rows;
    EXPECT_GE(static_cast<int>(i), items[i].first_item);
    EXPECT_LT(static_cast<int>(i), items[i].first_item + items[i].items);
    EXPECT_EQ(items[static_cast<std::size_t>(items[i].first_item)].first_row, 0);
  }
  for (std::size_t i = 0; i < tensors.size(); ++i) EXPECT_EQ(rows[i], tensors[i].count);
}

}  // namespace
}  // namespace nero_bench
