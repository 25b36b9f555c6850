#include "harness/report/escapes.h"

#include <gtest/gtest.h>

namespace nero_bench {
namespace {

TEST(ShownText, HasNothingThatSteersATerminalOrTurnsTheDirection) {
  EXPECT_EQ(shown_text("a\x1b[2J\nb\u009b"), "a\\x1b[2J b\\x9b");
  EXPECT_EQ(shown_text("\u202egnp.exe\u200f\u2066\ufeff\u061c"), "\\u202egnp.exe\\u200f\\u2066\\ufeff\\u061c");
  EXPECT_EQ(shown_text("σ = 1, naïve, 日本"), "σ = 1, naïve, 日本");
}

TEST(ShownText, IsCut) { EXPECT_EQ(shown_text(std::string(10'000, 'x'), 5), "xxxx…"); }

TEST(MarkdownText, IsNoMarkup) {
  EXPECT_EQ(markdown_text("<b>|`*_[x](y)# &amp;"), "&lt;b&gt;\\|\\`\\*\\_\\[x\\](y)\\# &amp;amp;");
}

TEST(XmlText, IsNoMarkupInTextAndInAttributes) {
  EXPECT_EQ(xml_text("<a b=\"c\" d='e'>&\x01"), "&lt;a b=&quot;c&quot; d=&apos;e&apos;&gt;&amp;\\x01");
}

TEST(CsvText, QuotesAndDefusesFormulas) {
  EXPECT_EQ(csv_text("=cmd()"), "'=cmd()");
  EXPECT_EQ(csv_text("a,\"b\"\nc"), "\"a,\"\"b\"\" c\"");
  EXPECT_EQ(csv_text("-inf"), "-inf");
  EXPECT_EQ(csv_text(-1.5), "-1.5");
  EXPECT_EQ(csv_text(nullptr), "");
}

}  // namespace
}  // namespace nero_bench
