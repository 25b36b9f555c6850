#include "learning/data/data_set.h"

#include "learning/data/cifar10.h"
#include "learning/data/idx_images.h"
#include "learning/data/image_folder.h"
#include "learning/data/synthetic.h"

namespace nero_bench {

const Registry<LoadImages>& image_data_sets() {
  static const Registry<LoadImages> list(
      "data set", {{"mnist", "handwritten digits, 28x28, 60,000 + 10,000",
                    [](JsonReader& json) { return parse_idx_images(json, mnist()); }},
                   {"fashion_mnist", "articles of clothing, 28x28, 60,000 + 10,000",
                    [](JsonReader& json) { return parse_idx_images(json, fashion_mnist()); }},
                   {"cifar10", "photographs of ten kinds of things, 32x32x3, 50,000 + 10,000",
                    [](JsonReader& json) { return parse_cifar10(json); }},
                   {"image_folder", "JPEG and PNG files of any size, a folder for every class",
                    [](JsonReader& json) { return parse_image_folder(json); }},
                   {"imagenet", "an image folder of 1,000 classes, train/ and val/",
                    [](JsonReader& json) { return parse_image_folder(json, image_net()); }},
                   {"synthetic", "Gaussian classes, made on the spot; for tests and examples", parse_synthetic}});
  return list;
}

LoadImages parse_image_data_set(JsonReader& json) {
  auto load = image_data_sets().parse(json);
  json.finish();
  return load;
}

}  // namespace nero_bench
