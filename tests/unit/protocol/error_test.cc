#include "protocol/error.h"

#include "unit/protocol/support.h"

namespace mogate::protocol {
namespace {

struct StateRow {
  std::uint16_t code;
  const char* state;
  friend std::ostream& operator<<(std::ostream& out, const StateRow& row) { return out << row.code; }
};

class SqlState : public testing::TestWithParam<StateRow> {};

TEST_P(SqlState, is_the_one_of_mysql) { EXPECT_EQ(sqlstate_for(GetParam().code), GetParam().state); }

INSTANTIATE_TEST_SUITE_P(
    Numbers, SqlState,
    testing::Values(
        StateRow{0, "HY000"}, StateRow{1, "HY000"}, StateRow{1021, "HY000"}, StateRow{1022, "23000"},
        StateRow{1037, "HY001"}, StateRow{1038, "HY001"}, StateRow{1040, "08004"}, StateRow{1043, "08S01"},
        StateRow{1044, "42000"}, StateRow{1045, "28000"}, StateRow{1046, "3D000"}, StateRow{1047, "08S01"},
        StateRow{1048, "23000"}, StateRow{1049, "42000"}, StateRow{1050, "42S01"}, StateRow{1051, "42S02"},
        StateRow{1053, "08S01"}, StateRow{1054, "42S22"}, StateRow{1058, "21S01"}, StateRow{1060, "42S21"},
        StateRow{1062, "23000"}, StateRow{1064, "42000"}, StateRow{1065, "42000"}, StateRow{1082, "42S12"},
        StateRow{1105, "HY000"}, StateRow{1113, "42000"}, StateRow{1118, "42000"}, StateRow{1133, "42000"},
        StateRow{1136, "21S01"}, StateRow{1138, "22004"}, StateRow{1141, "42000"}, StateRow{1142, "42000"},
        StateRow{1146, "42S02"}, StateRow{1153, "08S01"}, StateRow{1156, "08S01"}, StateRow{1158, "08S01"},
        StateRow{1179, "25000"}, StateRow{1203, "42000"}, StateRow{1205, "HY000"}, StateRow{1213, "40001"},
        StateRow{1216, "23000"}, StateRow{1222, "21000"}, StateRow{1227, "42000"}, StateRow{1231, "42000"},
        StateRow{1235, "42000"}, StateRow{1241, "21000"}, StateRow{1242, "21000"}, StateRow{1243, "HY000"},
        StateRow{1247, "42S22"}, StateRow{1248, "42000"}, StateRow{1251, "08004"}, StateRow{1264, "22003"},
        StateRow{1265, "01000"}, StateRow{1292, "22007"}, StateRow{1304, "42000"}, StateRow{1305, "42000"},
        StateRow{1317, "70100"}, StateRow{1318, "42000"}, StateRow{1329, "02000"}, StateRow{1365, "22012"},
        StateRow{1366, "HY000"}, StateRow{1406, "22001"}, StateRow{1426, "42000"}, StateRow{1451, "23000"},
        StateRow{1452, "23000"}, StateRow{1461, "42000"}, StateRow{1557, "23000"}, StateRow{1568, "25001"},
        StateRow{1586, "23000"}, StateRow{1644, "HY000"}, StateRow{1690, "22003"}, StateRow{1698, "28000"},
        StateRow{1701, "42000"}, StateRow{1792, "25006"}, StateRow{1835, "HY000"}, StateRow{2006, "HY000"},
        StateRow{3140, "22032"}, StateRow{3159, "HY000"}, StateRow{20101, "HY000"}, StateRow{20301, "HY000"},
        StateRow{65535, "HY000"}),
    [](const auto& row) { return std::to_string(row.param.code); });

TEST(SqlState, every_one_has_five_characters) {
  for (unsigned code = 0; code <= 65535; ++code)
    ASSERT_EQ(sqlstate_for(static_cast<std::uint16_t>(code)).size(), 5U) << code;
}

TEST(SqlState, of_a_server_goes_before_the_table) {
  EXPECT_EQ((SqlError{1064, "m", "HY000"}.state()), "HY000");
  EXPECT_EQ((SqlError{1064, "m", ""}.state()), "42000");
}

TEST(PrivilegeError, is_matrixones_own_and_names_the_identity) {
  auto plain = privilege_error();
  EXPECT_EQ(plain.code, 20101);
  EXPECT_EQ(plain.message, "internal error: do not have privilege to execute the statement");
  EXPECT_EQ(plain.state(), "HY000");
  EXPECT_EQ(privilege_error("needs sys").message,
            "internal error: do not have privilege to execute the statement (needs sys)");
}

}  // namespace
}  // namespace mogate::protocol
