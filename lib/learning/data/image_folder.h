#pragma once
#include "learning/data/data_set.h"

namespace nero_bench {

// What is known of an image folder before its options are read.
struct ImageFolderDefaults {
  std::string name = "image_folder";
  std::string folder;  // empty: an option that must be given
  std::string train = "train";
  std::string test = "test";
  std::int64_t classes = 0;                                 // that there must be; 0 for any number
  std::optional<std::int64_t> train_images = std::nullopt;  // and images, where known without the files
  std::optional<std::int64_t> test_images = std::nullopt;
};

ImageFolderDefaults image_net();  // 1,000 classes; 1,281,167 images in imagenet/train, 50,000 in imagenet/val

// JPEG and PNG files in a folder for every class, below a folder for each split: <folder>/train/<class>/<file>. Told
// apart by their content; of any size up to the limits of picture.h. They stay in their files and are decoded by
// threads of the loader whenever they are shown: for training a random cut, for evaluation the centre.
//
// Options: folder (a path, or a name below a data directory), train and test (folders below it), those of CropOptions,
// mean and standard_deviation (three numbers each, of pixels in [0, 1]), decode ("exact", or "reduced": JPEGs much
// larger than needed at a fraction of their size), on_corrupt ("fail", or "skip": every file is looked at first),
// loader_threads (0: as many as processors).
LoadImages parse_image_folder(JsonReader& json, const ImageFolderDefaults& defaults = {});

}  // namespace nero_bench
