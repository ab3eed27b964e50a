#include "rewrite/subscription/row_batches.h"

#include <gtest/gtest.h>

namespace mogate::rewrite {
namespace {

const Dialect kTarget = parse_version("8.0.30-MatrixOne-v4.2.0");
const TableDefinition kByKey = read_definition(
    "CREATE TABLE `t` (\n  `a` int NOT NULL,\n  `b` varchar(9) DEFAULT NULL,\n  PRIMARY KEY (`a`)\n)");
const TableDefinition kByTwo = read_definition(
    "CREATE TABLE `t` (\n  `a` int NOT NULL,\n  `b` varchar(9) NOT NULL,\n  `c` int DEFAULT NULL,\n  PRIMARY "
    "KEY (`b`,`a`)\n)");
const TableDefinition kNoKey =
    read_definition("CREATE TABLE `t` (\n  `a` int DEFAULT NULL,\n  `b` varchar(9) DEFAULT NULL\n)");

TEST(InsertBatch, WritesItsRowsOnce) {
  InsertBatch batch(table_path("d", "t"), kByKey, RowSource::select);
  batch.add({"1", "it's"});
  batch.add({"2", std::nullopt});
  EXPECT_EQ(batch.rows(), 2U);
  EXPECT_EQ(batch.take(), "insert into `d`.`t` (`a`, `b`) values (1,'it''s'), (2,NULL)");
  EXPECT_EQ(batch.rows(), 0U);
  batch.add({"3", "x"});
  EXPECT_EQ(batch.take(), "insert into `d`.`t` (`a`, `b`) values (3,'x')");
}

TEST(InsertBatch, IsFullAfterSomeRowsOrBytes) {
  InsertBatch rows(table_path("d", "t"), kByKey, RowSource::select);
  int n = 0;
  while (!rows.full() && n < 5000) rows.add({std::to_string(n++), "x"});
  EXPECT_EQ(n, 1000);
  InsertBatch bytes(table_path("d", "t"), kByKey, RowSource::select);
  const std::string wide(600000, 'x');
  bytes.add({"1", wide});
  EXPECT_FALSE(bytes.full());
  bytes.add({"2", wide});
  EXPECT_TRUE(bytes.full());
}

TEST(DeleteBatch, TakesRowsByTheirKey) {
  DeleteBatch batch(table_path("d", "t"), kByKey, RowSource::diff, kTarget);
  batch.add({"1", "x"});
  batch.add({"2", std::nullopt});
  EXPECT_EQ(batch.take(), "delete from `d`.`t` where `a` in ((1), (2))");
}

TEST(DeleteBatch, TakesRowsByAllColumnsOfTheKey) {
  DeleteBatch batch(table_path("d", "t"), kByTwo, RowSource::diff, kTarget);
  batch.add({"1", "x", "9"});
  batch.add({"2", "y", "9"});
  EXPECT_EQ(batch.take(), "delete from `d`.`t` where (`b`, `a`) in (('x',1), ('y',2))");
}

TEST(DeleteBatch, TakesABitKeyAsANumber) {
  const TableDefinition by_bit =
      read_definition("CREATE TABLE `t` (`a` bit(10) NOT NULL, PRIMARY KEY (`a`))");
  DeleteBatch batch(table_path("d", "t"), by_bit, RowSource::select, kTarget);
  batch.add({"\x03\xff"});
  EXPECT_EQ(batch.take(), "delete from `d`.`t` where `a` + 0 in ((1023))");
}

TEST(DeleteBatch, TakesOneOfEqualRowsWhereThereIsNoKey) {
  DeleteBatch batch(table_path("d", "t"), kNoKey, RowSource::diff, kTarget);
  batch.add({"1", std::nullopt});
  EXPECT_TRUE(batch.full());
  EXPECT_EQ(batch.take(), "delete from `d`.`t` where `a` = 1 and `b` IS NULL limit 1");
}

}  // namespace
}  // namespace mogate::rewrite
