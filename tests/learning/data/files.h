#pragma once
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace nero_bench {

// A new folder that disappears with its content.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  // Writes a file, and the folders it lies in; returns its path.
  std::string write(const std::string& name, const std::string& content) const;

 private:
  std::filesystem::path path_;
};

// Sets environment variables, or unsets those without a value, until it goes out of scope.
class ScopedEnvironment {
 public:
  using Variables = std::map<std::string, std::optional<std::string>>;
  explicit ScopedEnvironment(const Variables& variables);
  ~ScopedEnvironment();
  ScopedEnvironment(const ScopedEnvironment&) = delete;
  ScopedEnvironment& operator=(const ScopedEnvironment&) = delete;

 private:
  Variables before_;
};

// No variable that names a data directory or a cache.
ScopedEnvironment::Variables no_data_folders();

// Bytes of an IDX file: magic number, dimensions, values, all as told.
std::string idx_bytes(std::uint32_t magic, const std::vector<std::uint32_t>& shape, const std::string& values);
std::string idx_images(const std::vector<std::string>& images);  // of 28 × 28 bytes each
std::string idx_labels(const std::string& labels);               // a byte a label

std::string gzip_compressed(const std::string& content);

// The four files of a set with the given training images and two black test images of classes 3 and 4.
void write_set(const TemporaryFolder& folder, const std::string& subfolder, const std::vector<std::string>& images,
               const std::string& labels);

}  // namespace nero_bench
