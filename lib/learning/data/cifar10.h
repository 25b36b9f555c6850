#pragma once
#include "learning/data/data_set.h"

namespace nero_bench {

inline constexpr std::int64_t kCifar10BatchImages = 10'000;  // in each file of the published set

// CIFAR-10, below cifar10/ of a data directory, in one of two forms. "batches": cifar-10-batches-bin/data_batch_1.bin …
// data_batch_5.bin and test_batch.bin, records of a label byte and the red, green and blue planes. "images": JPEG or
// PNG files of 32 x 32 pixels, train/<class>/<file> and test/<class>/<file>, image k of every class in turn; the number
// of a class is its place in the alphabet, which for CIFAR-10 is the usual one. Either way the set is kept as bytes.
// The two forms have the same images in different orders, so that train_samples takes others from each.
//
// Options: form, train_samples and test_samples (the first so many, 0 for all), on_corrupt ("fail", or "skip": images
// of the second form that do not decode are left out and counted), and those of AugmentationOptions. `images_a_batch`
// is what a batch file must hold.
LoadImages parse_cifar10(JsonReader& json, std::int64_t images_a_batch = kCifar10BatchImages);

}  // namespace nero_bench
