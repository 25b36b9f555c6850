#pragma once
#include <chrono>
#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "base/errors.h"

namespace nero_bench {

// The content of a file, or a message naming it and why it cannot be read.
struct TextOrError {
  std::string content;
  std::string error;
  int reason = 0;  // errno, where the system refused to open or read it
  explicit operator bool() const { return error.empty(); }
};

// Reads a file of at most `max_bytes`; "-" is standard input.
TextOrError read_text(const std::string& file, std::size_t max_bytes);

// The folder is not there, or the temporary was removed while it was written.
struct RemovedError : StoreError {
  using StoreError::StoreError;
};

// Writes `content` to a temporary beside `file`, fsyncs it and gives it its name; fsyncs the folder. Another program
// sees either nothing or all of it. An existing file is replaced only if `overwrite`. Returns false if it was there.
// Throws StoreError naming path and reason, and on a full disk the bytes needed; RemovedError where that is the reason.
bool write_atomically(const std::filesystem::path& file, std::string_view content, bool overwrite);

// The same for a content in parts, one after the other, which are never copied into one.
bool write_atomically(const std::filesystem::path& file, std::span<const std::string_view> parts, bool overwrite);

// Removes temporaries of write_atomically() that are older: what processes left that were killed while they wrote. By
// age, as the folder may be shared between machines.
void remove_unfinished_files(const std::filesystem::path& folder, std::chrono::minutes older_than);

// Gives a file another name on the same file system, or returns false if that is taken. Throws StoreError, also where
// the file system can only replace what has the name.
bool move_to_new_name(const std::filesystem::path& file, const std::filesystem::path& name);

// Creates `file` whole, for every program that shares the folder, or returns false if it is there. Not fsynced: for
// what means nothing after a power cut. Throws StoreError.
bool create_file(const std::filesystem::path& file, std::string_view content);

// Creates the folder and its parents. Throws StoreError.
void ensure_folder(const std::filesystem::path& folder);

// The folder of the running executable; sibling programs lie there.
std::filesystem::path executable_folder();

}  // namespace nero_bench
