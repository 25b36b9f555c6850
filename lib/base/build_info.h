#pragma once
#include <string>

namespace nero_bench {

struct BuildInfo {
  std::string version;
  std::string commit;  // "-dirty" appended where the checkout had changes
  std::string compiler;
  std::string build_type;
};

const BuildInfo& build_info();  // generated at build time by cmake/build_info.cmake

}  // namespace nero_bench
