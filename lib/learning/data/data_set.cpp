#include "learning/data/data_set.h"

#include "learning/data/idx_images.h"
#include "learning/data/synthetic.h"

namespace nero_bench {

const Registry<LoadImages>& image_data_sets() {
  static const Registry<LoadImages> list(
      "data set", {{"mnist", "handwritten digits, 28x28, 60,000 + 10,000",
                    [](JsonReader& json) { return parse_idx_images(json, mnist()); }},
                   {"fashion_mnist", "articles of clothing, 28x28, 60,000 + 10,000",
                    [](JsonReader& json) { return parse_idx_images(json, fashion_mnist()); }},
                   {"synthetic", "Gaussian classes, made on the spot; for tests and examples", parse_synthetic}});
  return list;
}

LoadImages parse_image_data_set(JsonReader& json) {
  auto load = image_data_sets().parse(json);
  json.finish();
  return load;
}

}  // namespace nero_bench
