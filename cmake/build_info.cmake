# Writes OUTPUT with the commit of SOURCE_DIR; run at every build, and touches the file only when it changed.
execute_process(COMMAND git -C ${SOURCE_DIR} describe --always --dirty --abbrev=12 --exclude=*
  OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
if(NOT commit)
  set(commit "unknown")
endif()
file(CONFIGURE OUTPUT ${OUTPUT} CONTENT [[
#include "base/build_info.h"

namespace nero_bench {

const BuildInfo& build_info() {
  static const BuildInfo info{"@VERSION@", "@commit@", "@COMPILER@", "@BUILD_TYPE@"};
  return info;
}

}  // namespace nero_bench
]] @ONLY)
