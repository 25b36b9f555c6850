#include "learning/checkpoints/examples.h"

#include <gtest/gtest.h>

#include "base/errors.h"

namespace nero_bench {

std::string complaint(const std::filesystem::path& file) {
  try {
    const Checkpoint checkpoint(file);
  } catch (const StoreError& error) {
    return error.what();
  }
  return "";
}

void expect_holds(const Checkpoint& checkpoint, const std::vector<Example>& examples) {
  ASSERT_EQ(checkpoint.sections().size(), examples.size());
  for (std::size_t i = 0; i < examples.size(); ++i) {
    EXPECT_EQ(checkpoint.sections()[i].name, examples[i].name);
    const auto& section = checkpoint.require(examples[i].name, examples[i].type, examples[i].shape);
    EXPECT_EQ(checkpoint.read(section), examples[i].bytes) << examples[i].name;
  }
}

}  // namespace nero_bench
