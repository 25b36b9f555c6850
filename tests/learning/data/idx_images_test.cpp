#include "learning/data/idx_images.h"

#include <ATen/TensorIndexing.h>
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

constexpr std::size_t kPixels = 28 * 28;

// Black, white, and the row number on every pixel.
std::vector<std::string> three_images() {
  std::string rows;
  for (char row = 0; row < 28; ++row) rows += std::string(28, row);
  return {std::string(kPixels, '\0'), std::string(kPixels, '\xff'), rows};
}

class IdxImages : public testing::Test {
 protected:
  LoadedSet load(const Json& options = Json::object()) {
    Json config = options;
    config["name"] = "mnist";
    JsonReader reader(config, "test");
    return LoadedSet(parse_image_data_set(reader)({folder_.path().string()}));
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

  void write_training(const std::string& images, const std::string& labels) {
    folder_.write("mnist/train-images-idx3-ubyte", images);
    folder_.write("mnist/train-labels-idx1-ubyte", labels);
  }

  IdxImages() { write_set(folder_, "mnist", three_images(), {"\7\0\2", 3}); }

  TemporaryFolder folder_;
  ScopedEnvironment environment_{no_data_folders()};
};

TEST_F(IdxImages, HaveTheirShapesTypesAndLabels) {
  const auto set = load();
  EXPECT_EQ(set.classes, 10);
  EXPECT_EQ(set.train.inputs.sizes(), (std::vector<std::int64_t>{3, 1, 28, 28}));
  EXPECT_EQ(set.test.inputs.sizes(), (std::vector<std::int64_t>{2, 1, 28, 28}));
  EXPECT_EQ(set.train.inputs.scalar_type(), at::kFloat);
  EXPECT_EQ(set.train.labels.scalar_type(), at::kLong);
  EXPECT_THAT(labels_of(set.train), ElementsAre(7, 0, 2));
  EXPECT_THAT(labels_of(set.test), ElementsAre(3, 4));
}

// (0 − 0.1307) / 0.3081, (1 − 0.1307) / 0.3081 and (20 / 255 − 0.1307) / 0.3081
TEST_F(IdxImages, AreStandardisedByTheSetsMeanAndDeviation) {
  const auto images = load().train.inputs;
  EXPECT_NEAR(images[0].min().item<double>(), -0.424213, 1e-6);
  EXPECT_NEAR(images[0].max().item<double>(), -0.424213, 1e-6);
  EXPECT_NEAR(images[1].min().item<double>(), 2.821487, 1e-6);
  EXPECT_NEAR(images[1].max().item<double>(), 2.821487, 1e-6);
  EXPECT_NEAR(images[2][0][20][5].item<double>(), -0.169648, 1e-6);
}

TEST_F(IdxImages, OfFashionAreStandardisedByOtherNumbers) {  // (0 − 0.286) / 0.353
  write_set(folder_, "fashion-mnist", three_images(), {"\7\0\2", 3});
  const Json config{{"name", "fashion_mnist"}};
  JsonReader reader(config, "test");
  const LoadedSet set(parse_image_data_set(reader)({folder_.path().string()}));
  EXPECT_NEAR(set.train.inputs[0].min().item<double>(), -0.810198, 1e-6);
}

TEST_F(IdxImages, PooledAreMeansOfSquares) {
  const auto images = load({{"pool", 14}}).train.inputs;
  EXPECT_EQ(images.sizes(), (std::vector<std::int64_t>{3, 1, 2, 2}));
  // Rows 0 to 13 have mean 6.5, rows 14 to 27 have mean 20.5: (6.5 / 255 − 0.1307) / 0.3081 and so on.
  EXPECT_NEAR(images[2][0][0][0].item<double>(), -0.341479, 1e-6);
  EXPECT_NEAR(images[2][0][0][1].item<double>(), -0.341479, 1e-6);
  EXPECT_NEAR(images[2][0][1][0].item<double>(), -0.163284, 1e-6);
  EXPECT_NEAR(images[2][0][1][1].item<double>(), -0.163284, 1e-6);
  EXPECT_NEAR(images[1].min().item<double>(), 2.821487, 1e-6);
}

TEST_F(IdxImages, InASubsetAreTheFirstOfTheFile) {
  const auto set = load({{"train_samples", 2}, {"test_samples", 1}});
  EXPECT_THAT(labels_of(set.train), ElementsAre(7, 0));
  EXPECT_THAT(labels_of(set.test), ElementsAre(3));
  EXPECT_EQ(set.train.inputs.size(0), 2);
  EXPECT_NEAR(set.train.inputs[1].min().item<double>(), 2.821487, 1e-6);
}

TEST_F(IdxImages, AskedForInALargerNumberThanThereAreAreAConfigError) {
  EXPECT_THAT(complaint<ConfigError>({{"train_samples", 4}}), AllOf(HasSubstr("4 samples"), HasSubstr("there are 3")));
}

TEST_F(IdxImages, OfOptionsOutOfRangeAreAConfigError) {
  EXPECT_THAT(complaint<ConfigError>({{"pool", 3}}), HasSubstr("at pool: expected a divisor of 28, found 3"));
  EXPECT_THAT(complaint<ConfigError>({{"pool", 0}}), HasSubstr("at pool"));
  EXPECT_THAT(complaint<ConfigError>({{"train_samples", -1}}), HasSubstr("at train_samples"));
  EXPECT_THAT(complaint<ConfigError>({{"train_sample", 1}}), HasSubstr("did you mean 'train_samples'"));
}

TEST_F(IdxImages, WithALabelOutOfRangeAreAnErrorAtItsByte) {
  write_training(idx_images(three_images()), idx_labels({"\7\x0a\2", 3}));
  EXPECT_THAT(complaint(), AllOf(HasSubstr("train-labels-idx1-ubyte: at byte 9 ("), HasSubstr("label 10 is not one")));
}

TEST_F(IdxImages, InADifferentNumberThanLabelsAreAnErrorWithBothNumbers) {
  write_training(idx_images(three_images()), idx_labels("\7\1"));
  EXPECT_THAT(complaint(), AllOf(HasSubstr("train-labels-idx1-ubyte: "), HasSubstr("2 labels for 3 images")));
}

TEST_F(IdxImages, OfAnotherSizeAreAnError) {
  write_training(idx_bytes(0x803, {1, 14, 56}, std::string(kPixels, '\0')), idx_labels("\1"));
  EXPECT_THAT(complaint(), AllOf(HasSubstr("train-images-idx3-ubyte: "), HasSubstr("not 28 x 28")));
}

TEST_F(IdxImages, WithoutOneOfTheFilesAreAnErrorThatNamesIt) {
  std::filesystem::remove(folder_.path() / "mnist/t10k-labels-idx1-ubyte");
  EXPECT_THAT(complaint(), AllOf(HasSubstr("mnist/t10k-labels-idx1-ubyte: missing"), HasSubstr("copy the whole set")));
}

TEST_F(IdxImages, MayLieThereCompressed) {
  for (const auto& name : kIdxFileNames) {
    const auto file = folder_.path() / "mnist" / name;
    if (std::string(name).starts_with("train-labels")) {
      folder_.write("mnist/" + std::string(name) + ".gz", gzip_compressed(idx_labels("\1\2\3")));
      std::filesystem::remove(file);
    }
  }
  EXPECT_THAT(labels_of(load().train), ElementsAre(1, 2, 3));
}

}  // namespace
}  // namespace nero_bench
