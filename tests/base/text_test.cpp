#include "base/text.h"

#include <gmock/gmock.h>

#include <cstdlib>

#include "base/errors.h"

namespace nero_bench {
namespace {

TEST(FormatNumber, IsTheShortestTextThatReadsBackAsTheSameNumber) {
  EXPECT_EQ(format_number(0.001), "0.001");
  EXPECT_EQ(format_number(1e-5), "1e-05");
  EXPECT_EQ(format_number(1), "1");
  EXPECT_EQ(std::strtod(format_number(0.1 + 0.2).c_str(), nullptr), 0.1 + 0.2);
}

TEST(QuotedList, SeparatesByCommasAndEndsWithOr) {
  EXPECT_EQ(quoted_list({}), "");
  EXPECT_EQ(quoted_list(std::vector<std::string>{"a"}), "'a'");
  EXPECT_EQ(quoted_list(std::vector<std::string>{"a", "b", "c"}), "'a', 'b' or 'c'");
}

TEST(NearestName, FindsASlipOfTheFinger) {
  const std::vector<std::string> names{"adam", "adamw", "lamb", "madam", "nero", "sgd"};
  EXPECT_EQ(nearest_name("adma", names), "");  // two changes of four letters are too many
  EXPECT_EQ(nearest_name("adan", names), "adam");
  EXPECT_EQ(nearest_name("sgb", names), "sgd");
  EXPECT_EQ(nearest_name("neroo", names), "nero");
  EXPECT_EQ(nearest_name("shampoo", names), "");
  EXPECT_EQ(nearest_name("", names), "");
  EXPECT_EQ(nearest_name(std::string(1'000'000, 'a'), names), "");
}

TEST(Printable, ShowsWhatWouldSteerATerminal) {
  EXPECT_EQ(printable("\x1b[31mred\x07"), "\\x1b[31mred\\x07");
  EXPECT_EQ(printable(std::string("a\0b\x7f", 4)), "a\\x00b\\x7f");
  EXPECT_EQ(printable("C1 \xc2\x9b"
                      "31m"),
            "C1 \\x9b31m");
  EXPECT_EQ(printable("\x9b\xff\xe2\x82"), "\\x9b\\xff\\xe2\\x82");
  EXPECT_EQ(printable("line\n\tna\xc3\xafve \xc2\xa3"), "line\n\tna\xc3\xafve \xc2\xa3");
}

TEST(ParseDuration, ReadsSecondsAndUnits) {
  EXPECT_EQ(parse_duration("90"), 90);
  EXPECT_EQ(parse_duration("0.25"), 0.25);
  EXPECT_EQ(parse_duration("90s"), 90);
  EXPECT_EQ(parse_duration("5m"), 300);
  EXPECT_EQ(parse_duration("1.5h"), 5400);
  EXPECT_EQ(parse_duration("2d"), 172800);
  EXPECT_EQ(parse_duration("1h30m"), 5400);
}

TEST(ParseDuration, RefusesWhatIsNone) {
  for (const char* text : {"", "0", "0s", "-5", "-5m", "m", "5x", "5 m", "1h30", "30 1h", "nan", "inf", "1e3", "5mm"}) {
    EXPECT_THROW(parse_duration(text), ConfigError) << text;
  }
}

TEST(ParseDuration, RefusesWhatClocksCannotCount) {
  EXPECT_EQ(parse_duration("10000d"), 864e6);
  for (const char* text : {"10001d", "3000000h", "99999999999999999999"}) {
    EXPECT_THROW(parse_duration(text), ConfigError) << text;
  }
}

TEST(Shortened, CutsBetweenCharactersOnly) {
  EXPECT_EQ(shortened("short", 10), "short");
  EXPECT_EQ(shortened("0123456789", 5), "0123…");
  EXPECT_EQ(shortened("abc\xc3\xa9"
                      "defgh",
                      5),
            "abc…");
}

TEST(Cadence, IsAPlainNumberOfStepsOrATimeWithItsUnit) {
  EXPECT_EQ(parse_cadence("500").steps, 500);
  EXPECT_EQ(parse_cadence("500").seconds, 0);
  EXPECT_EQ(parse_cadence("90s").seconds, 90);
  EXPECT_EQ(parse_cadence("1h30m").seconds, 5400);
  EXPECT_EQ(parse_cadence("1m").steps, 0);
  for (const char* wrong : {"", "0", "-5", "1.5", "5x", "m", "0s", "99999999999999999999"})
    EXPECT_THROW(parse_cadence(wrong), ConfigError) << wrong;
}

}  // namespace
}  // namespace nero_bench
