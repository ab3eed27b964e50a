#include "rewrite/table_definition.h"

#include <gtest/gtest.h>

namespace mogate::rewrite {
namespace {

using Names = std::vector<std::string>;
using NamesAndTypes = std::vector<std::pair<std::string, std::string>>;

NamesAndTypes names_and_types(const TableDefinition& t) {
  NamesAndTypes out;
  for (const TableColumn& c : t.columns) out.emplace_back(c.name, c.type);
  return out;
}

TEST(TableDefinition, ReadsColumnsAndThePrimaryKey) {
  struct Case {
    const char* name;
    const char* ddl;
    NamesAndTypes columns;
    Names key;
  };
  const Case cases[] = {
      {"as MatrixOne writes it",
       "CREATE TABLE `t` (\n  `a` int NOT NULL,\n  `b` varchar(20) DEFAULT NULL,\n  PRIMARY KEY (`a`)\n)",
       {{"a", "int"}, {"b", "varchar"}},
       {"a"}},
      {"no key", "CREATE TABLE `t` (\n  `A` INT UNSIGNED\n)", {{"A", "int"}}, {}},
      {"commas and parentheses inside types, defaults and comments",
       "CREATE TABLE `t` (\n  `e` enum('x,y','PRIMARY KEY (`z`)') DEFAULT 'x,y',\n  `d` decimal(10,2) "
       "COMMENT 'a, `b` int',\n"
       "  `c` int DEFAULT (now())\n)",
       {{"e", "enum"}, {"d", "decimal"}, {"c", "int"}},
       {}},
      {"a key of several columns among other keys",
       "CREATE TABLE `t` (\n  `a` int NOT NULL,\n  `b` year NOT NULL,\n  UNIQUE KEY `u` (`b`),\n  KEY `i` "
       "(`a`,`b` DESC),\n"
       "  PRIMARY KEY (`b`,`a`),\n  CONSTRAINT `f` FOREIGN KEY (`a`) REFERENCES `p` (`id`) ON DELETE "
       "RESTRICT\n)",
       {{"a", "int"}, {"b", "year"}},
       {"b", "a"}},
      {"names that need their quotes",
       "CREATE TABLE `t` (\n  `primary` int,\n  `a``b` text,\n  PRIMARY KEY (`a``b`)\n)",
       {{"primary", "int"}, {"a`b", "text"}},
       {"a`b"}},
      {"what follows the list is not read",
       "CREATE TABLE `t` (`a` int) partition by hash (`a`) (`b` int)",
       {{"a", "int"}},
       {}},
      {"a view", "CREATE VIEW v AS SELECT a FROM t", {}, {}},
      {"nothing", "", {}, {}},
      {"cut off", "CREATE TABLE `t` (`a` int, PRIMARY KEY (`a", {{"a", "int"}}, {}},
  };
  for (const Case& c : cases) {
    TableDefinition t = read_definition(c.ddl);
    EXPECT_EQ(names_and_types(t), c.columns) << c.name;
    EXPECT_EQ(t.primary_key, c.key) << c.name;
  }
}

TEST(TableDefinition, ReadsWhatAColumnIs) {
  struct Case {
    const char* column;
    const char* declared;
    std::uint32_t width = 0;
    bool nullable = true, auto_increment = false, generated = false;
    Names members = {};
  };
  const Case cases[] = {
      {"int NOT NULL", "int", 0, false},
      {"int unsigned DEFAULT NULL", "int unsigned"},
      {"bigint NOT NULL AUTO_INCREMENT", "bigint", 0, false, true},
      {"decimal(65,30) DEFAULT NULL", "decimal(65,30)", 65},
      {"decimal(10,2) DEFAULT '1.5' COMMENT 'NOT NULL AUTO_INCREMENT'", "decimal(10,2)", 10},
      {"varchar(10) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin DEFAULT 'a'",
       "varchar(10) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin", 10},
      {"timestamp(3) NOT NULL DEFAULT current_timestamp(3) ON UPDATE current_timestamp(3)", "timestamp(3)", 3,
       false},
      {"timestamp NULL DEFAULT NULL", "timestamp"},
      {"int GENERATED ALWAYS AS ((a * 2)) STORED", "int", 0, true, false, true},
      {"int NOT NULL GENERATED ALWAYS AS (if(a is null,1,2)) VIRTUAL", "int", 0, false, false, true},
      {"enum('a','it''s','x,y','(') DEFAULT 'a'",
       "enum('a','it''s','x,y','(')",
       0,
       true,
       false,
       false,
       {"a", "it's", "x,y", "("}},
      {"set('4','') DEFAULT NULL", "set('4','')", 0, true, false, false, {"4", ""}},
      {"geometry srid 4326 DEFAULT NULL", "geometry srid 4326"},
      {"text", "text"},
  };
  for (const Case& c : cases) {
    TableDefinition t =
        read_definition("CREATE TABLE `t` (\n  `c` " + std::string(c.column) + ",\n  `d` int\n)");
    ASSERT_EQ(t.columns.size(), 2u) << c.column;
    const TableColumn& column = t.columns[0];
    EXPECT_EQ(column.declared, c.declared) << c.column;
    EXPECT_EQ(column.text, c.column);
    EXPECT_EQ(column.width, c.width) << c.column;
    EXPECT_EQ(column.nullable, c.nullable) << c.column;
    EXPECT_EQ(column.auto_increment, c.auto_increment) << c.column;
    EXPECT_EQ(column.generated, c.generated) << c.column;
    EXPECT_EQ(column.members, c.members) << c.column;
  }
}

TEST(TableDefinition, ReadsKeysForeignKeysAndOptions) {
  TableDefinition t = read_definition(
      "CREATE TABLE `t` (\n  `a` int NOT NULL,\n  `b` text,\n  PRIMARY KEY (`a`),\n  UNIQUE KEY `u` "
      "(`a`,`b`),\n"
      "  KEY `k` USING ivfflat (`b`) lists = 1  op_type 'vector_l2_ops' ,\n FULLTEXT `f`(`b`) WITH PARSER "
      "ngram,\n"
      "  CONSTRAINT `f1` FOREIGN KEY (`a`) REFERENCES `p` (`id`) ON DELETE RESTRICT,\n"
      "  CONSTRAINT `f2` FOREIGN KEY (`a`,`b`) REFERENCES `d`.`q` (`x`,`y`),\n  CONSTRAINT `c` CHECK (a > "
      "1)\n) "
      "COMMENT='x' partition by hash (a)");
  EXPECT_EQ(t.columns.size(), 2u);
  ASSERT_EQ(t.keys.size(), 4u);
  EXPECT_EQ(t.keys[0], (TableKey{"u", {"a", "b"}, "UNIQUE KEY `u` (`a`,`b`)", true}));
  EXPECT_EQ(t.keys[1],
            (TableKey{"k", {"b"}, "KEY `k` USING ivfflat (`b`) lists = 1  op_type 'vector_l2_ops'", false}));
  EXPECT_EQ(t.keys[2], (TableKey{"f", {"b"}, "FULLTEXT `f`(`b`) WITH PARSER ngram", false}));
  EXPECT_EQ(t.keys[3], (TableKey{"c", {}, "CONSTRAINT `c` CHECK (a > 1)", false}));
  ASSERT_EQ(t.foreign_keys.size(), 2u);
  EXPECT_EQ(t.foreign_keys[0].database, "");
  EXPECT_EQ(t.foreign_keys[0].table, "p");
  EXPECT_EQ(t.foreign_keys[1].database, "d");
  EXPECT_EQ(t.foreign_keys[1].table, "q");
  EXPECT_EQ(t.foreign_keys[1].columns, (Names{"a", "b"}));
  EXPECT_EQ(t.options, "COMMENT='x' partition by hash (a)");
  EXPECT_TRUE(t.partitioned);
  EXPECT_FALSE(read_definition("CREATE TABLE `t` (`a` int) COMMENT='partition'").partitioned);
}

TEST(TableDefinition, KnowsItsColumns) {
  TableDefinition t = read_definition("CREATE TABLE `t` (`a` int)");
  EXPECT_TRUE(t.has("a"));
  EXPECT_FALSE(t.has("b"));
}

}  // namespace
}  // namespace mogate::rewrite
