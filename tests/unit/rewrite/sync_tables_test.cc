#include "rewrite/sync_tables.h"

#include <gtest/gtest.h>

namespace mogate::rewrite {
namespace {

std::string redirected(std::string_view sql, std::string_view database = "d", sql::SqlMode mode = {}) {
  return redirect_sync_tables(sql, mode, database).value_or("unchanged");
}

TEST(SyncTables, AreLedToMogateWhereverTheyAreNames) {
  struct Case {
    const char* sql;
    const char* wanted;
  };
  for (auto [sql, wanted] : {
           Case{"select * from mo_catalog.mo_sync_configs", "select * from mogate.mo_sync_configs"},
           Case{"SELECT * FROM MO_CATALOG.MO_SYNC_TASKS;", "SELECT * FROM mogate.MO_SYNC_TASKS;"},
           Case{"select `mo_catalog`.`mo_sync_tasks`.state from `Mo_Catalog` . `mo_sync_tasks`",
                "select mogate.`mo_sync_tasks`.state from mogate . `mo_sync_tasks`"},
           Case{"select c.task_id, t.* from mo_catalog.mo_sync_configs c join mo_catalog.mo_sync_tasks as t "
                "on c.task_id = t.task_id",
                "select c.task_id, t.* from mogate.mo_sync_configs c join mogate.mo_sync_tasks as t "
                "on c.task_id = t.task_id"},
           Case{"select * from mo_catalog/* x */./* mo_catalog. */mo_sync_tasks where a = ?",
                "select * from mogate/* x */./* mo_catalog. */mo_sync_tasks where a = ?"},
           Case{"select 1; select * from mo_catalog.mo_sync_tasks; select 2",
                "select 1; select * from mogate.mo_sync_tasks; select 2"},
           Case{"select * from mo_catalog.mo_tables, mo_catalog.mo_sync_tasks",
                "select * from mo_catalog.mo_tables, mogate.mo_sync_tasks"},
           Case{"/*! select * from mo_catalog.mo_sync_tasks */", "/*! select * from mogate.mo_sync_tasks */"},
       })
    EXPECT_EQ(redirected(sql), wanted) << sql;
}

TEST(SyncTables, AreFoundWithoutTheirDatabaseWhereMoCatalogIsTheCurrentOne) {
  EXPECT_EQ(redirected("select a from mo_sync_tasks t join `mo_sync_configs`", "mo_catalog"),
            "select a from mogate.mo_sync_tasks t join mogate.`mo_sync_configs`");
  EXPECT_EQ(redirected("select mo_sync_tasks.state from mo_sync_tasks", "MO_CATALOG"),
            "select mogate.mo_sync_tasks.state from mogate.mo_sync_tasks");
  EXPECT_EQ(redirected("use mo_catalog; select * from mo_sync_tasks; use d; select * from mo_sync_tasks"),
            "use mo_catalog; select * from mogate.mo_sync_tasks; use d; select * from mo_sync_tasks");
  EXPECT_EQ(redirected("select * from mo_tables as mo_sync_tasks", "mo_catalog"), "unchanged");
  EXPECT_EQ(redirected("select * from mo_sync_tasks"), "unchanged");
}

TEST(SyncTables, StayAsTheyAreInStringsAndCommentsAndElsewhere) {
  for (const char* sql :
       {"select 'mo_catalog.mo_sync_tasks'", "select \"mo_catalog.mo_sync_tasks\"",
        "select 1 -- mo_catalog.mo_sync_tasks", "select 1 /* mo_catalog.mo_sync_tasks */",
        "select * from d.mo_sync_tasks", "select * from mogate.mo_sync_tasks",
        "select mo_catalog.mo_sync_task from t", "select `mo_catalog.mo_sync_tasks`",
        "select * from mo_catalog.mo_tables where relname = 'mo_sync_tasks'", "", "mo_sync_"})
    EXPECT_EQ(redirected(sql), "unchanged") << sql;
}

TEST(SyncTables, AreReadByTheSessionsQuotes) {
  constexpr char kSql[] = "select * from \"mo_catalog\".\"mo_sync_tasks\"";
  EXPECT_EQ(redirected(kSql, "d", {true, false}), "select * from mogate.\"mo_sync_tasks\"");
  EXPECT_EQ(redirected(kSql), "unchanged");
}

TEST(SyncTables, ALookTellsWhetherATextMayNameThem) {
  EXPECT_TRUE(mentions_sync_tables("x Mo_Sync_Tasks"));
  EXPECT_TRUE(mentions_sync_tables("mmo_sync_"));
  EXPECT_FALSE(mentions_sync_tables("mo_syn"));
  EXPECT_FALSE(mentions_sync_tables("mo_tables m"));
  EXPECT_FALSE(mentions_sync_tables(""));
}

}  // namespace
}  // namespace mogate::rewrite
