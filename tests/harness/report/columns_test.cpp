#include "harness/report/columns.h"

#include <gmock/gmock.h>

namespace nero_bench {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Le;
using ::testing::SizeIs;

TEST(Columns, AlignTheFirstToTheLeftAndTheOthersToTheRight) {
  Columns table(2, 1);
  table.add({"name", "1"});
  table.add({"n", "100"});
  EXPECT_EQ(table.text(80), "  name   1\n  n    100\n");
  EXPECT_EQ(table.width(80), 10U);
}

TEST(Columns, CountCharactersNotBytes) {
  Columns table(0, 1);
  table.add({"±é", "1"});
  table.add({"abc", "2"});
  EXPECT_EQ(table.text(80), "±é  1\nabc 2\n");
}

TEST(Columns, ContinueBelowWhereTheLineIsFull) {
  Columns table(0, 1);
  table.add({"n", "aa", "bb", "cc"});
  table.add({"m", "1", "2", "3"});
  EXPECT_EQ(table.text(7), "n aa bb\nm  1  2\nn cc\nm  3\n");
  EXPECT_EQ(table.width(7), 7U);
}

TEST(Columns, ContinueBelowTogetherWhereTheyBelongTogether) {
  Columns table(0, 1);
  table.add({"a", "b", "c", "d"});
  table.add({"1", "2", "3", "4"});
  EXPECT_EQ(table.text(5), "a b c\n1 2 3\na d\n1 4\n");
  table.keep_together({"c", "d"});
  EXPECT_EQ(table.text(5), "a b\n1 2\na c d\n1 3 4\n");
  EXPECT_EQ(table.text(7), "a b c d\n1 2 3 4\n");
  table.keep_together({"b", "c", "d"});
  EXPECT_EQ(table.text(5), "a b c\n1 2 3\na d\n1 4\n");  // too wide for a line in any case
}

TEST(Columns, AreLeftOutOnDemandWhereOnlyTheHeadSaysAnything) {
  Columns table(0, 1);
  table.add({"a", "b", "c", "d"});
  table.add({"1", "-", "3", ""});
  table.add({"1", "", "", "-"});
  table.drop_empty();
  EXPECT_EQ(table.text(80), "a c\n1 3\n1\n");
}

TEST(TextBeside, GoesOnBelowItsBeginning) {
  EXPECT_EQ(with_text_beside("  a", "one two three", 6, 13), "  a   one two\n      three\n");
  EXPECT_EQ(with_text_beside("  long name", "one two", 6, 13), "  long name\n      one two\n");
  EXPECT_EQ(with_text_beside("  a", "", 6, 13), "  a\n");
}

TEST(Columns, AreNothingWithoutRows) {
  EXPECT_EQ(Columns(2, 1).text(80), "");
  EXPECT_EQ(Columns(2, 1).width(80), 0U);
}

TEST(Wrapped, BreaksAtSpacesAndElseAnywhere) {
  EXPECT_THAT(wrapped("one two three", 8), ElementsAre("one two", "three"));
  EXPECT_THAT(wrapped("one two", 7), ElementsAre("one two"));
  EXPECT_THAT(wrapped("abcdefgh", 3), ElementsAre("abc", "def", "gh"));
  EXPECT_THAT(wrapped("ééé", 2), ElementsAre("éé", "é"));
  EXPECT_THAT(wrapped("", 5), ElementsAre());
  EXPECT_THAT(wrapped(std::string(1000, ' '), 5), Each(SizeIs(Le(5U))));
}

TEST(LineLabel, IsCutInTheMiddleSoThatBothEndsAreSeen) {
  EXPECT_EQ(line_label("nero with constraints and momentum on"), "nero with constr…and momentum on");
  EXPECT_EQ(line_label(std::string(32, 'x')), std::string(32, 'x'));
  EXPECT_EQ(display_width(line_label("é" + std::string(50, 'x') + "é")), 32U);
}

TEST(LineLabels, NumberWhatTheyCutToTheSame) {
  const std::string x(20, 'x');
  EXPECT_THAT(line_labels(std::vector<std::string>{"sgd", x + "1" + x, x + "2" + x, "sgd", x + "1" + x}),
              ElementsAre("sgd", "xxxxxxxxxxxxxxxx…xxxxxxxxxxxxxxx (1)", "xxxxxxxxxxxxxxxx…xxxxxxxxxxxxxxx (2)", "sgd",
                          "xxxxxxxxxxxxxxxx…xxxxxxxxxxxxxxx (1)"));
}

TEST(OneLine, ShowsControlCharacters) { EXPECT_EQ(one_line("a\nb\tc\x1b[0m"), "a b c\\x1b[0m"); }

}  // namespace
}  // namespace nero_bench
