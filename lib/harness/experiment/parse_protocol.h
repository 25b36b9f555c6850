#pragma once
#include <string>
#include <vector>

#include "base/json_reader.h"
#include "harness/experiment/experiment_config.h"

namespace nero_bench {

// Reads the key "protocol", which may be absent; `evaluated` are the splits one may select by. Throws ConfigError.
Protocol parse_protocol(JsonReader& json, const std::vector<std::string>& evaluated);

}  // namespace nero_bench
