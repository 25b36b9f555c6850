#include "base/log.h"

#include <gmock/gmock.h>

#include "base/errors.h"
#include "temporary_folder.h"

namespace nero_bench {
namespace {

constexpr const char* kTime = "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z ";

TEST(LogToFile, AppendsEveryMessageWithItsTime) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "log";
  write_file(file, "before\n");
  log_to_file(file);
  log_warning("mind the \x1b[31mgap");
  log_to_file_only("quietly");
  EXPECT_THAT(content_of(file),
              ::testing::MatchesRegex(std::string("before\n") + kTime + R"(warning: mind the \\x1b\[31mgap)" + "\n" +
                                      kTime + "info: quietly\n"));
}

TEST(LogToFile, NamesTheFileThatCannotBeOpened) { EXPECT_THROW(log_to_file("/proc/no/such/log"), StoreError); }

}  // namespace
}  // namespace nero_bench
