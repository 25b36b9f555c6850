#include "learning/data/cifar10.h"

#include <ATen/ops/equal.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/errors.h"
#include "learning/data/files.h"
#include "learning/data/loaded.h"

namespace nero_bench {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

// A label, then planes of one value each.
std::string record(char label, char red, char green, char blue) {
  std::string bytes(1, label);
  for (const char plane : {red, green, blue}) bytes.append(1024, plane);
  return bytes;
}

// Two images in each file: the first one's red and label are the number of the file (0 for the test file).
class Cifar10 : public testing::Test {
 protected:
  Cifar10() {
    for (char file = 1; file <= 5; ++file) write("data_batch_" + std::to_string(file) + ".bin", file);
    write("test_batch.bin", 0);
  }

  void write(const std::string& name, char number) {
    folder_.write("cifar10/cifar-10-batches-bin/" + name, record(number, number, 0, 0) + record(9, 0, 100, '\xff'));
  }

  ImageDataSet load(const Json& options = Json::object()) {
    Json config = options;
    JsonReader reader(config, "test");
    const auto loader = parse_cifar10(reader, 2);
    reader.finish();
    return loader({folder_.path().string(), "none"});
  }

  template <class Error = DataError>
  std::string complaint(const Json& options = Json::object()) {
    try {
      load(options);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  }

  TemporaryFolder folder_;
  ScopedEnvironment environment_{no_data_folders()};
};

TEST_F(Cifar10, IsReadFileAfterFile) {
  const LoadedSet set(load());
  EXPECT_EQ(set.classes, 10);
  EXPECT_THAT(labels_of(set.train), ElementsAre(1, 9, 2, 9, 3, 9, 4, 9, 5, 9));
  EXPECT_THAT(labels_of(set.test), ElementsAre(0, 9));
  EXPECT_EQ(set.train.inputs.sizes(), (std::vector<std::int64_t>{10, 3, 32, 32}));
}

// (100 / 255 − 0.4822) / 0.1994 and (1 − 0.4465) / 0.2010
TEST_F(Cifar10, HasItsPlanesInTheOrderOfRedGreenBlueAndIsStandardised) {
  const auto image = LoadedSet(load()).test.inputs[1];
  EXPECT_NEAR(image[0].max().item<double>(), -0.4914 / 0.2023, 1e-5);
  EXPECT_NEAR(image[1].min().item<double>(), -0.451575, 1e-5);
  EXPECT_NEAR(image[1].max().item<double>(), -0.451575, 1e-5);
  EXPECT_NEAR(image[2].min().item<double>(), 2.753731, 1e-5);
}

TEST_F(Cifar10, OfFewerSamplesIsTheFirstOfThem) {
  const LoadedSet set(load({{"train_samples", 3}, {"test_samples", 1}}));
  EXPECT_THAT(labels_of(set.train), ElementsAre(1, 9, 2));
  EXPECT_THAT(labels_of(set.test), ElementsAre(0));
}

TEST_F(Cifar10, AugmentsTrainingImagesButNotTestImages) {
  const auto set = load();
  EXPECT_FALSE(at::equal(all_of(*set.train, 1).inputs, all_of(*set.train).inputs));
  EXPECT_TRUE(at::equal(all_of(*set.test, 1).inputs, all_of(*set.test).inputs));
}

TEST_F(Cifar10, OfTheWrongLengthIsAnErrorNamingTheFile) {
  folder_.write("cifar10/cifar-10-batches-bin/data_batch_2.bin", record(1, 1, 1, 1));
  EXPECT_THAT(complaint(), AllOf(HasSubstr("data_batch_2.bin: expected 6146 bytes, which are 2 images, found 3073"),
                                 HasSubstr("replace the file")));
  folder_.write("cifar10/cifar-10-batches-bin/data_batch_2.bin", std::string(10'000, '\0'));
  EXPECT_THAT(complaint(), HasSubstr("data_batch_2.bin"));
}

TEST_F(Cifar10, OfAnImpossibleLabelIsAnErrorNamingThePlace) {
  write("test_batch.bin", 10);
  EXPECT_THAT(complaint(), HasSubstr("test_batch.bin: at byte 0: label 10 is not one of 0 to 9"));
}

TEST_F(Cifar10, ThatIsNotThereIsAnErrorNamingThePlaces) {
  std::filesystem::remove_all(folder_.path() / "cifar10");
  EXPECT_THAT(complaint(), AllOf(HasSubstr("data set 'cifar10' not found"), HasSubstr(folder_.path().string()),
                                 HasSubstr("--data-dir")));
}

// Only batch files are all of one size; a folder may hold any number, of which "skip" leaves out some.
TEST(Cifar10Samples, AreKnownWithoutTheFilesWhereTheyDoNotDependOnThem) {
  const auto known = [](Json options) {
    JsonReader reader(options, "test");
    return parse_cifar10(reader).train_samples();
  };
  EXPECT_EQ(known(Json::object()), 50'000);
  EXPECT_EQ(known({{"train_samples", 70}}), 70);
  EXPECT_EQ(known({{"form", "images"}}), std::nullopt);
  EXPECT_EQ(known({{"form", "images"}, {"train_samples", 70}}), 70);
  EXPECT_EQ(known({{"form", "images"}, {"train_samples", 70}, {"on_corrupt", "skip"}}), std::nullopt);
}

TEST_F(Cifar10, OfMoreSamplesThanThereAreIsAConfigError) {
  EXPECT_THAT(complaint<ConfigError>({{"train_samples", 11}}), HasSubstr("at train_samples"));
}

}  // namespace
}  // namespace nero_bench
