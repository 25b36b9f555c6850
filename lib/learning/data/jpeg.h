#pragma once
#include <functional>
#include <memory>

#include "learning/data/picture.h"

namespace nero_bench {

// Baseline and progressive JPEG through libjpeg-turbo. Grey is repeated in all three channels; CMYK is taken as Adobe
// writes it, inverted. Pixels are those of Pillow, to the bit. The orientation that a camera noted is not looked at.
class JpegDecoder {
 public:
  JpegDecoder();
  ~JpegDecoder();
  JpegDecoder(const JpegDecoder&) = delete;
  JpegDecoder& operator=(const JpegDecoder&) = delete;

  static bool recognises(FileBytes file);

  // What to divide both sides by: 1, 2, 4 or 8, given an image's true height and width. Sides are rounded up.
  using ChooseReduction = std::function<int(std::int64_t height, std::int64_t width)>;

  // Decodes into `picture`, whose memory is used again. Throws CorruptImage, also where the data end too early or
  // do not decode; what stands between and behind them is not looked at.
  void decode(FileBytes file, Picture& picture, const ChooseReduction& reduction = {});

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace nero_bench
