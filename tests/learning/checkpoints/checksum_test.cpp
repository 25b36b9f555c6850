#include "learning/checkpoints/checksum.h"

#include <gtest/gtest.h>

namespace nero_bench {
namespace {

std::string counting(std::size_t size) {
  std::string bytes(size, '\0');
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i % 251);
  return bytes;
}

// By the Python package xxhash.
TEST(Checksum, IsXxh3Of64BitsWithoutASeed) {
  EXPECT_EQ(xxh3(""), 0x2d06800538d394c2U);
  EXPECT_EQ(xxh3("abc"), 0x78af5f94892f3950U);
  EXPECT_EQ(xxh3(counting(100'000)), 0x42c23aeead96750dU);
}

TEST(Checksum, OfAStreamDoesNotDependOnItsPieces) {
  const auto bytes = counting(100'000);
  for (const std::size_t piece : {1U, 63U, 256U, 1000U, 262'144U}) {
    Xxh3 hash;
    for (std::size_t at = 0; at < bytes.size(); at += piece) hash.update(std::string_view(bytes).substr(at, piece));
    EXPECT_EQ(hash.digest(), xxh3(bytes)) << piece;
  }
  EXPECT_EQ(Xxh3().digest(), xxh3(""));
}

}  // namespace
}  // namespace nero_bench
