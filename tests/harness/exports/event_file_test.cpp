#include "harness/exports/event_file.h"

#include <gtest/gtest.h>

namespace nero_bench {
namespace {

// RFC 3720, appendix B.4.
TEST(Crc32c, GivesThePublishedValues) {
  EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8A9136AAU);
  EXPECT_EQ(crc32c(std::string(32, '\xFF')), 0x62A8AB43U);
  std::string ascending;
  for (char byte = 0; byte < 32; ++byte) ascending += byte;
  EXPECT_EQ(crc32c(ascending), 0x46DD794EU);
  EXPECT_EQ(crc32c("123456789"), 0xE3069283U);
  EXPECT_EQ(crc32c(""), 0U);
}

// The examples of the description of the wire format: field 1 of 150, field 2 of "testing".
TEST(Message, IsEncodedAsInTheDescriptionOfProtocolBuffers) {
  EXPECT_EQ(Message().number(1, 150).text(), "\x08\x96\x01");
  EXPECT_EQ(Message().bytes(2, "testing").text(), "\x12\x07testing");
  EXPECT_EQ(Message().number(1, -1).text(), std::string("\x08") + std::string(9, '\xFF') + '\x01');
  EXPECT_EQ(Message().real(1, 1).text(), std::string("\x09\0\0\0\0\0\0\xF0\x3F", 9));
  EXPECT_EQ(Message().real32(2, 1).text(), std::string("\x15\0\0\x80\x3F", 5));
}

}  // namespace
}  // namespace nero_bench
