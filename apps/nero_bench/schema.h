#pragma once
#include <string_view>

// The files of schemas/, byte by byte; the build writes their definitions (cmake/embed_schemas.cmake).
namespace nero_bench::schemas {

extern const std::string_view kExperiment;
extern const std::string_view kRecord;
extern const std::string_view kReference;

}  // namespace nero_bench::schemas
