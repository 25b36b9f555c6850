#pragma once
#include "learning/models/model.h"

namespace nero_bench {

// The state and the images of tests/golden/networks, by the same formula as in its make_networks.py.

// Fills parameters and buffers.
void set_fixed_state(const Model& model);

at::Tensor fixed_images(std::int64_t side);  // [2, 3, side, side]

// Of the tensors' names and values and of the images: equal to the golden file's if all three are the same.
std::string checksum_of(const Model& model, const at::Tensor& images);

}  // namespace nero_bench
