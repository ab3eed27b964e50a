#include "rewrite/subscription/values.h"

#include <gtest/gtest.h>

namespace mogate::rewrite {
namespace {

using namespace std::literals;

const Dialect kOld = parse_version("8.0.30-MatrixOne-v3.0.12");
const Dialect kNew = parse_version("8.0.30-MatrixOne-v4.2.0-head");

TableDefinition table_of(const std::string& column) {
  return read_definition("CREATE TABLE `t` (\n  `c` " + column + "\n)");
}

TEST(SubscriptionValues, ReadsAllColumnsButTheGeneratedOnes) {
  TableDefinition t = read_definition(
      "CREATE TABLE `t` (\n  `a` int NOT NULL,\n  `g` int GENERATED ALWAYS AS ((a * 2)) STORED,\n  `s``x` "
      "set('x','y') DEFAULT NULL\n)");
  EXPECT_EQ(column_list(t), "`a`, `s``x`");
  EXPECT_EQ(select_list(t), "`a`, `s``x` + 0");
  EXPECT_EQ(copied_columns(t).size(), 2u);
}

struct ValueCase {
  const char* type;
  Cell cell;
  const char* literal;
  const char* match;  // after "`c` "; nullptr: "= " and the literal
  RowSource source = RowSource::select;
};

TEST(SubscriptionValues, WritesALiteralAndFindsTheRowByIt) {
  const ValueCase cases[] = {
      {"int", std::nullopt, "NULL", "`c` IS NULL"},
      {"int", "-7", "-7", nullptr},
      {"bigint unsigned", "18446744073709551615", "18446744073709551615", nullptr},
      {"decimal(10,2)", "-1.50", "'-1.50'", nullptr},
      {"bool", "1", "1", nullptr},
      {"float", "1.5", "'1.5'", nullptr},
      {"float", "-0", "'-0'", "CAST(`c` AS CHAR) = '-0'"},
      {"double", "0", "'0'", "CAST(`c` AS CHAR) = '0'"},
      {"double", "NaN", "'NaN'", "CAST(`c` AS CHAR) = 'NaN'"},
      {"double", "+Infinity", "'+Infinity'", nullptr},
      {"bit(10)", "\x03\xff"sv, "1023", nullptr},
      {"bit(64)", "\xff\xff\xff\xff\xff\xff\xff\xff"sv, "18446744073709551615", nullptr},
      {"varchar(9)", "a'b\\c\0\n"sv, "'a''b\\\\c\\0\n'", nullptr},
      {"varchar(9)", "", "''", nullptr},
      {"varbinary(9)", "\0\xff'"sv, "x'00ff27'", nullptr},
      {"blob", "", "x''", nullptr},
      {"json", "\"s\"", "'\"s\"'", "`c` = CAST('\"s\"' AS JSON)"},
      {"json", "1000", "'1000'", "CAST(`c` AS CHAR) = '1000' AND NOT `c` = CAST('\"1000\"' AS JSON)"},
      {"array(int)", "[1]", "'[1]'", "CAST(`c` AS CHAR) = '[1]' AND NOT `c` = CAST('\"[1]\"' AS JSON)"},
      {"json", "[\"\\n\"]", "'[\"\\\\n\"]'",
       "CAST(`c` AS CHAR) = '[\"\\\\n\"]' AND NOT `c` = CAST('\"[\\\\\"\\\\\\\\n\\\\\"]\"' AS JSON)"},
      {"enum('a','2')", "2", "'2'", nullptr},
      {"enum('a','2')", "1", "'a'", nullptr, RowSource::diff},
      {"enum('a','2')", "3", "'3'", nullptr, RowSource::diff},
      {"set('a','b')", "3", "3", nullptr},
      {"set('a','b')", "3", "3", nullptr, RowSource::diff},
      {"geometry srid 4326", "POINT(1 2)", "'POINT(1 2)'", "st_astext(`c`) = 'POINT(1 2)'"},
      {"point32", "POINT(1 2)", "st_geomfromtext('POINT(1 2)')", "st_astext(`c`) = 'POINT(1 2)'"},
      {"datalink", "file:///x", "'file:///x'", "CAST(`c` AS CHAR) = 'file:///x'"},
      {"vecf32(2)", "[1, 2.5]", "'[1, 2.5]'", nullptr},
      {"year", "0000", "'0000'", nullptr},
  };
  for (const ValueCase& c : cases) {
    TableDefinition t = table_of(c.type);
    ASSERT_EQ(t.columns.size(), 1u) << c.type;
    std::string literal, match;
    append_literal(literal, t.columns[0], c.cell, c.source);
    append_match(match, t.columns[0], c.cell, c.source, kNew);
    EXPECT_EQ(literal, c.literal) << c.type;
    EXPECT_EQ(match, c.match != nullptr ? c.match : "`c` = "s + c.literal) << c.type;
  }
}

TEST(SubscriptionValues, MatchesAsTextWhat30HasNoComparisonFor) {
  for (const char* type : {"year", "decimal(39,1)"}) {
    std::string match;
    append_match(match, table_of(type).columns[0], "1901", RowSource::select, kOld);
    EXPECT_EQ(match, "CAST(`c` AS CHAR) = '1901'") << type;
  }
}

TEST(SubscriptionValues, WritesFieldsForLoadData) {
  struct Case {
    const char* type;
    Cell cell;
    const char* field;
    RowSource source = RowSource::select;
  };
  const Case cases[] = {
      {"int", "1", "\"1\""},
      {"varchar(9)", std::nullopt, "\\N"},
      {"varchar(9)", "", "\"\""},
      {"varchar(9)", "NULL", "\"NULL\""},
      {"varchar(9)", "\\N", "\"\\\\N\""},
      {"blob", "\t\n\r\0\x1a\"\\\xff"sv, "\"\\t\\n\\r\\0\\Z\\\"\\\\\xff\""},
      {"json", "\"s\"", "\" \\\"s\\\" \""},
      {"enum('b','1')", "1", "\"2\""},
      {"enum('b','')", "", "\"2\""},
      {"enum('2','x')", "2", "\"2\"", RowSource::diff},
      {"set('a','b')", "3", "\"3\""},
      {"bit(8)", "\n", "\"\\n\""},
  };
  for (const Case& c : cases) {
    std::string out;
    append_load_row(out, copied_columns(table_of(c.type)), {c.cell}, c.source);
    EXPECT_EQ(out, std::string(c.field) + "\n") << c.type;
  }
}

TEST(SubscriptionValues, NamesTheCopiedColumnsToLoadData) {
  TableDefinition t =
      read_definition("CREATE TABLE `t` (`a` int, `b``c` int, `g` int GENERATED ALWAYS AS (1))");
  EXPECT_EQ(load_statement("d", "t`x", t),
            "LOAD DATA LOCAL INFILE 'rows' INTO TABLE `d`.`t``x` FIELDS TERMINATED BY '\\t' ENCLOSED BY '\"' "
            "ESCAPED BY '\\\\' LINES TERMINATED BY '\\n' (`a`, `b``c`)");
  std::string row;
  append_load_row(row, copied_columns(t), {"1", std::nullopt});
  EXPECT_EQ(row, "\"1\"\t\\N\n");
}

TEST(SubscriptionValues, KnowsWhichTypesGoWhichWay) {
  struct Case {
    const char* type;
    bool loads_old, loads_new, diffs_old, diffs_new = true;
  };
  const Case cases[] = {
      {"int", true, true, true},
      {"decimal(38,10)", true, true, true},
      {"decimal(39,10)", false, false, false},
      {"year", false, true, false},
      {"bit(8)", false, true, false},
      {"enum('a')", true, true, false},
      {"set('a','b')", true, true, true},
      {"set('a','4')", false, false, true},
      {"json", true, true, true},
  };
  for (const Case& c : cases) {
    TableDefinition t = table_of(c.type);
    EXPECT_EQ(can_load(t, kOld), c.loads_old) << c.type;
    EXPECT_EQ(can_load(t, kNew), c.loads_new) << c.type;
    EXPECT_EQ(can_diff(t, kOld), c.diffs_old) << c.type;
    EXPECT_EQ(can_diff(t, kNew), c.diffs_new) << c.type;
  }
  EXPECT_FALSE(can_diff(table_of("int"), parse_version("8.0.30-MatrixOne-v2.2.0")));
}

TEST(SubscriptionValues, SaysWhyATableIsNotCopied) {
  struct Case {
    const char* column;
    Dialect source, target;
    const char* why;
  };
  const Case cases[] = {
      {"enum('a,b','c')", kOld, kOld, ""},
      {"enum('a,b','c')", kOld, kNew, "column c: MatrixOne 4 splits an enum's member at its comma"},
      {"enum('1','c')", kNew, kNew, ""},
      {"enum('9','c')", kNew, kOld, ""},
      {"enum('2','c')", kNew, kOld, "column c: MatrixOne 3 confuses enum members that are numbers"},
      {"vecf16(3)", kNew, kOld, "column c: MatrixOne 3 has no vecf16"},
      {"vecf16(3)", kNew, kNew, ""},
      {"point32", kNew, kOld, "column c: MatrixOne 3 has no point32"},
      {"int GENERATED ALWAYS AS (1) STORED", kNew, kOld, "column c: MatrixOne 3 has no generated columns"},
      {"vecf32(3)", kNew, kOld, ""},
  };
  for (const Case& c : cases)
    EXPECT_EQ(why_not_copied(table_of(c.column), c.source, c.target), c.why) << c.column;
}

}  // namespace
}  // namespace mogate::rewrite
