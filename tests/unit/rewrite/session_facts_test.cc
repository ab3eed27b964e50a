#include "rewrite/session_facts.h"

#include "unit/rewrite/plan_support.h"

#include <gtest/gtest.h>

namespace mogate::rewrite {
namespace {

TEST(ReadIdentity, OfNullsIsNobodyAndNeverSys) {
  auto identity = read_identity(test::rows({{std::nullopt, "sys", std::nullopt, "moadmin"}}));
  ASSERT_TRUE(identity);
  EXPECT_FALSE(identity->is_admin());
  EXPECT_FALSE(read_identity(test::rows({{"0", "sys", "0"}})));
  EXPECT_FALSE(read_identity(test::rows({})));
}

TEST(ReadIdentity, WithTheIdOfSysAndAnotherNameHasToBeAskedAgainAndMayDoNothing) {
  auto identity = read_identity(test::rows({{"0", "acc1", "2", "accountadmin"}}));
  ASSERT_TRUE(identity);
  EXPECT_TRUE(is_stale(*identity));
  EXPECT_FALSE(identity->is_admin());
  for (const Identity& good : {test::sys_admin, test::sys_public, test::acc_admin, test::acc_user})
    EXPECT_FALSE(is_stale(good));
}

}  // namespace
}  // namespace mogate::rewrite
