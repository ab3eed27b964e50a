#include "proxy/cli/output.h"

#include "rewrite/statements/snapshot_show.h"

#include <gtest/gtest.h>

namespace mogate::proxy {
namespace {

using rewrite::Result;

Result snapshots(std::vector<std::vector<std::optional<std::string>>> rows) {
  Result result;
  result.kind = Result::Kind::rows;
  result.columns = rewrite::snapshot_columns();
  result.rows.rows = std::move(rows);
  return result;
}

// Seed 004, example 1.
TEST(Table, is_that_of_mo_br) {
  EXPECT_EQ(
      as_table(snapshots({{"sp_01", "2024-05-10 02:06:08.01635", "account", "sys", "", ""}})),
      "SNAPSHOT NAME\t        TIMESTAMP        \tSNAPSHOT LEVEL\tACCOUNT NAME\tDATABASE NAME\tTABLE NAME \n"
      "sp_01        \t2024-05-10 02:06:08.01635\taccount       \tsys         \t             \t          "
      "\t\n");
}

// Example 2: an odd gap is wider at the right.
TEST(Table, centres_heads) {
  EXPECT_EQ(
      as_table(snapshots({{"sp_02", "2024-05-10 02:47:15.638519", "account", "sys", "", ""}})),
      "SNAPSHOT NAME\t        TIMESTAMP         \tSNAPSHOT LEVEL\tACCOUNT NAME\tDATABASE NAME\tTABLE NAME \n"
      "sp_02        \t2024-05-10 02:47:15.638519\taccount       \tsys         \t             \t          "
      "\t\n");
}

TEST(Table, is_as_wide_as_the_widest_cell) {
  Result result;
  result.kind = Result::Kind::rows;
  result.columns = {{"a"}, {"task-id"}};
  result.rows.rows = {{"xyz", std::nullopt}, {"", "\xc3\xa4\n\xc3\xb6"}};
  EXPECT_EQ(as_table(result), " A \tTASK ID \nxyz\t       \t\n   \t\xc3\xa4 \xc3\xb6    \t\n");
}

TEST(Table, of_nothing_is_its_heads) {
  EXPECT_EQ(as_table(snapshots({})),
            "SNAPSHOT NAME\tTIMESTAMP\tSNAPSHOT LEVEL\tACCOUNT NAME\tDATABASE NAME\tTABLE NAME \n");
}

TEST(Json, has_an_object_for_each_row) {
  EXPECT_EQ(as_json(snapshots({{"s", "t", "table", "sys", "d", std::nullopt}})),
            R"([
  {
    "snapshot-name": "s",
    "timestamp": "t",
    "snapshot-level": "table",
    "account-name": "sys",
    "database-name": "d",
    "table-name": null
  }
]
)");
  EXPECT_EQ(as_json(snapshots({})), "[]\n");
}

TEST(Json, of_an_ok_holds_what_the_server_said) {
  Result result;
  result.info = "users are not copied";
  EXPECT_EQ(as_json(result), "{\n  \"status\": \"ok\",\n  \"info\": \"users are not copied\"\n}\n");
}

TEST(Json, takes_text_that_is_no_utf8) {
  EXPECT_NE(as_json(snapshots({{"a\xff", "", "", "", "", ""}})).find("\xef\xbf\xbd"), std::string::npos);
}

TEST(ErrorText, has_the_number_if_there_is_one) {
  EXPECT_EQ(error_line("mo_br", {20101, "internal error: no", {}}),
            "ERROR 20101 (HY000): internal error: no\n");
  EXPECT_EQ(error_line("mo_br", {0, "--sname is missing", {}}), "mo_br: --sname is missing\n");
  EXPECT_EQ(error_json({1064, "x", {}}),
            "{\n  \"error\": {\n    \"code\": 1064,\n    \"sqlstate\": \"42000\",\n    \"message\": \"x\"\n  "
            "}\n}\n");
}

TEST(Secrets, are_taken_out_where_they_stand_as_strings) {
  struct Row {
    const char* text;
    const char* left;
  };
  for (auto [text, left] : {
           Row{"near \"BY '111'\"", "near \"BY ***\""},
           Row{"at 127.0.0.1:6111", "at 127.0.0.1:6111"},
           Row{"'111' and '111'", "*** and ***"},
           Row{"'it''s' and 'it's'", "*** and ***"},
       })
    EXPECT_EQ(without_secrets(text, {"", "111", "it's"}), left);
}

}  // namespace
}  // namespace mogate::proxy
