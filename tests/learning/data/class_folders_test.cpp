#include "learning/data/class_folders.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/errors.h"
#include "learning/data/files.h"

namespace nero_bench {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

namespace fs = std::filesystem;

// Two classes, of two images and of one.
class Classes : public testing::Test {
 protected:
  Classes() {
    for (const auto* file : {"cat/1", "cat/2", "dog/1"}) folder_.write(file, "");
  }

  auto scan() const {
    return [this] { return scan_class_folders(folder_.path()); };
  }

  TemporaryFolder folder_;
};

TEST_F(Classes, TakeTurns) {
  const auto found = scan()();
  EXPECT_THAT(found.classes, ElementsAre("cat", "dog"));
  EXPECT_THAT(found.labels, ElementsAre(0, 1, 0));
  EXPECT_THAT(found.files, ElementsAre(folder_.path() / "cat/1", folder_.path() / "dog/1", folder_.path() / "cat/2"));
}

TEST_F(Classes, AreFoldersOrLinksToThemNotFilesNorWhatIsHidden) {
  folder_.write("list.txt", "cat dog");
  fs::create_directory(folder_.path() / ".cache");
  fs::create_symlink("nowhere", folder_.path() / ".gone");
  fs::create_directory_symlink("cat", folder_.path() / "lion");
  EXPECT_THAT(scan()().classes, ElementsAre("cat", "dog", "lion"));
}

TEST_F(Classes, ThatCannotBeReachedAreErrorsThatNameThem) {
  for (const auto* target : {"nowhere", "bird"}) {  // the second leads to itself
    const auto bird = folder_.path() / "bird";
    fs::create_symlink(target, bird);
    EXPECT_THAT(scan(), ThrowsMessage<DataError>(HasSubstr(bird.string() + ": cannot be read: "))) << target;
    fs::remove(bird);
  }
}

TEST_F(Classes, WithoutImagesAreErrorsThatNameThem) {
  fs::create_directory(folder_.path() / "bird");
  EXPECT_THAT(scan(), ThrowsMessage<DataError>(HasSubstr("bird: a class without images")));
}

}  // namespace
}  // namespace nero_bench
