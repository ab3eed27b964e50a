#include "rewrite/row_diff.h"

#include <gtest/gtest.h>

namespace mogate::rewrite {
namespace {

constexpr auto kNull = std::nullopt;

// Both reads merged. Their first columns are the keys, which are left out of the answer.
std::vector<Row> diff(const std::vector<Row>& older, const std::vector<Row>& newer, std::size_t key_columns) {
  std::vector<Row> out;
  for (std::size_t o = 0, n = 0; o < older.size() || n < newer.size();) {
    const Row* old_row = o < older.size() ? &older[o] : nullptr;
    const Row* new_row = n < newer.size() ? &newer[n] : nullptr;
    RowVerdict verdict = compare_rows(old_row, new_row, key_columns);
    if (!verdict.next_old && !verdict.next_new) return {{"stuck"}};
    if (verdict.change != Change::none)
      out.push_back(change_row(verdict.change, verdict.next_new ? *new_row : *old_row, key_columns));
    o += verdict.next_old ? 1U : 0U;
    n += verdict.next_new ? 1U : 0U;
  }
  return out;
}

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
  for (const Case& c : cases) EXPECT_EQ(diff(c.older, c.newer, 1), c.wanted) << c.name;
}

TEST(RowDiff, TablesWithoutAKeyAreComparedAsMultisets) {
  std::vector<Row> older{{"a", "a"}, {"a", "a"}, {"b", "b"}}, newer{{"a", "a"}, {"b", "b"}, {"b", "b"}};
  std::vector<Row> wanted{{"DELETE", "a"}, {"INSERT", "b"}};
  EXPECT_EQ(diff(older, newer, 1), wanted);
}

TEST(RowDiff, SeveralKeyColumns) {
  std::vector<Row> older{{"1", "a", "1", "a", "x"}, {"1", "b", "1", "b", "x"}};
  std::vector<Row> newer{{"1", "a", "1", "a", "x"}, {"1", "b", "1", "b", "y"}, {"2", "a", "2", "a", "x"}};
  std::vector<Row> wanted{{"UPDATE", "1", "b", "y"}, {"INSERT", "2", "a", "x"}};
  EXPECT_EQ(diff(older, newer, 2), wanted);
}

TEST(RowDiff, ARowWithoutColumnsOfItsOwnHasTheFlagAlone) {
  EXPECT_EQ(change_row(Change::insert, {"1"}, 1), Row{"INSERT"});
  EXPECT_EQ(change_row(Change::removal, {"1"}, 5), Row{"DELETE"});
}

}  // namespace
}  // namespace mogate::rewrite
