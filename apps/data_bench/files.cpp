#include <ATen/ops/round.h>

#include <fstream>
#include <numeric>

#include "base/errors.h"
#include "benches.h"
#include "learning/data/file_images.h"
#include "learning/data/image_file.h"
#include "learning/training/stopwatch.h"

namespace nero_bench {
namespace {

ClassFolders of_one_class(const std::vector<std::string>& files) {
  return {{"all"}, {files.begin(), files.end()}, std::vector<std::int64_t>(files.size())};
}

FileImages squares(const CutFiles& options) {
  FileImagesOptions images;
  images.crop = {.size = options.size, .resize = options.resize};
  images.standardisation = {{0, 0, 0}, {1, 1, 1}};  // a byte b becomes b / 255
  images.reduce_while_decoding = options.reduce;
  images.threads = options.threads;
  return {of_one_class(options.files), images};
}

BatchRequest all_of(const CutFiles& options) {
  BatchRequest request{std::vector<std::int64_t>(options.files.size()), options.seed};
  std::iota(request.images.begin(), request.images.end(), 0);
  return request;
}

Json json_of(const Stretch& stretch) { return {{"from", stretch.from}, {"to", stretch.to}}; }

}  // namespace

Json decode_files(const std::vector<std::string>& files, const std::string& into) {
  ImageFileReader reader;
  std::ofstream out(into, std::ios::binary);
  Json done = Json::array();
  for (const auto& file : files) {
    try {
      const auto& picture = reader.read(file);
      out.write(reinterpret_cast<const char*>(picture.pixels.data()),
                static_cast<std::streamsize>(picture.pixels.size()));
      done.push_back({{"height", picture.height}, {"width", picture.width}});
    } catch (const CorruptImage& reason) {
      done.push_back({{"error", reason.what()}});
    }
  }
  out.close();
  if (!out) throw StoreError(into + ": cannot be written");
  return {{"images", done}};
}

Json time_decoding(const std::vector<std::string>& files, double seconds) {
  ImageFileReader reader;
  for (const auto& file : files) reader.read(file);  // into the page cache
  const Stopwatch watch;
  std::int64_t made = 0;
  while (watch.seconds() < seconds) {
    for (const auto& file : files) reader.read(file);
    made += static_cast<std::int64_t>(files.size());
  }
  return {{"images", made}, {"microseconds_an_image", 1e6 * watch.seconds() / static_cast<double>(made)}};
}

Json cut_files(const CutFiles& options, const std::string& into) {
  auto split = squares(options);
  const auto bytes = split.batch(all_of(options)).inputs.mul(255).round_().to(at::kByte);
  std::ofstream out(into, std::ios::binary);
  out.write(static_cast<const char*>(bytes.const_data_ptr()), static_cast<std::streamsize>(bytes.nbytes()));
  out.close();
  if (!out) throw StoreError(into + ": cannot be written");
  ImageFileReader reader;
  Json done = Json::array();
  for (std::size_t i = 0; i < options.files.size(); ++i) {
    const auto& picture = reader.read(options.files[i]);
    const auto cut = split.cut_of(static_cast<std::int64_t>(i), options.seed, picture.height, picture.width);
    done.push_back(
        {{"vertical", json_of(cut.vertical)}, {"horizontal", json_of(cut.horizontal)}, {"flipped", cut.flipped}});
  }
  return {{"images", done}};
}

Json time_cutting(const CutFiles& options, double seconds) {
  auto split = squares(options);
  const auto request = all_of(options);
  split.batch(request);
  const Stopwatch watch;
  std::int64_t made = 0;
  for (; watch.seconds() < seconds; made += split.size()) split.batch(request);
  return {{"images", made}, {"microseconds_an_image", 1e6 * watch.seconds() / static_cast<double>(made)}};
}

}  // namespace nero_bench
