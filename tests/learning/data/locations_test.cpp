#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/errors.h"
#include "learning/data/files.h"
#include "learning/data/idx_images.h"

namespace nero_bench {
namespace {

using testing::AllOf;
using testing::Each;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;

const std::vector<std::string> kOneWhiteImage{std::string(28 * 28, '\xff')};

// Five folders, each of which may hold a set, from the first choice to the last.
class DataLocation : public testing::Test {
 protected:
  DataLocation() {
    set_ = mnist();
    set_.debian_folder = in("debian");
    // sha256sum of the four files that write_set() makes of one white image of class 7.
    set_.sha256 = {"37cccef31829c79e8da2b376a55eb6b30ff79c692e66794fa94aeae6849ce4b5",
                   "c564aa0aa783b8862ae6128a973a6f6b213b9428d39b5c8acfbda3c630d40f1e",
                   "12878cea1d1793cf2f4ef7e93a8adcc01bc824c4ac287a264710a7b561342584",
                   "3b6ad0250cb381d2971786334ca4087c0751f338faf51339d5b61f81f9f2f93d"};
  }

  std::string in(const std::string& name) const { return (folder_.path() / name).string(); }
  void put_set_into(const std::string& name) { write_set(folder_, name, kOneWhiteImage, "\7"); }
  std::string found() const { return idx_images_folder(set_, {in("named")}); }

  TemporaryFolder folder_;
  IdxImageSet set_;
  ScopedEnvironment environment_{
      {{"NERO_BENCH_DATA", in("variable")}, {"XDG_DATA_HOME", in("xdg")}, {"HOME", in("home")}}};
};

TEST_F(DataLocation, IsTheNamedFolderThenTheVariableThenTheUsersThenDebians) {
  put_set_into("debian");
  EXPECT_EQ(found(), in("debian"));
  put_set_into("xdg/nero-bench/mnist");
  EXPECT_EQ(found(), in("xdg/nero-bench/mnist"));
  put_set_into("variable/mnist");
  EXPECT_EQ(found(), in("variable/mnist"));
  put_set_into("named/mnist");
  EXPECT_EQ(found(), in("named/mnist"));
}

TEST_F(DataLocation, OfAUserWithoutXdgFolderIsBelowHome) {
  put_set_into("home/.local/share/nero-bench/mnist");
  for (const auto& unset : {std::optional<std::string>(), std::optional<std::string>("")}) {
    const ScopedEnvironment without_xdg(ScopedEnvironment::Variables{{"XDG_DATA_HOME", unset}});
    EXPECT_EQ(found(), in("home/.local/share/nero-bench/mnist"));
  }
}

TEST_F(DataLocation, IsNotTheWorkingFolderWhereTheVariableIsEmpty) {
  const ScopedEnvironment empty(ScopedEnvironment::Variables{{"NERO_BENCH_DATA", ""}});
  try {
    found();
    FAIL();
  } catch (const DataError& error) {
    EXPECT_THAT(error.what(), testing::Not(HasSubstr("\n  mnist")));
  }
}

TEST_F(DataLocation, WithoutTheSetIsADataErrorThatListsThePlacesAndTheRemedy) {
  try {
    found();
    FAIL();
  } catch (const DataError& error) {
    EXPECT_EQ(error.code(), ExitCode::kData);
    EXPECT_THAT(error.what(),
                AllOf(HasSubstr("'mnist' not found"), HasSubstr(in("named/mnist")), HasSubstr(in("variable/mnist")),
                      HasSubstr(in("xdg/nero-bench/mnist")), HasSubstr(in("debian")), HasSubstr("--data-dir")));
    EXPECT_THAT(error.what(), HasSubstr("NERO_BENCH_DATA"));
  }
}

TEST(FashionMnist, IsLookedForWhereDebianPutsItAndTheRemedyNamesThePackage) {
  EXPECT_EQ(fashion_mnist().debian_folder, "/usr/share/datasets/fashion-mnist");
  EXPECT_THAT(fashion_mnist().remedy, HasSubstr("apt-get install dataset-fashion-mnist"));
}

using Verification = DataLocation;

TEST_F(Verification, FindsThePublishedContentGoodCompressedOrNot) {
  put_set_into("debian");
  EXPECT_THAT(verify_idx_images(set_, {}), Each(Field(&FileCheck::problem, IsEmpty())));
  std::filesystem::remove(in("debian/train-labels-idx1-ubyte"));
  folder_.write("debian/train-labels-idx1-ubyte.gz", gzip_compressed(idx_labels("\7")));
  const auto checks = verify_idx_images(set_, {});
  EXPECT_THAT(checks, Each(Field(&FileCheck::problem, IsEmpty())));
  EXPECT_EQ(checks.at(1).file, in("debian/train-labels-idx1-ubyte.gz"));
}

TEST_F(Verification, NamesTheFilesThatChangedAreDamagedOrMissing) {
  put_set_into("debian");
  folder_.write("debian/train-labels-idx1-ubyte", idx_labels("\6"));
  std::filesystem::remove(in("debian/t10k-images-idx3-ubyte"));
  std::filesystem::remove(in("debian/t10k-labels-idx1-ubyte"));
  folder_.write("debian/t10k-labels-idx1-ubyte.gz", gzip_compressed(idx_labels("\3\4")).substr(0, 20));
  const auto checks = verify_idx_images(set_, {});
  ASSERT_EQ(checks.size(), 4);
  EXPECT_EQ(checks[0].problem, "");
  EXPECT_THAT(checks[1].problem, HasSubstr("not the published one"));
  EXPECT_THAT(checks[2].problem, HasSubstr("missing"));
  EXPECT_THAT(checks[3].problem, HasSubstr("end too early"));
  EXPECT_EQ(checks[1].file, in("debian/train-labels-idx1-ubyte"));
}

TEST_F(Verification, OfASetThatIsNotThereIsADataError) { EXPECT_THROW(verify_idx_images(set_, {}), DataError); }

}  // namespace
}  // namespace nero_bench
