#pragma once
#include <filesystem>
#include <span>

#include "learning/checkpoints/section.h"

namespace nero_bench {

// Writes a checkpoint (file_format.h) as write_atomically() does: the file is there whole or as it was before. The
// sections go from their memory to the file, without another copy. Throws StoreError naming the file and the reason,
// and on a full disk the bytes needed; std::invalid_argument for two sections of one name, or bytes that do not fit a
// shape.
void write_checkpoint(const std::filesystem::path& file, const CheckpointHeader& header,
                      std::span<const Section> sections);

}  // namespace nero_bench
