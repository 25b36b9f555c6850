#pragma once
#include <ATen/core/Tensor.h>

#include <functional>

#include "base/json_reader.h"
#include "learning/data/class_folders.h"
#include "learning/data/image_file.h"

namespace nero_bench {

// What to do about files that are no images.
enum class OnCorrupt { kFail, kSkip };
OnCorrupt parse_on_corrupt(JsonReader& json);  // the option "on_corrupt": "fail", the default, or "skip"

// Ends the message about one that may not be skipped.
inline constexpr const char* kCorruptRemedy =
    "; replace or remove it, or leave such files out with \"on_corrupt\": \"skip\"";

// Does `work` for every file, on so many threads, with a reader a thread. Returns the numbers of the files, in order,
// for which it threw CorruptImage, if they may be skipped; otherwise throws DataError, naming the first of them and how
// many there are. Throws StopRequested.
using FileWork = std::function<void(ImageFileReader& reader, std::int64_t file)>;
std::vector<std::int64_t> for_every_file(const ClassFolders& folders, OnCorrupt on_corrupt, int threads,
                                         const FileWork& work);

// The folders without the files of these numbers. Throws DataError where a class has none left.
ClassFolders without(const ClassFolders& folders, const std::vector<std::int64_t>& files);

// The folders without the files that do not decode, all of which are read for it.
ClassFolders intact_files(const ClassFolders& folders, int threads);

// Decodes files of one size, on all threads of a trial: uint8 [files, 3, side, side]. Another size is a CorruptImage.
// `folders` loses what was skipped.
at::Tensor decode_squares(ClassFolders& folders, std::int64_t side, OnCorrupt on_corrupt);

}  // namespace nero_bench
