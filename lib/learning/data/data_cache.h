#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/json.h"
#include "learning/data/data_set.h"
#include "learning/tensors/named_tensors.h"

namespace nero_bench {

// What decoded tensors are a function of.
struct DataSource {
  std::string name;                // of the data set; with the file's own it names the file in the cache
  std::vector<std::string> files;  // read by the decoder, all of them
  Json options;                    // everything else: those of the data set, what names of files say, constants, a
                                   // version of the decoder
};

// The tensors that `decode` makes of a source, decoded once for all processes of the machine: they are kept in a file
// named after the content of the source's files, mapped and verified whenever they are wanted. They cannot be written
// to. A damaged file is replaced, with a warning. Where the cache cannot be used they are decoded into memory of our
// own, with a warning, unless the user wants no cache. Throws what `decode` throws, DataError where a file of the
// source cannot be read, and StopRequested.
NamedTensors cached_tensors(const DataSource& source, const DataLocations& locations,
                            const std::function<NamedTensors()>& decode);

// The folder of the cache: that of the locations, then $NERO_BENCH_CACHE, then $XDG_CACHE_HOME/nero-bench/data, then
// ~/.cache/nero-bench/data. Empty where the first of them that is set is "none", or none is set.
std::string data_cache_folder(const DataLocations& locations);

// What lies in it, in bytes. It may be deleted at any time: a trial that runs keeps what it has mapped.
std::uintmax_t data_cache_bytes(const std::string& folder);

}  // namespace nero_bench
