#include "rewrite/table_definition.h"

#include <gtest/gtest.h>

namespace mogate::rewrite {
namespace {

using Names = std::vector<std::string>;

TEST(TableDefinition, ReadsColumnsAndThePrimaryKey) {
  struct Case {
    const char* name;
    const char* ddl;
    std::vector<TableColumn> columns;
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
    EXPECT_TRUE(t.columns == c.columns) << c.name;
    EXPECT_EQ(t.primary_key, c.key) << c.name;
  }
}

TEST(TableDefinition, KnowsItsColumns) {
  TableDefinition t = read_definition("CREATE TABLE `t` (`a` int)");
  EXPECT_TRUE(t.has("a"));
  EXPECT_FALSE(t.has("b"));
}

}  // namespace
}  // namespace mogate::rewrite
