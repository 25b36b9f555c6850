#pragma once
#include <filesystem>
#include <optional>
#include <string>

#include "learning/tensors/named_tensors.h"

namespace nero_bench {

// Tensors in pages that can only be read, kept for as long as one of them lives. They do not come from LibTorch's
// allocator, so that the memory ledger of a trial is the same whether its data were mapped or decoded.

// The tensors of a file that write_tensors() made for `key`, mapped: processes that map the same file share its memory.
// Sizes are compared with the file before anything is mapped or allocated, and every element with its checksum. Nothing
// if there is no such file. Throws FormatError where it is not intact, of another key, or could have been written by
// somebody else.
std::optional<NamedTensors> map_tensors(const std::filesystem::path& file, const std::string& key);

// Writes such a file, whole or not at all, over one that is there. Float, double, int, long and byte tensors of any
// shape. Throws StoreError.
void write_tensors(const std::filesystem::path& file, const std::string& key, const NamedTensors& tensors);

// A copy in memory of our own. Throws std::bad_alloc.
NamedTensors copy_to_read_only(const NamedTensors& tensors);

}  // namespace nero_bench
