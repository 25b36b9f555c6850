#include "harness/report/flat_table.h"

#include <gmock/gmock.h>

namespace nero_bench {
namespace {

using ::testing::ElementsAre;

TEST(FlatTable, HasAColumnForEveryPath) {
  const auto table = flattened({Json::parse(R"({"a": 1, "b": {"c": [1, 2], "d": null}})")});
  EXPECT_THAT(table.columns, ElementsAre("a", "b.c", "b.d"));
  ASSERT_EQ(table.rows.size(), 1U);
  EXPECT_THAT(table.rows[0], ElementsAre(Json(1), Json("[1,2]"), Json()));
}

TEST(FlatTable, ATextInPlaceOfAnObjectStandsInAllItsColumns) {
  const auto table = flattened({Json::parse(R"({"b": {"c": {"d": 1}, "e": 2}})"), Json::parse(R"({"b": "never"})")});
  EXPECT_THAT(table.columns, ElementsAre("b.c.d", "b.e"));
  EXPECT_THAT(table.rows[1], ElementsAre(Json("never"), Json("never")));
}

TEST(FlatTable, NamesOfColumnsAreHarmlessToo) {
  const auto table = flattened({Json{{"=1+1,\n|<b>", "x"}}});
  EXPECT_EQ(csv(table), "\"'=1+1, |<b>\"\r\nx\r\n");
  EXPECT_EQ(markdown(table), "| =1+1, \\|&lt;b&gt; |\n| --- |\n| x |\n");
}

TEST(FlatTable, ListsAreNotCut) {
  const auto list = Json(std::vector<int>(5000, 7));
  EXPECT_THAT(csv(flattened({Json{{"a", list}}})), testing::HasSubstr(list.dump()));
}

TEST(FlatTable, WhatARowHasNotIsEmpty) {
  const auto table = flattened({Json::parse(R"({"a": 1})"), Json::parse(R"({"b": {"c": 2}})")});
  EXPECT_THAT(table.columns, ElementsAre("a", "b.c"));
  EXPECT_EQ(csv(table), "a,b.c\r\n1,\r\n,2\r\n");
}

}  // namespace
}  // namespace nero_bench
