#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace nero_bench {

// An array of unsigned bytes in the IDX format of MNIST, as it stands in the file.
struct IdxArray {
  std::vector<std::int64_t> shape;
  std::vector<std::uint8_t> values;  // row-major
};

// Reads an IDX file of unsigned bytes with `dimensions` dimensions, gzip-compressed or not. What the header claims is
// never believed: memory grows with what is really there. Throws DataError naming the file and the offset at which it
// stops making sense.
IdxArray read_idx(const std::string& file, int dimensions);

// SHA-256 of the uncompressed content. Throws DataError.
std::string sha256_of_uncompressed(const std::string& file);

}  // namespace nero_bench
