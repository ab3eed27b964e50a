#include "rewrite/digest.h"

#include "rewrite/native_kind.h"

#include <gtest/gtest.h>

#include <string>

namespace mogate::rewrite {
namespace {

struct Case {
  const char* sql;
  const char* digest;
};

TEST(Digest, leaves_out_what_differs_from_one_execution_to_the_next) {
  const Case cases[] = {
      {"", ""},
      {"SELECT 1", "select ?"},
      {"select  'a' ,\n\"b\"", "select ?, ..."},
      {"select 1, 2, 3", "select ?, ..."},
      {"SELECT * FROM Db.T WHERE id=5", "select * from db.t where id = ?"},
      {"select * from t where a in (1,2,3) and b = 'x'", "select * from t where a in (?, ...) and b = ?"},
      {"select * from t where a in (1)", "select * from t where a in (?)"},
      {"insert into t(a,b) values (1,'x'),(2,'y'),(3,'z')", "insert into t (a, b) values (?, ...)"},
      {"insert into t values (1),(2)", "insert into t values (?)"},
      {"select /* secret */ 1 -- tail", "select ?"},
      {"select /*+ hint('s') */ 1", "select ?"},
      {"select x'1f', 0x1f, b'01', 1e5, _utf8mb4'q', $tag$x$tag$", "select ?, ..."},
      {"select `A b` from t where c = ?", "select `A b` from t where c = ?"},
      {"select count(*) from t", "select count (*) from t"},
      {"set @a = 1, @@session.x = 'y'", "set @a = ?, @@session.x = ?"},
      {"select 'never ends", "select ..."},
      {"select 1; select 2", "select ?; select ?"},
  };
  for (const auto& c : cases) EXPECT_EQ(digest(c.sql, {}).text, c.digest) << c.sql;
}

TEST(Digest, shows_no_literal_whatever_sql_mode_is) {
  for (const char* sql :
       {R"(insert into t values ('a\', 'secret'))", R"(insert into t values ('a\'b', 'secret'))",
        R"(select "secret")", R"(select 'a''secret')", R"(select '\\', 'secret')"}) {
    EXPECT_EQ(digest(sql, {}).text.find("secret"), std::string::npos) << sql;
    EXPECT_EQ(digest(sql, {.before_4 = true}).text.find("secret"), std::string::npos) << sql;
  }
}

TEST(Digest, of_long_lists_is_that_of_short_ones) {
  std::string longer = "insert into t values (1, 'x')";
  auto wanted = digest(longer, {}).text;
  while (longer.size() < 2 * kDigestInput) longer += ", (22, 'yy')";
  EXPECT_EQ(digest(longer, {}).text, wanted + " ...");
  std::string many = "select * from t where a in (1, 2";
  while (many.size() < kDigestInput - 2) many += ", 3";
  EXPECT_EQ(digest(many + ", 4, 5, 6, 7)", {}).text, "select * from t where a in ...");
}

TEST(Digest, is_bounded) {
  std::string wide = "select a";
  while (wide.size() < 4096) wide += ", column_of_some_length";
  EXPECT_LT(digest(wide, {}, 100).text.size(), 150U);
  EXPECT_TRUE(digest(wide, {}, 100).text.ends_with("..."));
}

TEST(Digest, has_the_hash_of_its_text) {
  EXPECT_EQ(digest("SELECT 1", {}).hash, digest("select   2", {}).hash);
  EXPECT_NE(digest("SELECT 1", {}).hash, digest("select a", {}).hash);
  EXPECT_EQ(digest("SELECT 1", {}).hash, hash_of("select ?"));
}

TEST(DigestKey, is_shared_by_texts_that_differ_in_literals_alone) {
  const Case same[] = {
      {"select 1", "select 22"},
      {"select 1.5", "select 23"},
      {"select * from t1 where a = 'x' and b = 7", "select * from t1 where a = 'longer' and b = 12345"},
      {"select ''", "select 'x'"},
      {"select \"a\"", "select \"b c\""},
  };
  for (const auto& c : same) {
    EXPECT_EQ(digest_key(c.sql), digest_key(c.digest)) << c.sql;
    EXPECT_EQ(digest(c.sql, {}).text, digest(c.digest, {}).text) << c.sql;
  }
}

// The digests of each two of these differ.
TEST(DigestKey, differs_where_the_digest_does) {
  const char* texts[] = {"",
                         "select a",
                         "select b",
                         "select t1",
                         "select t2",
                         "select 1a",
                         "select 2a",
                         "set @'a' = 1",
                         "set @'b' = 1",
                         "select 1 a",
                         "select 1 b",
                         "select 'a' a",
                         "select 'a' b",
                         "select 1 -- ' a",
                         "select /* ' */ a, 'b'",
                         "select /* ' */ c, 'b'",
                         "select # '\n a, 'b'",
                         "select # '\n c, 'b'",
                         "select `'` , a, '`'",
                         "select `'` , c, '`'",
                         "select $a$'$a$, a, 'b'",
                         "select $a$'$a$, c, 'b'",
                         "select // '\n d, 'b'",
                         "select // '\n e, 'b'"};
  for (const char* one : texts) {
    for (const char* other : texts) {
      if (digest(one, {}).text != digest(other, {}).text) {
        EXPECT_NE(digest_key(one), digest_key(other)) << one << " | " << other;
      }
    }
  }
  std::string longer(kDigestInput, ' ');
  EXPECT_NE(digest_key("select 1" + longer), digest_key("select 1"));
}

TEST(NativeKind, is_the_first_word_if_it_is_known) {
  const Case cases[] = {
      {"", "OTHER"},
      {"select 1", "SELECT"},
      {" \n/* c */ InSeRt into t", "INSERT"},
      {"((select 1))", "SELECT"},
      {"deallocate prepare p", "DEALLOCATE"},
      {"begin", "BEGIN"},
      {"nonsense", "OTHER"},
      {"selects 1", "OTHER"},
      {"averyveryverylongword", "OTHER"},
      {"12", "OTHER"},
      {"/*! select 1 */", "OTHER"},
  };
  for (const auto& c : cases) EXPECT_EQ(native_kind(c.sql), c.digest) << c.sql;
  for (std::size_t i = 1; i < native_kinds(); ++i)
    EXPECT_EQ(native_kind_index(native_kind_name(i)), i) << native_kind_name(i);
}

}  // namespace
}  // namespace mogate::rewrite
