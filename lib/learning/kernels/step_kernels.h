#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

#include "learning/kernels/work_items.h"

namespace nero_bench {

// The optimiser steps as functions of raw memory, for one work item each: they read and write nothing beyond the item's
// rows (though they may ask the cache for it), so that items may run in any order and on any thread. All pointers are
// to the start of the tensor; weight, gradient and moments hold rows.count × rows.length elements unless said
// otherwise. Real is float for the kernels and double for reference.h, which writes the same steps an operation at a
// time.
//
// A tensor's struct is what differs between tensors, a step's what they share. `steps` counts the tensor's steps, this
// one included.

template <class Real>
struct NeroTensor {
  Real* weight;
  const Real* gradient;
  Real* mean_square;  // [rows.count]: of the gradient norm of each neuron
  const Real* scale;  // [1]: mean weight norm of the neurons at construction
  Rows rows;
  bool has_rows;  // false: every element is a neuron, and nothing is constrained
  double steps;

  bool operator==(const NeroTensor&) const = default;
};

struct NeroStep {
  double learning_rate;
  double beta;
  bool constrain_mean;
  bool constrain_norm;

  bool operator==(const NeroStep&) const = default;
};

template <class Real>
struct SgdTensor {
  Real* weight;
  const Real* gradient;
  Real* momentum;  // null without
  Rows rows;

  bool operator==(const SgdTensor&) const = default;
};

struct SgdStep {
  double learning_rate;
  double momentum;
  bool nesterov;
  double weight_decay;

  bool operator==(const SgdStep&) const = default;
};

template <class Real>
struct AdamTensor {
  Real* weight;
  const Real* gradient;
  Real* mean;
  Real* mean_square;
  Rows rows;
  double steps;

  bool operator==(const AdamTensor&) const = default;
};

struct AdamStep {
  double learning_rate;
  double beta1;
  double beta2;
  double epsilon;
  double weight_decay;
  bool decoupled;  // AdamW

  bool operator==(const AdamStep&) const = default;
};

// LAMB has two halves, because its trust ratio needs the norms of the whole tensor: between them set_trust_ratio().
template <class Real>
struct LambTensor {
  Real* weight;
  const Real* gradient;
  Real* mean;
  Real* mean_square;
  Real*
      diagnostics;  // [3]: norm of the weights as clamped, norm of the direction, their ratio, which is the trust ratio
  Rows rows;
  bool balance;  // rows get zero mean and unit norm in the end
  double steps;

  bool operator==(const LambTensor&) const = default;
};

struct LambStep {
  double learning_rate;
  double beta1;
  double beta2;
  double epsilon;
  double weight_decay;
  double weight_norm_clamp;  // 0 for none
  bool bias_correction;

  bool operator==(const LambStep&) const = default;
};

struct LambSums {
  double weight_square = 0;
  double direction_square = 0;
};

template <class Real>
struct MadamTensor {
  Real* weight;
  const Real* gradient;
  Real* mean_square;
  Rows rows;
  double bound;  // of the weights
  bool balance;  // rows get zero mean and unit norm in the end
  double steps;

  bool operator==(const MadamTensor&) const = default;
};

struct MadamStep {
  double learning_rate;
  double beta;
  double g_bound;

  bool operator==(const MadamStep&) const = default;
};

// 1 − βᵗ, what a moving average that began at zero has seen of its input.
double bias_correction(double decay, double steps);

// From the sums over all items of the tensor. Without a norm the ratio is 1.
void set_trust_ratio(const LambTensor<float>& tensor, const LambStep& step, const LambSums& sums);

// One set of them, compiled for one instruction set.
struct StepKernels {
  std::string_view name;
  void (*nero)(const NeroTensor<float>&, const NeroStep&, const WorkItem&);
  void (*sgd)(const SgdTensor<float>&, const SgdStep&, const WorkItem&);
  void (*adam)(const AdamTensor<float>&, const AdamStep&, const WorkItem&);
  LambSums (*lamb_moments)(const LambTensor<float>&, const LambStep&, const WorkItem&);
  void (*lamb_update)(const LambTensor<float>&, const LambStep&, const WorkItem&);
  void (*madam)(const MadamTensor<float>&, const MadamStep&, const WorkItem&);
};

// Those that this processor can run, "portable" first and the widest last.
std::vector<const StepKernels*> available_step_kernels();

}  // namespace nero_bench
