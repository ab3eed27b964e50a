#include "rewrite/row_diff.h"

#include <gtest/gtest.h>

namespace mogate::rewrite {
namespace {

constexpr auto kNull = std::nullopt;

// Rows of one key column, which is left out of the answer, and then the table's columns.
Rows read(std::vector<Row> rows) { return {{}, std::move(rows)}; }

TEST(RowDiff, FindsWhatChanged) {
  struct Case {
    const char* name;
    std::vector<Row> older, newer, wanted;
  };
  const Case cases[] = {
      {"nothing at all", {}, {}, {}},
      {"equal", {{"1", "1", "a"}}, {{"1", "1", "a"}}, {}},
      {"only new", {}, {{"1", "1", "a"}}, {{"INSERT", "1", "a"}}},
      {"only old", {{"1", "1", "a"}}, {}, {{"DELETE", "1", "a"}}},
      {"an update shows the newer row", {{"1", "1", "a"}}, {{"1", "1", "b"}}, {{"UPDATE", "1", "b"}}},
      {"another key is a removal and an insert",
       {{"1", "1", "a"}},
       {{"2", "2", "a"}},
       {{"DELETE", "1", "a"}, {"INSERT", "2", "a"}}},
      {"keys compare as bytes, as the server ordered them",
       {{"10", "10", "a"}, {"9", "9", "a"}},
       {{"10", "10", "a"}, {"11", "11", "a"}, {"9", "9", "a"}},
       {{"INSERT", "11", "a"}}},
      {"high bytes come after ASCII",
       {{"z", "z", "a"}},
       {{"z", "z", "a"}, {"\xC3\xA9", "\xC3\xA9", "a"}},
       {{"INSERT", "\xC3\xA9", "a"}}},
      {"NULL is a key that comes first",
       {{kNull, kNull, "a"}, {"", "", "a"}},
       {{"", "", "a"}},
       {{"DELETE", kNull, "a"}}},
      {"NULL is a value", {{"1", "1", kNull}}, {{"1", "1", ""}}, {{"UPDATE", "1", ""}}},
      {"the ends",
       {{"1", "1", "a"}, {"3", "3", "c"}},
       {{"0", "0", "z"}, {"1", "1", "a"}},
       {{"INSERT", "0", "z"}, {"DELETE", "3", "c"}}},
  };
  for (const Case& c : cases)
    EXPECT_EQ(diff_rows(read(c.older), read(c.newer), 1, 0).rows, c.wanted) << c.name;
}

TEST(RowDiff, TablesWithoutAKeyAreComparedAsMultisets) {
  std::vector<Row> older{{"a", "a"}, {"a", "a"}, {"b", "b"}}, newer{{"a", "a"}, {"b", "b"}, {"b", "b"}};
  std::vector<Row> wanted{{"DELETE", "a"}, {"INSERT", "b"}};
  EXPECT_EQ(diff_rows(read(older), read(newer), 1, 0).rows, wanted);
}

TEST(RowDiff, SeveralKeyColumns) {
  std::vector<Row> older{{"1", "a", "1", "a", "x"}, {"1", "b", "1", "b", "x"}};
  std::vector<Row> newer{{"1", "a", "1", "a", "x"}, {"1", "b", "1", "b", "y"}, {"2", "a", "2", "a", "x"}};
  std::vector<Row> wanted{{"UPDATE", "1", "b", "y"}, {"INSERT", "2", "a", "x"}};
  EXPECT_EQ(diff_rows(read(older), read(newer), 2, 0).rows, wanted);
}

TEST(RowDiff, StopsAtTheLimit) {
  std::vector<Row> newer{{"1", "1"}, {"2", "2"}, {"3", "3"}};
  EXPECT_EQ(diff_rows(read({}), read(newer), 1, 2).rows.size(), 2U);
  EXPECT_EQ(diff_rows(read({}), read(newer), 1, 3).rows.size(), 3U);
  EXPECT_EQ(diff_rows(read({}), read(newer), 1, 4).rows.size(), 3U);
  EXPECT_EQ(diff_rows(read({}), read(newer), 1, 0).rows.size(), 3U);
}

}  // namespace
}  // namespace mogate::rewrite
