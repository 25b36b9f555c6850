#include "shapes.h"

#include <algorithm>

#include "base/errors.h"

namespace nero_bench {
namespace {

using Shapes = std::vector<Shape>;

constexpr std::int64_t kMostElements = 4'000'000'000;
constexpr std::size_t kMostDimensions = 64;  // of a tensor of LibTorch

void add(Shapes& to, const Shapes& more, int times = 1) {
  for (int i = 0; i < times; ++i) to.insert(to.end(), more.begin(), more.end());
}

Shapes linear(std::int64_t in, std::int64_t out) { return {{out, in}, {out}}; }
Shapes convolution(std::int64_t in, std::int64_t out, std::int64_t side) { return {{out, in, side, side}, {out}}; }

// Figure 3 right.
Shapes mlp_100() {
  Shapes shapes;
  add(shapes, linear(784, 784), 99);
  add(shapes, linear(784, 10));
  return shapes;
}

// Figures 1, 2, 6: convolutions without bias.
Shapes vgg11() {
  Shapes shapes;
  std::int64_t in = 3;
  for (const std::int64_t out : {64, 128, 256, 256, 512, 512, 512, 512}) {
    shapes.push_back({out, in, 3, 3});
    in = out;
  }
  add(shapes, linear(512, 4096));
  add(shapes, linear(4096, 4096));
  add(shapes, linear(4096, 10));
  return shapes;
}

// A convolution without bias and the gain and bias of its batch norm.
Shapes normalised_convolution(std::int64_t in, std::int64_t out, std::int64_t side) {
  return {{out, in, side, side}, {out}, {out}};
}

// Figure 6.
Shapes resnet18() {
  Shapes shapes = normalised_convolution(3, 64, 3);
  std::int64_t in = 64;
  for (const std::int64_t out : {64, 128, 256, 512}) {
    add(shapes, normalised_convolution(in, out, 3));
    add(shapes, normalised_convolution(out, out, 3));
    if (in != out) add(shapes, normalised_convolution(in, out, 1));
    add(shapes, normalised_convolution(out, out, 3), 2);
    in = out;
  }
  add(shapes, linear(512, 10));
  return shapes;
}

// Figure 7: packed attention projections, no layer norm.
Shapes wikitext2_transformer() {
  Shapes shapes{{33'278, 200}};
  for (int layer = 0; layer < 2; ++layer) {
    add(shapes, linear(200, 600));
    add(shapes, linear(200, 200), 3);
  }
  add(shapes, linear(200, 33'278));
  return shapes;
}

// Figure 8: one matrix for both embeddings and the output; an encoder layer has one attention, a decoder layer two.
Shapes multi30k_transformer() {
  const Shapes attention{{512, 512}, {512, 512}, {512, 512}, {512, 512}};
  Shapes shapes{{9'521, 512}};
  for (const int attentions : {1, 2}) {
    for (int layer = 0; layer < 6; ++layer) {
      add(shapes, attention, attentions);
      add(shapes, linear(512, 2048));
      add(shapes, linear(2048, 512));
    }
  }
  return shapes;
}

Shapes up_block(std::int64_t in, std::int64_t out) {
  Shapes shapes;
  for (const auto channels : {in, out}) add(shapes, linear(100, channels), 2);  // gain and bias of a conditional norm
  add(shapes, convolution(in, out, 3));
  add(shapes, convolution(out, out, 3));
  if (in != out) add(shapes, convolution(in, out, 1));
  return shapes;
}

Shapes non_local_block(std::int64_t channels) {
  Shapes shapes;
  add(shapes, convolution(channels, channels / 8, 1), 2);
  add(shapes, convolution(channels, channels / 2, 1));
  add(shapes, convolution(channels / 2, channels, 1));
  return shapes;
}

// Figure 5.
Shapes gan_generator() {
  Shapes shapes = linear(1000, 80);
  add(shapes, linear(20, 4096));
  add(shapes, up_block(256, 256));
  add(shapes, up_block(256, 128));
  add(shapes, non_local_block(128));
  add(shapes, up_block(128, 64));
  add(shapes, {{64}, {64}});
  add(shapes, convolution(64, 3, 3));
  return shapes;
}

Shapes block(std::int64_t in, std::int64_t out, bool skip) {
  Shapes shapes = convolution(in, out, 3);
  add(shapes, convolution(out, out, 3));
  if (skip) add(shapes, convolution(in, out, 1));
  return shapes;
}

Shapes gan_discriminator() {
  Shapes shapes = block(3, 64, true);
  add(shapes, block(64, 128, true));
  add(shapes, non_local_block(128));
  add(shapes, block(128, 256, true));
  add(shapes, block(256, 256, false));
  add(shapes, linear(256, 1));
  shapes.push_back({1000, 256});
  return shapes;
}

// Figure 9.
Shapes pong_policy() {
  Shapes shapes = convolution(4, 32, 8);
  add(shapes, convolution(32, 64, 4));
  add(shapes, convolution(64, 32, 3));
  add(shapes, linear(1568, 512));
  add(shapes, linear(512, 1));
  add(shapes, linear(512, 6));
  return shapes;
}

}  // namespace

const std::vector<ModelShapes>& model_shapes() {
  static const std::vector<ModelShapes> models{
      {"mlp_100", "100-layer perceptron (figure 3 right)", mlp_100()},
      {"vgg11", "VGG-11 for CIFAR-10 (figures 1, 2, 6)", vgg11()},
      {"resnet18", "ResNet-18 for CIFAR-10 (figure 6)", resnet18()},
      {"wikitext2_transformer", "language model (figure 7)", wikitext2_transformer()},
      {"multi30k_transformer", "translation (figure 8)", multi30k_transformer()},
      {"gan_generator", "class-conditional GAN (figure 5)", gan_generator()},
      {"gan_discriminator", "class-conditional GAN (figure 5)", gan_discriminator()},
      {"pong_policy", "PPO policy and value (figure 9)", pong_policy()},
  };
  return models;
}

std::vector<Shape> parse_shapes(const Json& json, const std::string& source) {
  const auto fail = [&](const std::string& what) -> void {
    throw ConfigError(
        source + ": expected a list of shapes of whole numbers > 0, each of at most 64, such as [[784, 784], [784]], " +
        what + "; correct the file");
  };
  if (!json.is_array() || json.empty()) fail("found another kind of value");
  std::vector<Shape> shapes;
  for (const auto& list : json) {
    if (!list.is_array() || list.size() > kMostDimensions) fail("found " + list.dump().substr(0, 40));
    Shape shape;
    for (const auto& size : list) {
      if (!size.is_number_integer() || size < 1 || size > kMostElements) fail("found " + list.dump().substr(0, 40));
      shape.push_back(size);
    }
    if (elements(shape) > kMostElements) fail("found one of more than 4e9 elements");
    shapes.push_back(std::move(shape));
  }
  if (elements(shapes) > kMostElements) fail("found more than 4e9 elements");
  return shapes;
}

std::int64_t elements(const Shape& shape) {
  double product = 1;  // beyond 64 bits as well
  for (const auto size : shape) product *= static_cast<double>(size);
  return static_cast<std::int64_t>(std::min(product, 1e18));
}

std::int64_t elements(const std::vector<Shape>& shapes) {
  std::int64_t sum = 0;
  for (const auto& shape : shapes) sum += elements(shape);
  return sum;
}

}  // namespace nero_bench
