#include "learning/data/data_set.h"

#include <algorithm>

#include "base/errors.h"
#include "base/random_streams.h"
#include "learning/data/cifar10.h"
#include "learning/data/idx_images.h"
#include "learning/data/image_folder.h"
#include "learning/data/image_subset.h"
#include "learning/data/synthetic.h"

namespace nero_bench {
namespace {

using ParseImages = std::function<LoadImages(JsonReader&)>;

// Every data set has the option.
ParseImages with_validation_option(ParseImages parse) {
  return [parse = std::move(parse)](JsonReader& json) {
    auto load = parse(json);
    const auto most = load.train_samples().value_or(1 << 30) - 1;
    const auto samples =
        json.optional("validation_samples", std::int64_t{0},
                      "training images held out as split validation, the same ones in every trial; 0: none",
                      Range::between(0, static_cast<double>(most)));
    return samples == 0 ? load : with_validation(load, samples);
  };
}

}  // namespace

LoadImages with_validation(const LoadImages& load, std::int64_t validation_samples) {
  const auto load_and_split = [=](const DataLocations& locations) {
    auto set = load(locations);
    const auto samples = set.train->size();
    if (validation_samples >= samples) {
      throw ConfigError("task.data.validation_samples: expected fewer than the " + std::to_string(samples) +
                        " training samples, found " + std::to_string(validation_samples) + "; leave some to train on");
    }
    auto order = RandomStreams(0).permutation(samples, "validation_split");
    const auto held_out = order.begin() + validation_samples;
    std::sort(order.begin(), held_out);  // neighbours in a file are read together
    std::sort(held_out, order.end());
    const auto all = set.train;
    set.train = std::make_shared<ImageSubset>(all, std::vector<std::int64_t>(held_out, order.end()));
    set.validation = std::make_shared<ImageSubset>(all, std::vector<std::int64_t>(order.begin(), held_out));
    return set;
  };
  auto train_samples = load.train_samples();
  if (train_samples) *train_samples -= validation_samples;
  return {load_and_split, train_samples, true};
}

const Registry<LoadImages>& image_data_sets() {
  static const Registry<LoadImages> list(
      "data set", {{"mnist", "handwritten digits, 28x28, 60,000 + 10,000",
                    with_validation_option([](JsonReader& json) { return parse_idx_images(json, mnist()); })},
                   {"fashion_mnist", "articles of clothing, 28x28, 60,000 + 10,000",
                    with_validation_option([](JsonReader& json) { return parse_idx_images(json, fashion_mnist()); })},
                   {"cifar10", "photographs of ten kinds of things, 32x32x3, 50,000 + 10,000",
                    with_validation_option([](JsonReader& json) { return parse_cifar10(json); })},
                   {"image_folder", "JPEG and PNG files of different sizes, a folder for every class",
                    with_validation_option([](JsonReader& json) { return parse_image_folder(json); })},
                   {"imagenet", "an image folder of 1,000 classes, train/ and val/",
                    with_validation_option([](JsonReader& json) { return parse_image_folder(json, image_net()); })},
                   {"synthetic", "Gaussian classes, made on the spot; for tests and examples",
                    with_validation_option(parse_synthetic)}});
  return list;
}

LoadImages parse_image_data_set(JsonReader& json) {
  auto load = image_data_sets().parse(json);
  json.finish();
  return load;
}

}  // namespace nero_bench
