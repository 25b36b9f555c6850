#include "learning/data/cifar10.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/tensor.h>
#include <unistd.h>

#include <cstring>

#include "base/errors.h"
#include "base/files.h"
#include "learning/data/byte_images.h"
#include "learning/data/cached_images.h"
#include "learning/data/decode_files.h"

namespace nero_bench {
namespace {

namespace fs = std::filesystem;

constexpr int kDecoder = 1;  // counts when the same files and options come to give other bytes
constexpr std::int64_t kClasses = 10;
constexpr std::int64_t kChannels = 3;
constexpr std::int64_t kSide = 32;
constexpr std::int64_t kImageBytes = kChannels * kSide * kSide;
constexpr std::int64_t kRecordBytes = 1 + kImageBytes;
constexpr std::int64_t kTrainFiles = 5;
constexpr const char* kFolder = "cifar10";
constexpr const char* kBatchFolder = "cifar-10-batches-bin";
constexpr const char* kRemedy = "; replace the file by a good copy of CIFAR-10's binary version";

enum class Form { kBatches, kImages };

struct Cifar10Options {
  Form form = Form::kBatches;
  OnCorrupt on_corrupt = OnCorrupt::kFail;
  std::int64_t train_samples = 0;
  std::int64_t test_samples = 0;
  AugmentationOptions augmentation;
};

// Of the training images, as the paper's experiments use them. (The deviations are means of each image's own.)
Standardisation standardisation() { return {{0.4914, 0.4822, 0.4465}, {0.2023, 0.1994, 0.2010}}; }

std::string read_records(const fs::path& file, std::int64_t images) {
  const auto bytes = images * kRecordBytes;
  auto read = read_text(file.string(), static_cast<std::size_t>(bytes));
  if (!read) throw DataError(read.error + kRemedy);
  if (static_cast<std::int64_t>(read.content.size()) != bytes)
    throw DataError(file.string() + ": expected " + std::to_string(bytes) + " bytes, which are " +
                    std::to_string(images) + " images, found " + std::to_string(read.content.size()) + kRemedy);
  return std::move(read.content);
}

// The first `samples` images of the files, one after the other.
Examples read_split(const std::vector<fs::path>& files, std::int64_t images_a_file, std::int64_t samples) {
  if (samples == 0) samples = images_a_file * static_cast<std::int64_t>(files.size());
  const auto images = at::empty({samples, kChannels, kSide, kSide}, at::kByte);
  const auto labels = at::empty({samples}, at::kLong);
  std::int64_t sample = 0;
  for (auto file = files.begin(); sample < samples; ++file) {
    const auto records = read_records(*file, images_a_file);
    for (std::int64_t i = 0; i < images_a_file && sample < samples; ++i, ++sample) {
      const char* record = records.data() + i * kRecordBytes;
      const auto label = static_cast<std::uint8_t>(*record);
      if (label >= kClasses)
        throw DataError(file->string() + ": at byte " + std::to_string(i * kRecordBytes) + ": label " +
                        std::to_string(label) + " is not one of 0 to 9" + kRemedy);
      labels.mutable_data_ptr<std::int64_t>()[sample] = label;
      std::memcpy(images.mutable_data_ptr<std::uint8_t>() + sample * kImageBytes, record + 1, kImageBytes);
    }
  }
  return {images, labels};
}

// The first `samples` files.
ClassFolders first_files(ClassFolders folders, std::int64_t samples) {
  const auto all = static_cast<std::int64_t>(folders.files.size());
  if (samples > all)
    throw ConfigError("data set 'cifar10': " + std::to_string(samples) + " samples asked for, there are " +
                      std::to_string(all) + "; lower train_samples or test_samples");
  if (samples == 0) return folders;
  folders.files.resize(static_cast<std::size_t>(samples));
  folders.labels.resize(static_cast<std::size_t>(samples));
  return folders;
}

Examples decode_split(ClassFolders folders, OnCorrupt on_corrupt) {
  const auto images = decode_squares(folders, kSide, on_corrupt);
  return {images, at::tensor(folders.labels, at::kLong)};
}

// With what both forms depend on.
DataSource source_of(const Cifar10Options& options) {
  return {"cifar10",
          {},
          {{"decoder", kDecoder},
           {"form", options.form == Form::kImages ? "images" : "batches"},
           {"train_samples", options.train_samples},
           {"test_samples", options.test_samples}}};
}

DecodedImages decode_batches(const Cifar10Options& options, std::int64_t images_a_file,
                             const DataLocations& locations) {
  const auto folder =
      find_data_folder(locations, "cifar10", kFolder, kBatchFolder, "Unpack CIFAR-10's binary version there") /
      kBatchFolder;
  std::vector<fs::path> train;
  for (std::int64_t i = 1; i <= kTrainFiles; ++i)
    train.push_back(folder / ("data_batch_" + std::to_string(i) + ".bin"));
  const auto test = folder / "test_batch.bin";
  auto source = source_of(options);
  source.options["images_a_batch"] = images_a_file;
  source.files.assign(train.begin(), train.end());
  source.files.push_back(test);
  return cached_images(source, locations, [&] {
    return DecodedImages{read_split(train, images_a_file, options.train_samples),
                         read_split({test}, images_a_file, options.test_samples), kClasses};
  });
}

bool is_readable(const fs::path& file) {
  std::error_code ignored;
  return fs::is_regular_file(file, ignored) && ::access(file.c_str(), R_OK) == 0;
}

// What the folders say beside the content of the files: the label of each, and which have none that could be hashed.
DataSource source_of(const Cifar10Options& options, const ClassFolders& train, const ClassFolders& test) {
  auto source = source_of(options);
  source.options["on_corrupt"] = options.on_corrupt == OnCorrupt::kSkip ? "skip" : "fail";
  source.options["labels"] = {train.labels, test.labels};
  auto& unreadable = source.options["unreadable"] = Json::array();
  for (const auto* folders : {&train, &test}) {
    for (const auto& file : folders->files) {
      if (is_readable(file)) {
        source.files.push_back(file.string());
      } else {
        unreadable.push_back(source.files.size() + unreadable.size());
      }
    }
  }
  return source;
}

DecodedImages decode_images(const Cifar10Options& options, const DataLocations& locations) {
  const auto folder = find_data_folder(locations, "cifar10", kFolder, "train",
                                       "Put a folder for every class into train/ and test/ there");
  const auto train = first_files(scan_class_folders(folder / "train"), options.train_samples);
  const auto test = first_files(scan_class_folders(folder / "test"), options.test_samples);
  require_same_classes(folder, train, test);
  if (train.classes.size() != kClasses)
    throw DataError(folder.string() + ": expected 10 classes, found " + std::to_string(train.classes.size()) +
                    "; complete the set");
  return cached_images(source_of(options, train, test), locations, [&] {
    DecodedImages set{decode_split(train, options.on_corrupt), decode_split(test, options.on_corrupt), kClasses};
    set.skipped =
        static_cast<std::int64_t>(train.files.size() + test.files.size()) - set.train.size() - set.test.size();
    return set;
  });
}

// Nothing where it depends on what the folders hold.
std::optional<std::int64_t> known_train_samples(const Cifar10Options& options, std::int64_t published) {
  const bool counted = options.form == Form::kImages && options.on_corrupt == OnCorrupt::kSkip;
  if (options.train_samples > 0 && !counted) return options.train_samples;
  return options.form == Form::kBatches ? std::optional(published) : std::nullopt;
}

ImageDataSet load(const Cifar10Options& options, std::int64_t images_a_file, const DataLocations& locations) {
  const auto decoded = options.form == Form::kImages ? decode_images(options, locations)
                                                     : decode_batches(options, images_a_file, locations);
  ImageDataSet set{std::make_shared<ByteImages>(decoded.train, standardisation(), options.augmentation),
                   std::make_shared<ByteImages>(decoded.test, standardisation()), decoded.classes};
  if (options.on_corrupt == OnCorrupt::kSkip) set.skipped_images = decoded.skipped;
  return set;
}

}  // namespace

LoadImages parse_cifar10(JsonReader& json, std::int64_t images_a_batch) {
  Cifar10Options options;
  const auto most = static_cast<double>(images_a_batch);
  options.train_samples = json.optional("train_samples", options.train_samples,
                                        "the first so many training images, in the order of the files; 0: all",
                                        Range::between(0, kTrainFiles * most));
  options.test_samples =
      json.optional("test_samples", options.test_samples,
                    "the first so many test images, in the order of the files; 0: all", Range::between(0, most));
  options.form = json.choice("form", options.form,
                             "batches: the published binary files; images: JPEG or PNG files, a folder for every class",
                             {{"batches", Form::kBatches}, {"images", Form::kImages}});
  options.on_corrupt = parse_on_corrupt(json);
  options.augmentation = parse_augmentation(json);
  return {
      [options, images_a_batch](const DataLocations& locations) { return load(options, images_a_batch, locations); },
      known_train_samples(options, kTrainFiles * images_a_batch)};
}

}  // namespace nero_bench
