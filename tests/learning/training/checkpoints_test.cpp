#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <png.h>

#include <fstream>

#include "base/errors.h"
#include "learning/optimisers/optimisers.h"
#include "learning/training/environment.h"
#include "learning/training/trials.h"
#include "temporary_folder.h"

namespace nero_bench {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

// 40 steps, 4 an epoch, evaluated on both splits.
TrialSpec forty_steps(const std::string& optimiser) {
  auto spec = with_task(with_optimiser(small_spec(), {{"name", optimiser}}), "/data/train_samples", 60);
  spec.budget = {.epochs = 0, .steps = 40};
  spec.evaluate = {"train", "test"};
  spec.record_steps = true;
  return spec;
}

// Small images of two classes with noise that differs from file to file: 60 to train, 30 to test.
void write_class_folders(const std::filesystem::path& folder) {
  constexpr unsigned kSide = 10;
  unsigned noise = 1;
  for (const auto& [split, images] : {std::pair{"train", 30}, {"test", 15}}) {
    for (const char* name : {"cats", "dogs"}) {
      const auto files = folder / split / name;
      std::filesystem::create_directories(files);
      for (int i = 0; i < images; ++i) {
        std::vector<unsigned char> pixels(3 * kSide * kSide);
        for (auto& pixel : pixels) pixel = static_cast<unsigned char>((noise = noise * 1664525 + 1013904223) >> 24);
        png_image image{};
        image.version = PNG_IMAGE_VERSION;
        image.width = image.height = kSide;
        image.format = PNG_FORMAT_RGB;
        const auto file = files / (std::to_string(i) + ".png");
        ASSERT_TRUE(png_image_write_to_file(&image, file.c_str(), /*convert_to_8_bit=*/0, pixels.data(), 0, nullptr));
      }
    }
  }
}

class Checkpoints : public testing::Test {
 protected:
  // One process's share of the trial: it is asked to stop at the `asked`-th time that it looks.
  TrialRecord go_on(const TrialSpec& spec, int asked = 1'000'000) {
    TrialMonitor monitor;
    int looked = 0;
    monitor.stop_requested = [&] { return ++looked >= asked; };
    monitor.warn = [this](const std::string& warning) { warnings_.push_back(warning); };
    const auto device = open_device("cpu");
    fix_arithmetic(1);
    return run_trial(prepare_trial(spec), {}, *device, monitor, {options_});
  }

  std::vector<std::filesystem::path> files() const {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_.path()))
      if (entry.is_regular_file()) files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    return files;
  }

  TemporaryFolder folder_;
  CheckpointOptions options_{folder_.path().string(), 0, 0};
  std::vector<std::string> warnings_;
};

// Between any two steps, and before and within any evaluation.
TEST_F(Checkpoints, ATrialStoppedAnywhereGoesOnToTheSameBits) {
  for (const auto& entry : optimisers().entries()) {
    const auto spec = forty_steps(entry.name);
    const auto whole = reproducible_part(run(spec));
    int stops = 0;
    for (int asked = 1;; ++asked) {
      const auto first = go_on(spec, asked);
      if (first.status == TrialStatus::kCompleted) break;
      ASSERT_EQ(first.status, TrialStatus::kInterrupted);
      ++stops;
      const auto record = go_on(spec);
      ASSERT_EQ(reproducible_part(record), whole) << entry.name << ", " << first.reason;
      ASSERT_EQ(record.parameters_sha256.size(), 64U);
      std::filesystem::remove_all(folder_.path());
    }
    EXPECT_EQ(stops, 40 + 10 * 2) << entry.name;
    EXPECT_THAT(warnings_, IsEmpty());
  }
}

TEST_F(Checkpoints, ATrialStoppedAgainAndAgainGoesOnToTheSameBits) {
  const auto spec = forty_steps("adam");
  int processes = 1;
  auto record = go_on(spec, 2);
  for (; record.status == TrialStatus::kInterrupted; ++processes) record = go_on(spec, 4);
  EXPECT_GT(processes, 10);
  EXPECT_EQ(reproducible_part(record), reproducible_part(run(spec)));
}

// What a perceptron lacks: dropout and running statistics.
TEST_F(Checkpoints, ANetworkWithDropoutOrBatchNormGoesOnToTheSameBits) {
  for (const char* model : {"vgg11", "resnet18"}) {
    auto spec = with_task(with_optimiser(small_spec(), {{"name", "nero"}}), "/model",
                          {{"name", model}, {"width_multiplier", 0.0625}});
    spec.task["data"] = {{"name", "synthetic"}, {"side", 32}, {"train_samples", 40}, {"test_samples", 20}};
    const auto whole = run(spec);
    for (int asked = 1; asked < 8; ++asked) {
      ASSERT_EQ(go_on(spec, asked).status, TrialStatus::kInterrupted);
      ASSERT_EQ(reproducible_part(go_on(spec)), reproducible_part(whole)) << model << " " << asked;
      std::filesystem::remove_all(folder_.path());
    }
  }
}

