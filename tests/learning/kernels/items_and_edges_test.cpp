// What the kernels leave alone, and what they do at the edges of the floats.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "learning/kernels/every_instruction_set.h"

namespace nero_bench {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr WorkItem kAll{0, 0, 7};
constexpr WorkItem kMiddle{0, 2, 3};
constexpr double kManySteps = 1e6;  // no bias correction to speak of
constexpr float kScale = 1;
constexpr double kExactScale = 1;
constexpr float kUntouched = 0.5F;

// A tensor with values in the middle rows alone. Around them gradients are NaN, which would show wherever it is read.
struct Middle {
  Floats weight, gradient, mean, mean_square;

  explicit Middle(std::size_t length) {
    std::uint64_t seed = 0;
    for (auto* values : {&weight, &gradient, &mean, &mean_square}) {
      *values = squares(random_floats({7, static_cast<std::int64_t>(length)}, ++seed));
      const float around = values == &gradient ? kNan : kUntouched;
      std::fill_n(values->begin(), 2 * length, around);
      std::fill(values->begin() + static_cast<std::ptrdiff_t>(5 * length), values->end(), around);
    }
  }
};

void expect_only_the_middle_changed(const Floats& before, const Floats& after, const std::string& what) {
  const std::size_t length = before.size() / 7;
  for (std::size_t i = 0; i < before.size(); ++i) {
    if (i < 2 * length || i >= 5 * length) {
      ASSERT_EQ(after[i], kUntouched) << what << ", element " << i;
    } else {
      ASSERT_TRUE(std::isfinite(after[i])) << what << ", element " << i;
      ASSERT_NE(after[i], before[i]) << what << ", element " << i;
    }
  }
}

TEST_P(EveryInstructionSet, SgdTouchesNothingBeyondItsRows) {
  const Middle before(83);
  auto after = before;
  kernels().sgd({after.weight.data(), after.gradient.data(), after.mean.data(), kRows}, {0.1, 0.9, true, 0.1}, kMiddle);
  expect_only_the_middle_changed(before.weight, after.weight, "weight");
  expect_only_the_middle_changed(before.mean, after.mean, "momentum");
}

TEST_P(EveryInstructionSet, AdamTouchesNothingBeyondItsRows) {
  const Middle before(83);
  auto after = before;
  kernels().adam(
      {after.weight.data(), after.gradient.data(), after.mean.data(), after.mean_square.data(), kRows, kManySteps},
      {0.1, 0.9, 0.9, 1e-8, 0.1, false}, kMiddle);
  expect_only_the_middle_changed(before.weight, after.weight, "weight");
  expect_only_the_middle_changed(before.mean, after.mean, "mean");
  expect_only_the_middle_changed(before.mean_square, after.mean_square, "mean square");
}

TEST_P(EveryInstructionSet, LambTouchesNothingBeyondItsRows) {
  for (const bool balance : {false, true}) {
    const Middle before(83);
    auto after = before;
    Floats diagnostics(3, 1);
    const LambTensor<float> tensor{after.weight.data(),
                                   after.gradient.data(),
                                   after.mean.data(),
                                   after.mean_square.data(),
                                   diagnostics.data(),
                                   kRows,
                                   balance,
                                   kManySteps};
    const LambStep step{0.1, 0.9, 0.9, 1e-6, 0, 0, false};
    const auto sums = kernels().lamb_moments(tensor, step, kMiddle);
    double weight_square = 0;
    for (std::size_t i = 2 * 83; i < 5 * 83; ++i) weight_square += std::pow(before.weight[i], 2.0);
    EXPECT_NEAR(sums.weight_square, weight_square, 1e-6 * weight_square);
    EXPECT_TRUE(std::isfinite(sums.direction_square));
    EXPECT_EQ(after.weight, before.weight);
    expect_only_the_middle_changed(before.mean, after.mean, "mean");
    expect_only_the_middle_changed(before.mean_square, after.mean_square, "mean square");

    kernels().lamb_update(tensor, step, kMiddle);
    expect_only_the_middle_changed(before.weight, after.weight, "weight");
  }
}

TEST_P(EveryInstructionSet, MadamTouchesNothingBeyondItsRows) {
  for (const bool balance : {false, true}) {
    const Middle before(83);
    auto after = before;
    kernels().madam(
        {after.weight.data(), after.gradient.data(), after.mean_square.data(), kRows, 100, balance, kManySteps},
        {0.1, 0.9, 10}, kMiddle);
    expect_only_the_middle_changed(before.weight, after.weight, "weight");
    expect_only_the_middle_changed(before.mean_square, after.mean_square, "mean square");
  }
}

TEST_P(EveryInstructionSet, NeroTouchesNothingBeyondItsRows) {
  for (const bool has_rows : {true, false}) {
    const std::int64_t length = has_rows ? 83 : 1;
    const Middle before(static_cast<std::size_t>(length));
    auto after = before;
    Floats mean_square(7, kUntouched);
    kernels().nero(
        {after.weight.data(), after.gradient.data(), mean_square.data(), &kScale, {7, length}, has_rows, kManySteps},
        {0.1, 0.9, true, true}, kMiddle);
    expect_only_the_middle_changed(before.weight, after.weight, "weight");
    expect_only_the_middle_changed(Floats(7, kUntouched), mean_square, "mean square");
  }
}

// With beta 0 and a gradient of 1, Madam's direction is 1 exactly: weights of 1 and −1 become e to the ∓ rate.
TEST_P(EveryInstructionSet, MadamsExponentialIsWithinTwoUnitsInTheLastPlace) {
  constexpr std::int64_t kSize = 17;  // one register of the widest set, and one by itself
  const Floats gradient(kSize, 1);
  double worst = 0;
  for (float rate = 1e-6F; rate < 87; rate = rate * 1.003F + 1e-6F) {
    Floats weight(kSize, 1), mean_square(kSize, 0);
    weight[0] = weight[16] = -1;
    kernels().madam({weight.data(), gradient.data(), mean_square.data(), {1, kSize}, 1e38, false, kManySteps},
                    {rate, 0, 10}, {0, 0, 1});
    for (const float value : weight) {
      const double exact = value > 0 ? std::exp(-static_cast<double>(rate)) : -std::exp(static_cast<double>(rate));
      const double unit = std::ldexp(1.0, std::ilogb(exact) - 23);
      worst = std::max(worst, std::abs(value - exact) / unit);
    }
  }
  EXPECT_LE(worst, 2);
}

// Gradients of one tensor in three steps: some are not finite in the first, all are in the two after it.
std::array<Floats, 3> gradients_after_a_mishap() {
  std::array<Floats, 3> gradients;
  for (std::size_t i = 0; i < gradients.size(); ++i) gradients[i] = random_floats(kRows, 20 + i);
  gradients[0][3] = kNan;
  gradients[0][2 * 83 + 5] = kInfinity;
  gradients[0][4 * 83 + 5] = -kInfinity;
  gradients[0][kElements - 1] = kNan;  // beyond the last whole register
  gradients[0][kElements - 2] = kInfinity;
  return gradients;
}

TEST_P(EveryInstructionSet, AdamAfterAGradientThatIsNotFiniteIsAsTheReference) {
  const AdamStep step{0.01, 0.9, 0.999, 1e-8, 0.1, false};
  auto expected = doubles(weight_), expected_mean = doubles(mean_), expected_square = doubles(mean_square_);
  for (const auto& gradient : gradients_after_a_mishap()) {
    const auto gradients = doubles(gradient);
    kernels().adam({weight_.data(), gradient.data(), mean_.data(), mean_square_.data(), kRows, kManySteps}, step, kAll);
    reference::adam(
        {expected.data(), gradients.data(), expected_mean.data(), expected_square.data(), kRows, kManySteps}, step);
    expect_close(weight_, expected, "weight");
    expect_close(mean_, expected_mean, "mean");
    expect_close(mean_square_, expected_square, "mean square");
  }
  EXPECT_TRUE(std::isnan(weight_[3]));
}

// One element spoils the whole tensor: the norm of the direction is NaN, and with it the trust ratio.
TEST_P(EveryInstructionSet, LambAfterAGradientThatIsNotFiniteIsAsTheReference) {
  const LambStep step{0.01, 0.9, 0.999, 1e-6, 0.1, 0, false};
  Floats diagnostics(3);
  auto expected = doubles(weight_), expected_mean = doubles(mean_), expected_square = doubles(mean_square_);
  for (const auto& gradient : gradients_after_a_mishap()) {
    const auto gradients = doubles(gradient);
    const LambTensor<float> tensor{weight_.data(),     gradient.data(), mean_.data(), mean_square_.data(),
                                   diagnostics.data(), kRows,           true,         kManySteps};
    const auto sums = kernels().lamb_moments(tensor, step, kAll);
    EXPECT_TRUE(std::isnan(sums.direction_square));
    set_trust_ratio(tensor, step, sums);
    kernels().lamb_update(tensor, step, kAll);
    reference::lamb({expected.data(), gradients.data(), expected_mean.data(), expected_square.data(), nullptr, kRows,
                     /*balance=*/true, kManySteps},
                    step);
    expect_close(weight_, expected, "weight");
    expect_close(mean_, expected_mean, "mean");
    expect_close(mean_square_, expected_square, "mean square");
  }
  EXPECT_TRUE(std::isnan(weight_[0]));
}

TEST_P(EveryInstructionSet, MadamAfterAGradientThatIsNotFiniteIsAsTheReference) {
  for (const bool balance : {false, true}) {
    const MadamStep step{0.01, 0.999, 10};
    auto weight = weight_, mean_square = mean_square_;
    auto expected = doubles(weight), expected_square = doubles(mean_square);
    for (const auto& gradient : gradients_after_a_mishap()) {
      const auto gradients = doubles(gradient);
      kernels().madam({weight.data(), gradient.data(), mean_square.data(), kRows, 1, balance, kManySteps}, step, kAll);
      reference::madam({expected.data(), gradients.data(), expected_square.data(), kRows, 1, balance, kManySteps},
                       step);
      expect_close(weight, expected, "weight");
      expect_close(mean_square, expected_square, "mean square");
    }
    if (balance) continue;
    for (const std::size_t i : {std::size_t{3}, std::size_t{2 * 83 + 5}, kElements - 1, kElements - 2})
      EXPECT_EQ(weight[i], weight_[i]) << "a frozen element " << i;
  }
}

TEST_P(EveryInstructionSet, NeroAfterAGradientThatIsNotFiniteIsAsTheReference) {
  for (const bool has_rows : {true, false}) {
    const Rows rows = has_rows ? kRows : Rows{kElements, 1};
    const NeroStep step{0.1, 0.9, true, true};
    auto weight = weight_;
    Floats mean_square(static_cast<std::size_t>(rows.count), 0.5F);
    auto expected = doubles(weight), expected_square = doubles(mean_square);
    for (const auto& gradient : gradients_after_a_mishap()) {
      const auto gradients = doubles(gradient);
      kernels().nero({weight.data(), gradient.data(), mean_square.data(), &kScale, rows, has_rows, kManySteps}, step,
                     {0, 0, rows.count});
      reference::nero(
          {expected.data(), gradients.data(), expected_square.data(), &kExactScale, rows, has_rows, kManySteps}, step);
      expect_close(weight, expected, "weight");
      expect_close(mean_square, expected_square, "mean square");
    }
    EXPECT_TRUE(std::isnan(mean_square[has_rows ? 0 : 3]));
    if (!has_rows) {
      EXPECT_EQ(weight[3], weight_[3]);
    }
  }
}

TEST_P(EveryInstructionSet, ElementsDoNotMoveWhereTheSquareOfAGradientLeavesTheFloats) {
  const Floats gradient(kElements, 1e25F);
  const auto before = weight_;
  Floats mean(kElements, 0), mean_square(kElements, 0);
  kernels().adam({weight_.data(), gradient.data(), mean.data(), mean_square.data(), kRows, kManySteps},
                 {0.1, 0.9, 0.999, 1e-8, 0, false}, kAll);
  EXPECT_EQ(weight_, before);
  kernels().madam({weight_.data(), gradient.data(), mean_square.data(), kRows, 1, false, kManySteps}, {0.1, 0.999, 10},
                  kAll);
  EXPECT_EQ(weight_, before);
  kernels().nero(
      {weight_.data(), gradient.data(), mean_square.data(), &kScale, {kElements, 1}, /*has_rows=*/false, kManySteps},
      {0.1, 0.999, true, true}, {0, 0, kElements});
  EXPECT_EQ(weight_, before);
}

}  // namespace
}  // namespace nero_bench
