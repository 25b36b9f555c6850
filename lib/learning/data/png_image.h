#pragma once
#include "learning/data/picture.h"

namespace nero_bench {

bool is_png(FileBytes file);

// PNG through libpng: grey is repeated in all three channels, palettes are looked up, 16 bits rounded to 8,
// transparency and gamma not looked at. Decodes into `picture`, whose memory is used again. Throws CorruptImage.
void decode_png(FileBytes file, Picture& picture);

}  // namespace nero_bench
