#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace nero_bench {

// The files of a folder that holds a folder for every class. Image k of every class in turn, so that the first so many
// hold all classes alike.
struct ClassFolders {
  std::vector<std::string> classes;          // sorted; the number of a class is its place
  std::vector<std::filesystem::path> files;  // whatever lies in a class's folder and is not hidden
  std::vector<std::int64_t> labels;          // [files]
};

// Throws DataError where the folder or an entry of it cannot be read, where it holds no folders, or one of them is
// empty; and StopRequested.
ClassFolders scan_class_folders(const std::filesystem::path& folder);

// Throws DataError where the classes of two splits differ.
void require_same_classes(const std::filesystem::path& folder, const ClassFolders& train, const ClassFolders& test);

}  // namespace nero_bench