// Whose threads decode and cut images one batch ahead of the step at which the trial stops.
TEST_F(Checkpoints, ATrialOnAnImageFolderGoesOnToTheSameBitsWithAnyNumberOfLoaderThreads) {
  const TemporaryFolder images;
  write_class_folders(images.path());
  int first = 1;  // another one for each optimiser
  for (const auto& entry : optimisers().entries()) {
    auto spec = forty_steps(entry.name);
    std::optional<std::string> parameters;
    for (const int threads : {1, 2}) {
      spec.task["data"] = {{"name", "image_folder"},
                           {"folder", images.path().string()},
                           {"size", 6},
                           {"resize", 8},
                           {"loader_threads", threads}};
      const auto whole = run(spec);
      EXPECT_EQ(parameters.value_or(whole.parameters_sha256), whole.parameters_sha256);
      parameters = whole.parameters_sha256;
      int stops = 0;
      for (int asked = first;; asked += 3) {  // at every distance from an evaluation
        if (go_on(spec, asked).status == TrialStatus::kCompleted) break;
        ++stops;
        ASSERT_EQ(reproducible_part(go_on(spec)), reproducible_part(whole)) << entry.name << " " << asked;
        std::filesystem::remove_all(folder_.path());
      }
      EXPECT_EQ(stops, 20) << entry.name;
    }
    first = first % 3 + 1;
  }
}

// The order of an epoch is then as large as the largest tensors, and another process makes it at another moment.
TEST_F(Checkpoints, ATrialOfManySmallImagesStoppedInALaterEpochHasTheSameBits) {
  auto spec = with_task(small_spec(), "/data/train_samples", 4000);
  spec.budget = {.epochs = 3, .steps = 0};
  const auto whole = run(spec);
  const auto half = go_on(spec, static_cast<int>(whole.steps) / 2);
  ASSERT_EQ(half.status, TrialStatus::kInterrupted);
  ASSERT_EQ(half.curve.size(), 1U);
  EXPECT_EQ(reproducible_part(go_on(spec)), reproducible_part(whole));
}

TEST_F(Checkpoints, AreWrittenEverySoManyStepsAndTheLastTwoKept) {
  options_.every_steps = 7;
  go_on(forty_steps("nero"));
  EXPECT_THAT(files(), SizeIs(2));
  EXPECT_THAT(files().front().string(), HasSubstr("28"));
  EXPECT_THAT(files().back().string(), HasSubstr("35"));
}

TEST_F(Checkpoints, TheOneBeforeIsUsedWhenTheLastIsDamaged) {
  options_.every_steps = 7;
  const auto spec = forty_steps("lamb");
  const auto whole = reproducible_part(go_on(spec));
  std::fstream(files().back(), std::ios::in | std::ios::out | std::ios::binary).seekp(300) << "?";
  EXPECT_EQ(reproducible_part(go_on(spec)), whole);
  ASSERT_THAT(warnings_, SizeIs(1));
  EXPECT_THAT(warnings_.front(), HasSubstr(files().back().filename().string()));
}

TEST_F(Checkpoints, AreOfNoUseToAnotherEnvironment) {
  const auto spec = forty_steps("sgd");
  EXPECT_EQ(go_on(spec, 20).status, TrialStatus::kInterrupted);
  const auto device = open_device("cpu");
  fix_arithmetic(2);  // another number of threads may give other bits
  const auto record =
      run_trial(prepare_trial(spec), {}, *device,
                {.warn = [this](const std::string& warning) { warnings_.push_back(warning); }}, {options_});
  EXPECT_THAT(warnings_, SizeIs(1));
  EXPECT_EQ(record.status, TrialStatus::kCompleted);
}

TEST_F(Checkpoints, DoNotHideThatATrialDiverged) {
  auto spec = forty_steps("sgd");
  spec.learning_rate = 1e30;
  const auto whole = run(spec);
  ASSERT_EQ(whole.status, TrialStatus::kDiverged);
  go_on(spec, 2);
  EXPECT_EQ(reproducible_part(go_on(spec)), reproducible_part(whole));
}

TEST_F(Checkpoints, ThatCannotBeWrittenEndTheTrialWithTheReason) {
  std::ofstream(folder_.path() / trial_id(forty_steps("nero"))) << "a file where a folder should be";
  options_.every_steps = 7;
  EXPECT_THROW(go_on(forty_steps("nero")), UserError);
}

}  // namespace
}  // namespace nero_bench
