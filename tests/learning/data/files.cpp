#include "learning/data/files.h"

#include <stdlib.h>
#include <zlib.h>

#include <fstream>
#include <stdexcept>

namespace nero_bench {
namespace {

void set_variable(const std::string& name, const std::optional<std::string>& value) {
  if (value) {
    ::setenv(name.c_str(), value->c_str(), /*overwrite=*/1);
  } else {
    ::unsetenv(name.c_str());
  }
}

std::string big_endian(std::uint32_t number) {
  std::string bytes;
  for (const int shift : {24, 16, 8, 0}) bytes += static_cast<char>(number >> shift);
  return bytes;
}

}  // namespace

TemporaryFolder::TemporaryFolder() {
  auto pattern = (std::filesystem::temp_directory_path() / "nero-bench-test-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("cannot make a temporary folder");
  path_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string TemporaryFolder::write(const std::string& name, const std::string& content) const {
  const auto file = path_ / name;
  std::filesystem::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << content;
  return file.string();
}

ScopedEnvironment::ScopedEnvironment(const Variables& variables) {
  for (const auto& [name, value] : variables) {
    const char* before = std::getenv(name.c_str());
    before_[name] = before == nullptr ? std::nullopt : std::optional<std::string>(before);
    set_variable(name, value);
  }
}

ScopedEnvironment::~ScopedEnvironment() {
  for (const auto& [name, value] : before_) set_variable(name, value);
}

ScopedEnvironment::Variables no_data_folders() {
  return {{"NERO_BENCH_DATA", std::nullopt},
          {"NERO_BENCH_CACHE", std::nullopt},
          {"XDG_DATA_HOME", std::nullopt},
          {"XDG_CACHE_HOME", std::nullopt},
          {"HOME", std::nullopt}};
}

std::string idx_bytes(std::uint32_t magic, const std::vector<std::uint32_t>& shape, const std::string& values) {
  auto bytes = big_endian(magic);
  for (const auto size : shape) bytes += big_endian(size);
  return bytes + values;
}

std::string idx_images(const std::vector<std::string>& images) {
  std::string pixels;
  for (const auto& image : images) pixels += image;
  return idx_bytes(0x803, {static_cast<std::uint32_t>(images.size()), 28, 28}, pixels);
}

std::string idx_labels(const std::string& labels) {
  return idx_bytes(0x801, {static_cast<std::uint32_t>(labels.size())}, labels);
}

std::string gzip_compressed(const std::string& content) {
  constexpr int kGzip = 15 + 16;
  std::string compressed(content.size() + 1024, '\0');
  z_stream stream{};
  if (deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, kGzip, 8, Z_DEFAULT_STRATEGY) != Z_OK)
    throw std::runtime_error("cannot compress");
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(content.data()));
  stream.avail_in = static_cast<uInt>(content.size());
  stream.next_out = reinterpret_cast<Bytef*>(compressed.data());
  stream.avail_out = static_cast<uInt>(compressed.size());
  const int outcome = deflate(&stream, Z_FINISH);
  compressed.resize(stream.total_out);
  deflateEnd(&stream);
  if (outcome != Z_STREAM_END) throw std::runtime_error("cannot compress");
  return compressed;
}

void write_set(const TemporaryFolder& folder, const std::string& subfolder, const std::vector<std::string>& images,
               const std::string& labels) {
  const std::string black(28 * 28, '\0');
  folder.write(subfolder + "/train-images-idx3-ubyte", idx_images(images));
  folder.write(subfolder + "/train-labels-idx1-ubyte", idx_labels(labels));
  folder.write(subfolder + "/t10k-images-idx3-ubyte", idx_images({black, black}));
  folder.write(subfolder + "/t10k-labels-idx1-ubyte", idx_labels("\3\4"));
}

}  // namespace nero_bench
