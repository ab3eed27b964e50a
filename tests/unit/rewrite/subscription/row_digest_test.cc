#include "rewrite/subscription/row_digest.h"

#include <gtest/gtest.h>

#include <vector>

namespace mogate::rewrite {
namespace {

using Rows = std::vector<CopiedRow>;

RowDigest digest(const Rows& rows) {
  RowDigest out;
  for (const auto& row : rows) out.add(row);
  return out;
}

TEST(RowDigest, TellsWhetherRowsAreTheSameInAnyOrder) {
  const Rows rows{{"1", "a"}, {"2", std::nullopt}, {"1", "a"}};
  EXPECT_EQ(digest(rows), digest({{"2", std::nullopt}, {"1", "a"}, {"1", "a"}}));
  const Rows others[] = {
      {},
      {{"1", "a"}, {"2", std::nullopt}},
      {{"1", "a"}, {"2", std::nullopt}, {"2", std::nullopt}},
      {{"1", "a"}, {"2", ""}, {"1", "a"}},
      {{"1", "a"}, {"2", "n:"}, {"1", "a"}},
      {{"1", "b"}, {"2", std::nullopt}, {"1", "a"}},
  };
  for (const auto& other : others) EXPECT_FALSE(digest(rows) == digest(other)) << other.size();
}

TEST(RowDigest, KeepsCellsApart) {
  EXPECT_FALSE(digest({{"ab", "c"}}) == digest({{"a", "bc"}}));
  EXPECT_FALSE(digest({{"a:1:b"}}) == digest({{"a", "b"}}));
  EXPECT_FALSE(digest({{std::nullopt}}) == digest({{""}}));
}

}  // namespace
}  // namespace mogate::rewrite
