#include "rewrite/subscription/alter.h"

#include <gtest/gtest.h>

namespace mogate::rewrite {
namespace {

using Statements = std::vector<std::string>;

std::string table_of(const std::string& elements, const std::string& options = "") {
  return "CREATE TABLE `t` (\n  " + elements + "\n)" + (options.empty() ? "" : " " + options);
}

TEST(SubscriptionAlter, CreatesATableOfAnotherName) {
  struct Case {
    const char* name;
    std::string ddl;
    const char* statement;
  };
  const Case cases[] = {
      {"columns, keys and options",
       table_of("`a` int NOT NULL,\n  `b``x` vecf32(3) DEFAULT NULL,\n  PRIMARY KEY (`a`),\n  KEY `iv` USING "
                "ivfflat (`b``x`) lists = 2  op_type 'vector_l2_ops' ",
                "COMMENT='tab' partition by hash (`a`) partitions 4"),
       "CREATE TABLE IF NOT EXISTS `d`.`u` (`a` int NOT NULL, `b``x` vecf32(3) DEFAULT NULL, PRIMARY KEY "
       "(`a`), "
       "KEY `iv` USING ivfflat (`b``x`) lists = 2  op_type 'vector_l2_ops') COMMENT='tab' partition by hash "
       "(`a`) partitions 4"},
      {"foreign keys name their database",
       table_of("`a` int,\n  CONSTRAINT `f` FOREIGN KEY (`a`) REFERENCES `p` (`id`) ON DELETE CASCADE,\n  "
                "CONSTRAINT `g` FOREIGN KEY (`a`) REFERENCES `o`.`p` (`id`)"),
       "CREATE TABLE IF NOT EXISTS `d`.`u` (`a` int, CONSTRAINT `f` FOREIGN KEY (`a`) REFERENCES `d`.`p` "
       "(`id`) "
       "ON DELETE CASCADE, CONSTRAINT `g` FOREIGN KEY (`a`) REFERENCES `o`.`p` (`id`))"},
      {"no table", "CREATE VIEW v AS SELECT 1", ""},
  };
  for (const Case& c : cases) EXPECT_EQ(create_statement("d", "u", c.ddl), c.statement) << c.name;
}

struct AlterCase {
  const char* name;
  std::string from, to;
  std::optional<Statements> statements;  // after "ALTER TABLE `d`.`t` ", or before " ON `d`.`t`"
  TableId id = TableId::changed;
};

void expect_alters(const AlterCase& c) {
  auto got = alter_statements("d", "t", c.from, c.to, c.id);
  ASSERT_EQ(got.has_value(), c.statements.has_value()) << c.name;
  if (!got) return;
  Statements want;
  for (const auto& s : *c.statements)
    want.push_back(s.starts_with("DROP INDEX") ? s + " ON `d`.`t`" : "ALTER TABLE `d`.`t` " + s);
  EXPECT_EQ(*got, want) << c.name;
}

TEST(SubscriptionAlter, CarriesColumnsOver) {
  const std::string ab = table_of("`a` int NOT NULL,\n  `b` text DEFAULT NULL,\n  PRIMARY KEY (`a`)");
  const AlterCase cases[] = {
      {"nothing", ab, ab, Statements{}},
      {"added in the middle and at the end", ab,
       table_of("`z` int,\n  `a` int NOT NULL,\n  `c` int NOT NULL DEFAULT 1,\n  `b` text DEFAULT NULL,\n  "
                "PRIMARY KEY (`a`)"),
       Statements{"ADD COLUMN `z` int FIRST", "ADD COLUMN `c` int NOT NULL DEFAULT 1 AFTER `a`"}},
      {"dropped", ab, table_of("`a` int NOT NULL,\n  PRIMARY KEY (`a`)"), Statements{"DROP COLUMN `b`"}},
      {"another type", ab, table_of("`a` bigint NOT NULL,\n  `b` text DEFAULT NULL,\n  PRIMARY KEY (`a`)"),
       Statements{"MODIFY COLUMN `a` bigint NOT NULL"}},
      {"another default and comment", ab,
       table_of("`a` int NOT NULL,\n  `b` text DEFAULT 'x' COMMENT 'a, b',\n  PRIMARY KEY (`a`)"),
       Statements{"MODIFY COLUMN `b` text DEFAULT 'x' COMMENT 'a, b'"}},
      {"renamed", ab, table_of("`a` int NOT NULL,\n  `c` text DEFAULT NULL,\n  PRIMARY KEY (`a`)"),
       Statements{"RENAME COLUMN `b` TO `c`"}, TableId::same},
      {"one for another", ab, table_of("`a` int NOT NULL,\n  `c` text DEFAULT NULL,\n  PRIMARY KEY (`a`)"),
       Statements{"DROP COLUMN `b`", "ADD COLUMN `c` text DEFAULT NULL AFTER `a`"}},
      {"renamed in its keys", table_of("`a` int,\n  `b` int,\n  PRIMARY KEY (`a`),\n  KEY `k` (`a`,`b`)"),
       table_of("`x` int,\n  `b` int,\n  PRIMARY KEY (`x`),\n  KEY `k` (`x`,`b`)"),
       Statements{"RENAME COLUMN `a` TO `x`"}, TableId::same},
      {"names swapped", ab, table_of("`b` int NOT NULL,\n  `a` text DEFAULT NULL,\n  PRIMARY KEY (`b`)"),
       std::nullopt, TableId::same},
      {"another order", ab, table_of("`b` text DEFAULT NULL,\n  `a` int NOT NULL,\n  PRIMARY KEY (`a`)"),
       std::nullopt},
      {"no column stays", table_of("`a` int"), table_of("`b` int"), std::nullopt},
      {"another primary key", ab, table_of("`a` int NOT NULL,\n  `b` text DEFAULT NULL"), std::nullopt},
      {"a generated column changed", table_of("`a` int,\n  `g` int GENERATED ALWAYS AS (a + 1) STORED"),
       table_of("`a` int,\n  `g` int GENERATED ALWAYS AS (a + 2) STORED"), std::nullopt},
      {"no table", ab, "", std::nullopt},
  };
  for (const AlterCase& c : cases) expect_alters(c);
}

TEST(SubscriptionAlter, CarriesKeysAndOptionsOver) {
  const std::string a = "`a` int,\n  `b` int";
  const std::string fk = ",\n  CONSTRAINT `f` FOREIGN KEY (`a`) REFERENCES `p` (`id`)";
  const AlterCase cases[] = {
      {"keys added and dropped", table_of(a + ",\n  KEY `k` (`a`)"),
       table_of(a + ",\n  UNIQUE KEY `u` (`b`),\n FULLTEXT `f`(`b`)"),
       Statements{"DROP INDEX `k`", "ADD UNIQUE KEY `u` (`b`)", "ADD FULLTEXT `f`(`b`)"}},
      {"a key changed", table_of(a + ",\n  KEY `k` (`a`)"), table_of(a + ",\n  KEY `k` (`a`,`b`)"),
       Statements{"DROP INDEX `k`", "ADD KEY `k` (`a`,`b`)"}},
      {"a key goes before its column", table_of(a + ",\n  KEY `k` (`b`)"), table_of("`a` int"),
       Statements{"DROP INDEX `k`", "DROP COLUMN `b`"}},
      {"a foreign key added", table_of(a), table_of(a + fk),
       Statements{"ADD CONSTRAINT `f` FOREIGN KEY (`a`) REFERENCES `d`.`p` (`id`)"}},
      {"a foreign key dropped", table_of(a + fk), table_of(a), Statements{"DROP FOREIGN KEY `f`"}},
      {"a foreign key spelled otherwise", table_of(a + fk + " ON DELETE NO ACTION ON UPDATE NO ACTION"),
       table_of(a + fk + " ON DELETE RESTRICT ON UPDATE RESTRICT"), Statements{}},
      {"a comment", table_of(a), table_of(a, "COMMENT='it''s'"), Statements{"COMMENT = 'it''s'"}},
      {"a comment taken away", table_of(a, "COMMENT='x' CLUSTER BY (`a`)"), table_of(a, "CLUSTER BY (`a`)"),
       Statements{"COMMENT = ''"}},
      {"other partitions", table_of(a), table_of(a, "partition by hash (`a`) partitions 4"), std::nullopt},
      {"a check", table_of(a), table_of(a + ",\n  CONSTRAINT `c` CHECK (`a` > 1)"), std::nullopt},
  };
  for (const AlterCase& c : cases) expect_alters(c);
}

TEST(SubscriptionAlter, ComparesDefinitionsByMeaning) {
  const std::string a = "`a` int NOT NULL,\n  `b` varchar(9) DEFAULT NULL";
  struct Case {
    const char* name;
    std::string a, b;
    bool definition, columns;
  };
  const Case cases[] = {
      {"spaces and case of words", table_of(a),
       "CREATE TABLE `u` (`a` INT not null, `b` varchar(9) default null)", true, true},
      {"the order of keys", table_of(a + ", KEY `x` (`a`), KEY `y` (`b`)"),
       table_of(a + ", KEY `y` (`b`), KEY `x` (`a`)"), true, true},
      {"a default", table_of(a), table_of("`a` int NOT NULL, `b` varchar(9) DEFAULT 'x'"), false, true},
      {"a wider column", table_of(a), table_of("`a` int NOT NULL, `b` varchar(99) DEFAULT NULL"), false,
       false},
      {"a name", table_of(a), table_of("`a` int NOT NULL, `B` varchar(9) DEFAULT NULL"), false, false},
      {"a collation and a short text", table_of("`a` varchar(9) COLLATE utf8mb4_bin, `b` tinytext"),
       table_of("`a` varchar(9), `b` text"), false, true},
      {"one more column", table_of(a), table_of(a + ", `c` int"), false, false},
      {"a comment", table_of(a), table_of(a, "COMMENT='x'"), false, true},
      {"a key", table_of(a), table_of(a + ", KEY `x` (`a`)"), false, true},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(same_definition(c.a, c.b), c.definition) << c.name;
    EXPECT_EQ(same_columns(c.a, c.b), c.columns) << c.name;
  }
}

TEST(SubscriptionAlter, EmptiesAForeignKeysParentByDelete) {
  EXPECT_EQ(empty_statement("d", "t`x", false), "TRUNCATE TABLE `d`.`t``x`");
  EXPECT_EQ(empty_statement("d", "t", true), "DELETE FROM `d`.`t` WHERE TRUE");
}

}  // namespace
}  // namespace mogate::rewrite
