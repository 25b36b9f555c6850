#include "learning/data/idx_images.h"

#include <ATen/ops/avg_pool2d.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>

#include <algorithm>
#include <filesystem>

#include "base/errors.h"
#include "learning/data/cached_images.h"
#include "learning/data/idx_file.h"
#include "learning/data/tensor_images.h"

namespace nero_bench {
namespace {

namespace fs = std::filesystem;

constexpr int kDecoder = 1;  // counts when the same files and options come to give other tensors
constexpr std::int64_t kClasses = 10;
constexpr std::int64_t kSide = 28;
constexpr std::int64_t kTrainImages = 60'000;  // of MNIST and all that took over its layout
constexpr std::int64_t kTestImages = 10'000;

struct IdxOptions {
  std::int64_t train_samples = 0;
  std::int64_t test_samples = 0;
  std::int64_t pool = 1;
};

// The file itself or its compressed form, empty if there is neither.
std::string present_file(const fs::path& folder, const std::string& name) {
  for (const auto& file : {folder / name, folder / (name + ".gz")}) {
    std::error_code ignored;
    if (fs::is_regular_file(file, ignored)) return file.string();
  }
  return {};
}

fs::path find_folder(const IdxImageSet& set, const DataLocations& locations) {
  std::string places;
  for (const auto& folder : candidate_folders(locations, set.folder, set.debian_folder)) {
    if (!present_file(folder, kIdxFileNames[0]).empty()) return folder;
    places += "\n  " + folder.string();
  }
  throw DataError("data set '" + set.name + "' not found: no " + kIdxFileNames[0] + " (or .gz) in" + places + "\n" +
                  set.remedy + ", or name the folder that holds " + set.folder +
                  "/ with --data-dir or NERO_BENCH_DATA");
}

std::string file_in(const fs::path& folder, const std::string& name) {
  const auto file = present_file(folder, name);
  if (file.empty())
    throw DataError((folder / name).string() + ": missing, nor is there a .gz of it; copy the whole set there");
  return file;
}

at::Tensor to_standardised(const IdxArray& images, std::int64_t samples, const IdxImageSet& set, std::int64_t pool) {
  const auto bytes =
      at::from_blob(const_cast<std::uint8_t*>(images.values.data()), {images.shape[0], 1, kSide, kSide}, at::kByte);
  auto pixels = bytes.narrow(0, 0, samples).to(at::kFloat).div_(255.0);
  if (pool > 1) pixels = at::avg_pool2d(pixels, {pool, pool});
  return pixels.sub_(set.mean).div_(set.standard_deviation);
}

Examples decode_examples(const std::string& image_file, const std::string& label_file, std::int64_t samples,
                         const IdxImageSet& set, std::int64_t pool) {
  const auto images = read_idx(image_file, 3);
  const auto labels = read_idx(label_file, 1);
  if (images.shape[1] != kSide || images.shape[2] != kSide)
    throw DataError(image_file + ": images are not 28 x 28; replace the file by a good copy");
  if (images.shape[0] != labels.shape[0]) {
    throw DataError(label_file + ": " + std::to_string(labels.shape[0]) + " labels for " +
                    std::to_string(images.shape[0]) + " images; replace both files");
  }
  const auto wrong =
      std::find_if(labels.values.begin(), labels.values.end(), [](std::uint8_t label) { return label >= kClasses; });
  if (wrong != labels.values.end()) {
    const auto header_bytes = 8;
    throw DataError(label_file + ": at byte " + std::to_string(header_bytes + (wrong - labels.values.begin())) +
                    " (uncompressed): label " + std::to_string(*wrong) +
                    " is not one of 0 to 9; replace the file by a good copy");
  }
  if (samples > images.shape[0])
    throw ConfigError("data set '" + set.name + "': " + std::to_string(samples) + " samples asked for, there are " +
                      std::to_string(images.shape[0]) + "; lower train_samples or test_samples");
  if (samples == 0) samples = images.shape[0];
  const auto label_bytes = at::from_blob(const_cast<std::uint8_t*>(labels.values.data()), {labels.shape[0]}, at::kByte);
  return {to_standardised(images, samples, set, pool), label_bytes.narrow(0, 0, samples).to(at::kLong)};
}

DataSource source_of(const IdxImageSet& set, const fs::path& folder, const IdxOptions& options) {
  DataSource source{set.name,
                    {},
                    {{"decoder", kDecoder},
                     {"train_samples", options.train_samples},
                     {"test_samples", options.test_samples},
                     {"pool", options.pool},
                     {"mean", set.mean},
                     {"standard_deviation", set.standard_deviation}}};
  for (const auto* name : kIdxFileNames) source.files.push_back(file_in(folder, name));
  return source;
}

}  // namespace

const IdxImageSet& mnist() {
  static const IdxImageSet set{"mnist",
                               "mnist",
                               "",
                               "Copy the four files from a mirror of MNIST there",
                               0.1307,
                               0.3081,
                               {"ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
                                "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
                                "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
                                "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"}};
  return set;
}

const IdxImageSet& fashion_mnist() {
  static const IdxImageSet set{"fashion_mnist",
                               "fashion-mnist",
                               "/usr/share/datasets/fashion-mnist",
                               "On Debian: apt-get install dataset-fashion-mnist",
                               0.2860,
                               0.3530,
                               {"c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
                                "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
                                "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
                                "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"}};
  return set;
}

LoadImages parse_idx_images(JsonReader& json, const IdxImageSet& set) {
  IdxOptions options;
  options.train_samples = json.optional("train_samples", options.train_samples,
                                        "the first so many training images, in the order of the files; 0: all",
                                        Range::between(0, kTrainImages));
  options.test_samples =
      json.optional("test_samples", options.test_samples,
                    "the first so many test images, in the order of the files; 0: all", Range::between(0, kTestImages));
  options.pool = json.optional("pool", options.pool,
                               "average squares of so many pixels a side, a divisor of 28; 1: leave images as they are",
                               Range::between(1, kSide));
  if (kSide % options.pool != 0) json.fail("pool", "a divisor of 28", "write 1, 2, 4, 7, 14 or 28");
  const auto load = [options, &set](const DataLocations& locations) {
    const auto source = source_of(set, find_folder(set, locations), options);
    const auto& files = source.files;
    const auto decoded = cached_images(source, locations, [&] {
      return DecodedImages{decode_examples(files[0], files[1], options.train_samples, set, options.pool),
                           decode_examples(files[2], files[3], options.test_samples, set, options.pool), kClasses};
    });
    return ImageDataSet{std::make_shared<TensorImages>(decoded.train), std::make_shared<TensorImages>(decoded.test),
                        decoded.classes};
  };
  return {load, options.train_samples > 0 ? options.train_samples : kTrainImages};
}

std::string idx_images_folder(const IdxImageSet& set, const DataLocations& locations) {
  return find_folder(set, locations).string();
}

std::vector<FileCheck> verify_idx_images(const IdxImageSet& set, const DataLocations& locations) {
  const auto folder = find_folder(set, locations);
  std::vector<FileCheck> checks;
  for (std::size_t i = 0; i < kIdxFileNames.size(); ++i) {
    const auto file = present_file(folder, kIdxFileNames[i]);
    FileCheck check{file.empty() ? (folder / kIdxFileNames[i]).string() : file, ""};
    try {
      if (file.empty()) {
        check.problem = "missing";
      } else if (sha256_of_uncompressed(file) != set.sha256[i]) {
        check.problem = "its content is not the published one (SHA-256 of the uncompressed bytes)";
      }
    } catch (const DataError& error) {
      check.problem = error.what();
    }
    checks.push_back(std::move(check));
  }
  return checks;
}

}  // namespace nero_bench
