#pragma once
#include <array>
#include <string>
#include <vector>

#include "learning/data/data_set.h"

namespace nero_bench {

// A data set of four IDX files in MNIST's layout.
struct IdxImageSet {
  std::string name;
  std::string folder;         // below a data directory
  std::string debian_folder;  // where a Debian package puts the files, empty if none does
  std::string remedy;         // how to get it
  double mean = 0;            // of the training pixels in [0, 1]
  double standard_deviation = 1;
  std::array<std::string, 4> sha256;  // of the uncompressed files, in the order of kIdxFileNames
};

inline constexpr std::array<const char*, 4> kIdxFileNames{"train-images-idx3-ubyte", "train-labels-idx1-ubyte",
                                                          "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"};

const IdxImageSet& mnist();
const IdxImageSet& fashion_mnist();

// Options: train_samples and test_samples (the first so many in file order, 0 for all), pool (mean over pool × pool
// pixels).
LoadImages parse_idx_images(JsonReader& json, const IdxImageSet& set);

// The folder the set would be read from. Throws DataError where there is none.
std::string idx_images_folder(const IdxImageSet& set, const DataLocations& locations);

struct FileCheck {
  std::string file;
  std::string problem;  // empty: present, and its content is the published one
};

// Compares the files of a set with their published checksums. Throws DataError where the set is not there at all.
std::vector<FileCheck> verify_idx_images(const IdxImageSet& set, const DataLocations& locations);

}  // namespace nero_bench
