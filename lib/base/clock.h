#pragma once
#include <string>

namespace nero_bench {

std::string utc_now();  // "2026-01-31T12:34:56Z"

}  // namespace nero_bench
