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
// A tensor's struct is what differs between tensors, a step's what they share.

template <class Real>
struct NeroTensor {
  Real* weight;
  const Real* gradient;
  Real* mean_square;  // [rows.count]: of the gradient norm of each neuron
  Real scale;         // mean weight norm of the neurons at construction
  Rows rows;
  bool has_rows;           // false: every element is a neuron, and nothing is constrained
  double bias_correction;  // 1 − βᵗ
};

struct NeroStep {
  double learning_rate;
  double beta;
  bool constrain_mean;
  bool constrain_norm;
};

template <class Real>
struct SgdTensor {
  Real* weight;
  const Real* gradient;
  Real* momentum;  // null without
  Rows rows;
};

struct SgdStep {
  double learning_rate;
  double momentum;
  bool nesterov;
  double weight_decay;
};

template <class Real>
struct AdamTensor {
  Real* weight;
  const Real* gradient;
  Real* mean;
  Real* mean_square;
  Rows rows;
  double mean_correction;  // 1 − β₁ᵗ
  double root_correction;  // √(1 − β₂ᵗ)
};

struct AdamStep {
  double learning_rate;
  double beta1;
  double beta2;
  double epsilon;
  double weight_decay;
  bool decoupled;  // AdamW
};

// LAMB has two halves, because its trust ratio needs the norms of the whole tensor.
template <class Real>
struct LambTensor {
  Real* weight;
  const Real* gradient;
  Real* mean;
  Real* mean_square;
  Rows rows;
  double mean_correction;         // 1, or 1 − β₁ᵗ
  double mean_square_correction;  // 1, or 1 − β₂ᵗ
  double trust_ratio;             // for the second half
  bool balance;                   // rows get zero mean and unit norm in the end
};

struct LambStep {
  double learning_rate;
  double beta1;
  double beta2;
  double epsilon;
  double weight_decay;
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
  double bias_correction;  // 1 − βᵗ
  double bound;            // of the weights
  bool balance;            // rows get zero mean and unit norm in the end
};

struct MadamStep {
  double learning_rate;
  double beta;
  double g_bound;
};

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
