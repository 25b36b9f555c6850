#include "learning/data/decode_files.h"

#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/index_select.h>
#include <ATen/ops/tensor.h>

#include <algorithm>
#include <atomic>
#include <future>
#include <map>
#include <mutex>
#include <numeric>

#include "base/errors.h"
#include "base/stop_signal.h"

namespace nero_bench {
namespace {

// [height, width, 3] to [3, height, width]
void write_planes(const Picture& picture, std::uint8_t* into) {
  const auto pixels = picture.height * picture.width;
  const auto* from = picture.pixels.data();
  for (std::int64_t i = 0; i < pixels; ++i) {
    for (std::int64_t channel = 0; channel < 3; ++channel) into[channel * pixels + i] = from[3 * i + channel];
  }
}

std::vector<std::int64_t> all_but(std::int64_t count, const std::vector<std::int64_t>& left_out) {
  std::vector<std::int64_t> all(static_cast<std::size_t>(count));
  std::iota(all.begin(), all.end(), 0);
  std::vector<std::int64_t> kept;
  std::set_difference(all.begin(), all.end(), left_out.begin(), left_out.end(), std::back_inserter(kept));
  return kept;
}

// Why each of the files that threw CorruptImage did, by its number: the same whichever thread is first.
std::map<std::int64_t, std::string> corrupt_files(std::int64_t count, int threads, const FileWork& work) {
  std::mutex mutex;
  std::map<std::int64_t, std::string> corrupt;
  std::atomic<std::int64_t> next = 0;
  const auto work_through = [&] {
    ImageFileReader reader;
    for (auto file = next++; file < count; file = next++) {
      throw_if_stopped();
      try {
        work(reader, file);
      } catch (const CorruptImage& reason) {
        const std::lock_guard lock(mutex);
        corrupt.emplace(file, reason.what());
      }
    }
  };
  std::vector<std::future<void>> others;
  for (int i = 1; i < std::min<std::int64_t>(threads, count); ++i)
    others.push_back(std::async(std::launch::async, work_through));
  work_through();
  for (auto& other : others) other.get();
  return corrupt;
}

}  // namespace

OnCorrupt parse_on_corrupt(JsonReader& json) {
  return json.choice("on_corrupt", OnCorrupt::kFail,
                     "files that are no images: fail stops and names one; skip leaves them out, counted",
                     {{"fail", OnCorrupt::kFail}, {"skip", OnCorrupt::kSkip}});
}

std::vector<std::int64_t> for_every_file(const ClassFolders& folders, OnCorrupt on_corrupt, int threads,
                                         const FileWork& work) {
  const auto corrupt = corrupt_files(static_cast<std::int64_t>(folders.files.size()), threads, work);
  if (!corrupt.empty() && on_corrupt == OnCorrupt::kFail) {
    const auto others = corrupt.size() - 1;
    throw DataError(corrupt.begin()->second +
                    (others == 0 ? "" : "; and " + std::to_string(others) + " more such files") + kCorruptRemedy);
  }
  std::vector<std::int64_t> numbers;
  for (const auto& [file, reason] : corrupt) numbers.push_back(file);
  return numbers;
}

ClassFolders without(const ClassFolders& folders, const std::vector<std::int64_t>& files) {
  ClassFolders kept{folders.classes, {}, {}};
  for (const auto file : all_but(static_cast<std::int64_t>(folders.files.size()), files)) {
    kept.files.push_back(folders.files[static_cast<std::size_t>(file)]);
    kept.labels.push_back(folders.labels[static_cast<std::size_t>(file)]);
  }
  for (const auto file : files) {
    const auto label = folders.labels[static_cast<std::size_t>(file)];
    if (std::find(kept.labels.begin(), kept.labels.end(), label) == kept.labels.end())
      throw DataError(folders.files[static_cast<std::size_t>(file)].parent_path().string() +
                      ": a class without intact images; mend them or remove the folder");
  }
  return kept;
}

ClassFolders intact_files(const ClassFolders& folders, int threads) {
  // An eighth of the size is the cheapest look at all data of a JPEG.
  const auto smallest = [](std::int64_t, std::int64_t) { return 8; };
  const auto look_at = [&](ImageFileReader& reader, std::int64_t file) {
    reader.read(folders.files[static_cast<std::size_t>(file)], smallest);
  };
  return without(folders, for_every_file(folders, OnCorrupt::kSkip, threads, look_at));
}

at::Tensor decode_squares(ClassFolders& folders, std::int64_t side, OnCorrupt on_corrupt) {
  const auto count = static_cast<std::int64_t>(folders.files.size());
  const auto images = at::empty({count, 3, side, side}, at::kByte);
  auto* bytes = images.mutable_data_ptr<std::uint8_t>();
  const auto decode = [&](ImageFileReader& reader, std::int64_t file) {
    const auto& path = folders.files[static_cast<std::size_t>(file)];
    const auto& picture = reader.read(path);
    if (picture.height != side || picture.width != side)
      throw CorruptImage(path.string() + ": has " + std::to_string(picture.width) + " x " +
                         std::to_string(picture.height) + " pixels, expected " + std::to_string(side) + " x " +
                         std::to_string(side));
    write_planes(picture, bytes + file * 3 * side * side);
  };
  const auto skipped = for_every_file(folders, on_corrupt, at::get_num_threads(), decode);
  folders = without(folders, skipped);
  return skipped.empty() ? images : images.index_select(0, at::tensor(all_but(count, skipped), at::kLong));
}

}  // namespace nero_bench
