#include "rewrite/glance.h"

#include "rewrite/sql/splitter.h"
#include "unit/rewrite/guards/texts.h"
#include "unit/rewrite/mutations.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace mogate::rewrite {
namespace {

// On a heap block of exactly the text's size: a read beyond it is seen by a sanitizer.
bool looks(std::string_view sql, bool preparing = false) {
  auto exact = std::make_unique<char[]>(sql.size());
  sql.copy(exact.get(), sql.size());
  std::string_view copy(exact.get(), sql.size());
  return preparing ? needs_look_to_prepare(copy) : needs_look(copy);
}

bool must_be_looked_at(std::string_view sql, const ParseOptions& options) {
  auto parts = sql::split(sql, options.dialect.lexer_mode(options.mode));
  if (parts.size() > 1) return true;
  for (const auto& part : parts)
    if (!std::holds_alternative<NotOurs>(parse(part.text, options))) return true;
  return false;
}

void expect_seen(std::string_view sql, bool preparing) {
  if (looks(sql, preparing)) return;
  for (int major : {3, 4})
    for (int mode = 0; mode < 4; ++mode) {
      auto options = test::on(major);
      options.mode = {(mode & 1) != 0, (mode & 2) != 0, false};
      options.placeholders = preparing ? Placeholders::declared : Placeholders::refused;
      EXPECT_FALSE(must_be_looked_at(sql, options))
          << "MatrixOne " << major << ", mode " << mode << ": " << sql;
    }
}

void expect_seen(std::string_view sql) {
  expect_seen(sql, false);
  expect_seen(sql, true);
}

TEST(NeedsLook, is_never_false_for_what_parse_sees) {
  for (auto texts : {test::guarded_texts(), test::harmless_texts()})
    for (const auto& text : texts) {
      expect_seen(text.sql);
      test::for_mutations(text.sql, 60, [](std::string_view sql) { expect_seen(sql); });
    }
}

TEST(NeedsLook, sees_it_anywhere_in_a_long_text) {
  for (std::string_view what :
       {"; select 1", " where mo_ctl(1,2,3)", " where MO_CTL(1,2,3)", " {snapshot = a}", "{/**/mo_ts=1}",
        "/*! x */", "/*+ x */", " from mo_catalog.Mo_Sync_configs"}) {
    for (std::size_t before = 0; before < 150; ++before) {
      std::string sql = "select " + std::string(before, 'a');
      EXPECT_TRUE(looks(sql.append(what))) << before << what;
      EXPECT_TRUE(looks(sql.append(before, 'b'))) << before << what;
    }
  }
}

TEST(NeedsLook, lets_ordinary_statements_pass) {
  for (std::string_view sql :
       {"select 1", "SELECT c FROM sbtest1 WHERE id=12345", "select 1;", "select 1 ; \n",
        "/* app */ select 1 /* b */", "insert into t values (1,'{\"a\":{\"created_at\": 1, \"b_s\": 2}}')",
        "INSERT INTO customer_s VALUES (1)", "update t set a_c = b_s / c where d", "commit", "use d",
        "rollback", "ROLLBACK;", "/* x */ rollback ", "call p(1)", "execute s", "\n\tselect a/b, c from t",
        "select created_count, state_synced from t_ct", "replace into t(a) values (?)", "start transaction"})
    EXPECT_FALSE(looks(sql)) << sql;
}

TEST(NeedsLook, looks_at_everything_that_begins_otherwise) {
  for (std::string_view sql :
       {"", " ", "set a = 1", "show tables", "flush tables", "(select 1)", "-- x\nselect 1",
        "/*! select */ 1", "/* open", "'select 1'", "@v", "\xE2\x84\xAAill 5", "selects",
        "rollback to savepoint a", "ROLLBACK WORK TO a", "rollback/**/to a"})
    EXPECT_TRUE(looks(sql)) << sql;
}

TEST(NeedsLook, looks_at_what_cannot_be_prepared) {
  for (std::string_view sql :
       {"BEGIN", "commit", "COMMIT AND CHAIN", "rollback", "/* x */ start transaction", "set a=1"})
    EXPECT_TRUE(needs_look_to_prepare(sql)) << sql;
  for (std::string_view sql : {"select ?", "insert into t values (?)", "update t set a = ?"})
    EXPECT_FALSE(needs_look_to_prepare(sql)) << sql;
}

}  // namespace
}  // namespace mogate::rewrite
