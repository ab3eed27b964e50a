#include "proxy/cli/snapshot_words.h"

#include "tests/unit/rewrite/plan_support.h"

#include <gtest/gtest.h>

namespace mogate::proxy {
namespace {

std::string said(const Worded& worded) {
  if (const auto* text = std::get_if<std::string>(&worded)) return *text;
  return "! " + std::get<Unsaid>(worded).why;
}

SnapshotWords level(std::string of, std::string account = {}, std::string database = {},
                    std::string table = {}) {
  SnapshotWords words;
  words.name = "s";
  words.level = std::move(of);
  words.account = std::move(account);
  words.database = std::move(database);
  words.table = std::move(table);
  return words;
}

// What the text says is a statement that the gateway knows.
void expect_parses(const std::string& text) {
  EXPECT_TRUE(std::holds_alternative<rewrite::Statement>(rewrite::test::parse_sql(text))) << text;
}

TEST(SnapshotCreateWords, are_a_statement_for_each_level) {
  struct Row {
    SnapshotWords words;
    const char* text;
  };
  for (const auto& [words, text] : {
           Row{level("cluster"), "SNAPSHOT CREATE `s` FOR CLUSTER"},
           Row{level("account"), "SNAPSHOT CREATE `s` FOR ACCOUNT"},
           Row{level("account", "acc1"), "SNAPSHOT CREATE `s` FOR ACCOUNT `acc1`"},
           Row{level("database", "", "d"), "SNAPSHOT CREATE `s` FOR DATABASE `d`"},
           Row{level("database", "SYS", "d"), "SNAPSHOT CREATE `s` FOR DATABASE `d`"},
           Row{level("table", "sys", "d", "a`b"), "SNAPSHOT CREATE `s` FOR TABLE `d`.`a``b`"},
       }) {
    EXPECT_EQ(said(snapshot_create(words, "sys")), text);
    expect_parses(text);
    auto flushed = words;
    flushed.flush = true;
    EXPECT_EQ(said(snapshot_create(flushed, "sys")), std::string(text) + " WITH FLUSH");
  }
}

TEST(SnapshotCreateWords, that_do_not_fit_their_level_are_refused) {
  struct Row {
    SnapshotWords words;
    const char* why;
  };
  for (const auto& [words, why] : {
           Row{level(""), "--level is missing"},
           Row{level("tenant"), "not tenant"},
           Row{level("cluster", "acc1"), "takes no --account"},
           Row{level("account", "acc1", "d"), "takes no --db"},
           Row{level("database"), "--db is missing"},
           Row{level("database", "", "d", "t"), "takes no --table"},
           Row{level("table", "", "d"), "--table is missing"},
           Row{level("table", "", "", "t"), "--db is missing"},
           Row{level("table", "acc1", "d", "t"), "log in to acc1"},
       })
    EXPECT_NE(said(snapshot_create(words, "sys")).find(why), std::string::npos)
        << why << ": " << said(snapshot_create(words, "sys"));
  EXPECT_NE(said(snapshot_create({}, "sys")).find("--sname"), std::string::npos);
}

TEST(SnapshotRestoreWords, name_what_is_restored_and_where_to) {
  struct Row {
    SnapshotWords words;
    const char* text;
  };
  auto to = level("", "acc1");
  to.to_account = "acc2";
  auto fresh = level("", "sys", "d");
  fresh.new_account = "acc2";
  fresh.new_admin = "admin";
  fresh.new_password = "o'clock\\";
  auto moment = level("", "", "d");
  moment.at = "2026-11-21 09:00:00";
  auto users = fresh;
  users.with_users = true;
  for (const auto& [words, text] : {
           Row{level(""), "SNAPSHOT RESTORE `s`"},
           Row{level("", "sys"), "SNAPSHOT RESTORE `s` ACCOUNT `sys`"},
           Row{level("", "sys", "d"), "SNAPSHOT RESTORE `s` ACCOUNT `sys` DATABASE `d`"},
           Row{level("", "sys", "d", "t"), "SNAPSHOT RESTORE `s` ACCOUNT `sys` DATABASE `d` TABLE `t`"},
           Row{level("", "", "d", "t"), "SNAPSHOT RESTORE `s` DATABASE `d` TABLE `t`"},
           Row{moment, "SNAPSHOT RESTORE `s` DATABASE `d` AT '2026-11-21 09:00:00'"},
           Row{to, "SNAPSHOT RESTORE `s` ACCOUNT `acc1` TO ACCOUNT `acc2`"},
           Row{fresh,
               "SNAPSHOT RESTORE `s` ACCOUNT `sys` DATABASE `d` TO NEW ACCOUNT `acc2` ADMIN_NAME 'admin' "
               "IDENTIFIED BY 'o''clock\\\\'"},
           Row{users,
               "SNAPSHOT RESTORE `s` ACCOUNT `sys` DATABASE `d` TO NEW ACCOUNT `acc2` ADMIN_NAME 'admin' "
               "IDENTIFIED BY 'o''clock\\\\' WITH USERS"},
       }) {
    EXPECT_EQ(said(snapshot_restore(words, {})), text);
    expect_parses(text);
  }
}

TEST(SnapshotRestoreWords, follow_how_the_server_reads_backslashes) {
  SnapshotWords words = level("");
  words.new_account = "b";
  words.new_admin = "admin";
  words.new_password = "a\\b";
  rewrite::sql::SqlMode mode;
  mode.no_backslash_escapes = true;
  EXPECT_NE(said(snapshot_restore(words, mode)).find("'a\\b'"), std::string::npos);
  EXPECT_NE(said(snapshot_restore(words, {})).find("'a\\\\b'"), std::string::npos);
}

TEST(SnapshotRestoreWords, that_are_half_said_are_refused) {
  auto no_database = level("", "sys", "", "t");
  auto no_admin = level("");
  no_admin.new_account = "b";
  auto no_password = no_admin;
  no_password.new_admin = "admin";
  auto no_account = level("");
  no_account.new_admin = "admin";
  auto both = level("");
  both.new_account = "b";
  both.to_account = "c";
  auto moment_elsewhere = both;
  moment_elsewhere.new_account.clear();
  moment_elsewhere.at = "2026-11-21 09:00:00";
  for (auto [words, why] : {
           std::pair{SnapshotWords{}, "--sname"},
           std::pair{moment_elsewhere, "--at"},
           std::pair{no_database, "--db"},
           std::pair{no_admin, "--new_admin_name"},
           std::pair{no_password, "--new_admin_password"},
           std::pair{no_account, "--new_account"},
           std::pair{both, "exclude"},
       })
    EXPECT_NE(said(snapshot_restore(words, {})).find(why), std::string::npos) << why;
}

TEST(SnapshotDropWords, name_the_snapshot) {
  EXPECT_EQ(said(snapshot_drop(level(""))), "SNAPSHOT DROP `s`");
  EXPECT_NE(said(snapshot_drop({})).find("--sname"), std::string::npos);
}

TEST(SnapshotShowWords, leave_the_name_to_the_server) {
  SnapshotWords words;
  EXPECT_EQ(said(snapshot_show(words, {})), "SNAPSHOT SHOW");
  words.name = "SP_01";
  EXPECT_EQ(said(snapshot_show(words, {})), "SNAPSHOT SHOW LIKE 'sp_01'");
  expect_parses(said(snapshot_show(words, {})));
}

TEST(SnapshotShowWords, take_times_as_snapshots_show_them) {
  for (const char* good :
       {"2026-11-21", "2026-11-21 13:59", "2026-11-21T13:59:10", "2026-11-21 13:59:10.24472068"}) {
    SnapshotWords words;
    words.from = words.to = good;
    EXPECT_EQ(said(snapshot_show(words, {})), "SNAPSHOT SHOW") << good;
  }
  for (const char* bad : {"yesterday", "2026-11", "2026-11-21 13", "2026-11-21 13:59:", "21.11.2026",
                          "2026-11-21 13:59:10.", "2026-11-21 13:59:10.1234567890"}) {
    SnapshotWords from, to;
    from.from = to.to = bad;
    EXPECT_NE(said(snapshot_show(from, {})).find("--from"), std::string::npos) << bad;
    EXPECT_NE(said(snapshot_show(to, {})).find("--to"), std::string::npos) << bad;
  }
}

TEST(SnapshotFilter, leaves_what_was_asked_for) {
  const rewrite::Rows all{{},
                          {{"cl", "2026-11-20 10:00:00.5", "cluster", "", "", ""},
                           {"sp_01", "2026-11-21 10:00:00", "account", "sys", "", ""},
                           {"spx01", "2026-11-21 10:00:01.25", "account", "acc1", "", ""},
                           {"tab", "2026-11-22 10:00:00", "table", "sys", "shop", "orders"}}};
  struct Row {
    SnapshotWords words;
    std::vector<std::string> names;
  };
  auto with = [](std::string SnapshotWords::*member, std::string value) {
    SnapshotWords words;
    words.*member = std::move(value);
    return words;
  };
  for (const auto& [words, names] : std::vector<Row>{
           {{}, {"cl", "sp_01", "spx01", "tab"}},
           {with(&SnapshotWords::name, "sp_01"), {"sp_01"}},  // '_' is no wildcard in a name
           {with(&SnapshotWords::name, "SP_01"), {"sp_01"}},
           {with(&SnapshotWords::name, "sp%"), {"cl", "sp_01", "spx01", "tab"}},  // the server has done that
           {with(&SnapshotWords::cluster, "sys"), {"cl"}},
           {with(&SnapshotWords::account, "SYS"), {"sp_01", "tab"}},
           {with(&SnapshotWords::database, "shop"), {"tab"}},
           {with(&SnapshotWords::table, "orders"), {"tab"}},
           {with(&SnapshotWords::from, "2026-11-21"), {"sp_01", "spx01", "tab"}},
           {with(&SnapshotWords::from, "2026-11-21T10:00:01"), {"spx01", "tab"}},
           {with(&SnapshotWords::to, "2026-11-21"), {"cl", "sp_01", "spx01"}},
           {with(&SnapshotWords::to, "2026-11-21 10:00:01"), {"cl", "sp_01", "spx01"}},
           {with(&SnapshotWords::to, "2026-11-21 10:00:00"), {"cl", "sp_01"}},
       }) {
    rewrite::Rows rows = all;
    filter_snapshots(words, rows);
    std::vector<std::string> left;
    for (const auto& row : rows.rows) left.push_back(*row[0]);
    EXPECT_EQ(left, names);
  }
}

}  // namespace
}  // namespace mogate::proxy
