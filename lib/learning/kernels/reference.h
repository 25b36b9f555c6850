#pragma once
#include "learning/kernels/step_kernels.h"

// The optimiser steps in double precision, an operation at a time as the papers write them: what the kernels are tested
// against. Each makes one step of one whole tensor.
namespace nero_bench::reference {

void nero(const NeroTensor<double>& tensor, const NeroStep& step);     // Liu et al. 2021, Algorithm 1
void sgd(const SgdTensor<double>& tensor, const SgdStep& step);        // Sutskever et al. 2013
void adam(const AdamTensor<double>& tensor, const AdamStep& step);     // Kingma & Ba 2015; Loshchilov & Hutter 2019
void madam(const MadamTensor<double>& tensor, const MadamStep& step);  // Bernstein et al. 2020

void lamb(const LambTensor<double>& tensor, const LambStep& step);  // You et al. 2020, Algorithm 2

}  // namespace nero_bench::reference
