#pragma once
#include <string>

#include "learning/models/layers.h"
#include "learning/models/model.h"

namespace nero_bench {

struct ConvolutionalOptions {
  double width_multiplier = 1;  // of the channels and hidden neurons of every layer
  std::int64_t classes = 0;     // logits; 0: as many as the data set has classes
};

ConvolutionalOptions parse_convolutional(JsonReader& json);

// Makes layers: draws their weights in the order of the calls and registers their tensors. Names are those that PyTorch
// gives them.
class ConvolutionalModel : public Model {
 protected:
  // Throws ConfigError where the data set has more classes than options.classes.
  ConvolutionalModel(const ConvolutionalOptions& options, ModelSetting setting);

  Convolution convolution(const std::string& name, std::int64_t in, std::int64_t out, std::int64_t kernel,
                          std::int64_t stride = 1);
  BatchNorm batch_norm(const std::string& name, std::int64_t channels);
  Linear linear(const std::string& name, std::int64_t fan_in, std::int64_t neurons);

  std::int64_t width(std::int64_t channels) const;  // of a layer that has `channels` at full width
  std::int64_t classes() const { return options_.classes; }
  std::int64_t image_channels() const { return setting_.image_shape.at(0); }
  std::int64_t image_height() const { return setting_.image_shape.at(1); }
  std::int64_t image_width() const { return setting_.image_shape.at(2); }

 private:
  ConvolutionalOptions options_;
  ModelSetting setting_;
};

}  // namespace nero_bench
