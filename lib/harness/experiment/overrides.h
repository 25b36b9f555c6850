#pragma once
#include <string>

#include "base/json.h"

namespace nero_bench {

// Applies "path=value" to a config: "protocol.repeat_seeds=[1,2]", "optimisers.0.beta=0.9", "optimisers[0].beta=0.9".
// The value is JSON, or else a text. Missing keys of objects are created; below "axes" and "points.0" the rest of the
// path is one key, as it is below "names", and below "space" a name that is there. Throws ConfigError naming the
// override.
void apply_override(Json& config, const std::string& override_text);

}  // namespace nero_bench
