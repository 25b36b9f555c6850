#pragma once
#include <cstddef>
#include <filesystem>
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
// Throws StoreError naming path and reason.
bool write_atomically(const std::filesystem::path& file, std::string_view content, bool overwrite);

// Creates `file` whole, for every program that shares the folder, or returns false if it is there. Not fsynced: for
// what means nothing after a power cut. Throws StoreError.
bool create_file(const std::filesystem::path& file, std::string_view content);

// Creates the folder and its parents. Throws StoreError.
void ensure_folder(const std::filesystem::path& folder);

// The folder of the running executable; sibling programs lie there.
std::filesystem::path executable_folder();

}  // namespace nero_bench
