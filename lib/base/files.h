#pragma once
#include <chrono>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace nero_bench {

// The content of a file, or a message naming it and why it cannot be read.
struct TextOrError {
  std::string content;
  std::string error;
  explicit operator bool() const { return error.empty(); }
};

// Reads a file of at most `max_bytes`; "-" is standard input.
TextOrError read_text(const std::string& file, std::size_t max_bytes);

// Writes `content` to a temporary beside `file`, fsyncs it and gives it its name; fsyncs the folder. Another program
// sees either nothing or all of it. An existing file is replaced only if `overwrite`. Returns false if it was there.
// Throws StoreError naming path and reason, and on a full disk the bytes needed.
bool write_atomically(const std::filesystem::path& file, std::string_view content, bool overwrite);

// The same for a content in parts, one after the other, which are never copied into one.
bool write_atomically(const std::filesystem::path& file, std::span<const std::string_view> parts, bool overwrite);

// The file that a temporary of write_atomically() was to become, and the process that was writing it.
struct UnfinishedFile {
  std::filesystem::path file;
  int process = 0;
};

// Nothing if `path` does not have the name of such a temporary.
std::optional<UnfinishedFile> unfinished_file(const std::filesystem::path& path);

// Removes such temporaries that are older: what processes left that were killed while they wrote. By age, as the folder
// may be shared between machines.
void remove_unfinished_files(const std::filesystem::path& folder, std::chrono::hours older_than);

// Creates `file` whole, for every program that shares the folder, or returns false if it is there. Not fsynced: for
// what means nothing after a power cut. Throws StoreError.
bool create_file(const std::filesystem::path& file, std::string_view content);

// Creates the folder and its parents. Throws StoreError.
void ensure_folder(const std::filesystem::path& folder);

// The folder of the running executable; sibling programs lie there.
std::filesystem::path executable_folder();

}  // namespace nero_bench
