#include "learning/data/image_folder.h"

#include <sched.h>

#include <algorithm>

#include "base/errors.h"
#include "base/log.h"
#include "learning/data/decode_files.h"
#include "learning/data/file_images.h"

namespace nero_bench {
namespace {

namespace fs = std::filesystem;

constexpr int kMostThreads = 1024;
constexpr const char* kFolderMeaning =
    "a path from the data folder (--data-dir), not from the config; or an absolute one";
constexpr const char* kIncomplete = "; complete the set, or use the data set 'image_folder'";

struct ImageFolderOptions {
  std::string folder;
  std::string train;
  std::string test;
  OnCorrupt on_corrupt = OnCorrupt::kFail;
  FileImagesOptions images;
};

// That this process may run on.
int processors() {
  cpu_set_t set;
  return ::sched_getaffinity(0, sizeof set, &set) == 0 ? std::max(1, CPU_COUNT(&set)) : 1;
}

std::vector<double> parse_channels(JsonReader& json, const char* key, const std::vector<double>& fallback,
                                   std::string_view description, const Range& range) {
  auto values = json.optional(key, fallback, description, range);
  if (values.size() != 3) json.fail(key, "three numbers, for red, green and blue");
  return values;
}

fs::path find(const ImageFolderOptions& options, const ImageFolderDefaults& set, const DataLocations& locations) {
  if (fs::path(options.folder).is_absolute()) return options.folder;
  return find_data_folder(locations, set.name, options.folder, options.train,
                          "Put a folder for every class into " + options.train + "/ and " + options.test + "/ there");
}

// For sets of published size.
void require_images(const fs::path& folder, const ClassFolders& found, std::optional<std::int64_t> expected,
                    OnCorrupt on_corrupt) {
  const auto count = static_cast<std::int64_t>(found.files.size());
  if (!expected || count == *expected) return;
  const auto difference =
      folder.string() + ": expected " + std::to_string(*expected) + " images, found " + std::to_string(count);
  if (on_corrupt == OnCorrupt::kFail) throw DataError(difference + kIncomplete);
  log_warning(difference);  // corrupt ones may have been removed already
}

ImageDataSet load(const ImageFolderOptions& options, const ImageFolderDefaults& set, const DataLocations& locations) {
  const auto folder = find(options, set, locations);
  auto train = scan_class_folders(folder / options.train);
  auto test = scan_class_folders(folder / options.test);
  require_same_classes(folder, train, test);
  const auto classes = static_cast<std::int64_t>(train.classes.size());
  if (set.classes > 0 && classes != set.classes)
    throw DataError(folder.string() + ": expected " + std::to_string(set.classes) + " classes, found " +
                    std::to_string(classes) + kIncomplete);
  require_images(folder / options.train, train, set.train_images, options.on_corrupt);
  require_images(folder / options.test, test, set.test_images, options.on_corrupt);
  std::optional<std::int64_t> skipped;
  if (options.on_corrupt == OnCorrupt::kSkip) {
    const auto before = train.files.size() + test.files.size();
    train = intact_files(train, options.images.threads);
    test = intact_files(test, options.images.threads);
    skipped = static_cast<std::int64_t>(before - train.files.size() - test.files.size());
  }
  return {std::make_shared<FileImages>(std::move(train), options.images),
          std::make_shared<FileImages>(std::move(test), options.images), classes, skipped};
}

}  // namespace

ImageFolderDefaults image_net() { return {"imagenet", "imagenet", "train", "val", 1000, 1'281'167, 50'000}; }

LoadImages parse_image_folder(JsonReader& json, const ImageFolderDefaults& defaults) {
  ImageFolderOptions options;
  options.folder = defaults.folder.empty() ? json.required<std::string>("folder", kFolderMeaning)
                                           : json.optional("folder", defaults.folder, kFolderMeaning);
  options.train =
      json.optional("train", defaults.train, "where the training images are, below folder; a folder for every class");
  options.test =
      json.optional("test", defaults.test, "where the test images are, below folder; a folder for every class");
  options.images.crop = parse_crop(json);
  // Means and deviations of ImageNet's training pixels, in wide use for photographs.
  options.images.standardisation.mean =
      parse_channels(json, "mean", {0.485, 0.456, 0.406},
                     "subtracted from red, green and blue, of pixels in [0, 1]; the default is ImageNet's",
                     Range::between(-1000, 1000));
  options.images.standardisation.deviation =
      parse_channels(json, "standard_deviation", {0.229, 0.224, 0.225},
                     "divides red, green and blue, of pixels in [0, 1]; the default is ImageNet's", Range::positive());
  options.images.reduce_while_decoding = json.choice<bool>(
      "decode", false, "exact: whole JPEGs; reduced: large ones decoded smaller; faster, not the same pixels",
      {{"exact", false}, {"reduced", true}});
  options.on_corrupt = parse_on_corrupt(json);
  const auto threads = json.optional<std::int64_t>(
      "loader_threads", 0, "threads that decode images; 0: as many as the cores that the trial may run on",
      Range::between(0, kMostThreads));
  options.images.threads = threads == 0 ? processors() : static_cast<int>(threads);
  return {[options, defaults](const DataLocations& locations) { return load(options, defaults, locations); },
          options.on_corrupt == OnCorrupt::kSkip ? std::nullopt : defaults.train_images};
}

}  // namespace nero_bench
