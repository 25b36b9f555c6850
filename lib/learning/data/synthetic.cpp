#include "learning/data/synthetic.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/randn.h>

#include "base/random_streams.h"
#include "learning/data/tensor_images.h"

namespace nero_bench {
namespace {

std::shared_ptr<ImageSplit> draw(const SyntheticOptions& options, const at::Tensor& centres, std::int64_t samples,
                                 std::uint64_t seed) {
  const auto generator = at::make_generator<at::CPUGeneratorImpl>(seed);
  const auto labels = at::arange(samples, at::kLong).remainder(options.classes);
  const auto noise = at::randn({samples, options.channels, options.side, options.side}, generator).mul_(options.noise);
  return std::make_shared<TensorImages>(Examples{noise.add_(centres.index_select(0, labels)), labels});
}

ImageDataSet make_synthetic(const SyntheticOptions& options) {
  const RandomStreams streams(static_cast<std::uint64_t>(options.seed));
  const auto generator = at::make_generator<at::CPUGeneratorImpl>(streams.seed("centres"));
  const auto centres = at::randn({options.classes, options.channels, options.side, options.side}, generator);
  return {draw(options, centres, options.train_samples, streams.seed("train")),
          draw(options, centres, options.test_samples, streams.seed("test")), options.classes};
}

}  // namespace

LoadImages parse_synthetic(JsonReader& json) {
  SyntheticOptions options;
  options.classes = json.optional("classes", options.classes, "how many classes there are", Range::between(2, 10'000));
  options.channels =
      json.optional("channels", options.channels, "channels of an image: 1 for grey, 3 for colour, or any other number",
                    Range::between(1, 1024));
  options.side =
      json.optional("side", options.side, "height and width of an image, in pixels", Range::between(1, 1024));
  options.train_samples = json.optional("train_samples", options.train_samples, "training images that are made",
                                        Range::between(1, 10'000'000));
  options.test_samples =
      json.optional("test_samples", options.test_samples, "test images that are made", Range::between(1, 10'000'000));
  options.noise =
      json.optional("noise", options.noise, "standard deviation of a class around its centre; that of the centres is 1",
                    Range::at_least(0));
  options.seed = json.optional("seed", options.seed, "seed of the images, which are the same for every seed of a trial",
                               Range::at_least(0));
  return {[options](const DataLocations&) { return make_synthetic(options); }, options.train_samples};
}

}  // namespace nero_bench
