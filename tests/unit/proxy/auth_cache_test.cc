#include "proxy/session/auth_cache.h"

#include "protocol/auth.h"

namespace mogate::proxy {
namespace {

using namespace std::chrono_literals;

const Clock::time_point kNow{1000s};
constexpr char kBackend[] = "127.0.0.1:6001";

TEST(AuthCache, password_hashes_are_those_of_both_plugins) {
  auto hashes = hash_password("secret");
  EXPECT_EQ(hashes.sha1.view(), protocol::sha1("secret"));
  EXPECT_EQ(hashes.sha256_twice.view(), protocol::sha256(protocol::sha256("secret")));
  EXPECT_TRUE(hash_password("").sha1.empty());
  EXPECT_TRUE(hash_password("").sha256_twice.empty());
}

TEST(AuthCache, finds_an_entry_for_its_lifetime_and_then_holds_it_no_longer) {
  AuthCache cache(10s, 5);
  cache.store(kBackend, "u", hash_password("secret"), kNow);
  for (auto age : {0s, 5s, 9s}) {
    auto found = cache.find(kBackend, "u", kNow + age);
    ASSERT_TRUE(found) << age.count();
    EXPECT_EQ(found->sha1.view(), protocol::sha1("secret"));
  }
  EXPECT_EQ(cache.size(), 1U);
  EXPECT_FALSE(cache.find(kBackend, "u", kNow + 10s));
  EXPECT_EQ(cache.size(), 0U);
}

TEST(AuthCache, the_lifetime_begins_anew_with_a_password_that_was_sent_and_not_with_a_use) {
  AuthCache cache(10s, 5);
  cache.store(kBackend, "u", hash_password("old"), kNow);
  cache.store(kBackend, "u", hash_password("new"), kNow + 6s);
  EXPECT_EQ(cache.size(), 1U);
  auto found = cache.find(kBackend, "u", kNow + 12s);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->sha1.view(), protocol::sha1("new"));
  EXPECT_FALSE(cache.find(kBackend, "u", kNow + 16s));
}

TEST(AuthCache, entries_are_of_one_backend_and_one_user_as_it_was_sent) {
  AuthCache cache(10s, 50);
  const std::vector<std::pair<std::string, std::string>> keys{
      {kBackend, "u"},        {kBackend, "acc1:u"},    {kBackend, "acc1#u"},
      {kBackend, "acc1:u:r"}, {kBackend, "u?cn=1"},    {kBackend, "U"},
      {kBackend, ""},         {"127.0.0.1:6002", "u"}, {"127.0.0.1:6001u", ""},
  };
  for (const auto& [backend, user] : keys) {
    EXPECT_FALSE(cache.find(backend, user, kNow)) << backend << ' ' << user;
    cache.store(backend, user, hash_password(backend + user), kNow);
  }
  for (const auto& [backend, user] : keys) {
    auto found = cache.find(backend, user, kNow);
    ASSERT_TRUE(found) << backend << ' ' << user;
    EXPECT_EQ(found->sha1.view(), protocol::sha1(backend + user));
  }
}

TEST(AuthCache, the_oldest_goes_where_there_are_too_many) {
  AuthCache cache(10s, 3);
  for (int i = 0; i < 3; ++i)
    cache.store(kBackend, std::to_string(i), hash_password("x"), kNow + std::chrono::seconds(i));
  cache.store(kBackend, "0", hash_password("y"), kNow + 3s);  // not the oldest any more
  cache.store(kBackend, "3", hash_password("x"), kNow + 4s);
  EXPECT_EQ(cache.size(), 3U);
  EXPECT_FALSE(cache.find(kBackend, "1", kNow + 4s));
  for (const auto* user : {"0", "2", "3"}) EXPECT_TRUE(cache.find(kBackend, user, kNow + 4s)) << user;
}

TEST(AuthCache, what_the_backend_refused_is_dropped_and_what_is_newer_stays) {
  AuthCache cache(10s, 5);
  auto old = hash_password("old");
  cache.store(kBackend, "u", old, kNow);
  cache.store(kBackend, "u", hash_password("new"), kNow);
  cache.drop(kBackend, "u", old);
  EXPECT_TRUE(cache.find(kBackend, "u", kNow));
  cache.drop(kBackend, "u", hash_password("new"));
  EXPECT_FALSE(cache.find(kBackend, "u", kNow));
  cache.drop(kBackend, "u", old);
}

TEST(AuthCache, expiry_needs_no_login) {
  AuthCache cache(10s, 5);
  cache.store(kBackend, "a", hash_password("x"), kNow);
  cache.store(kBackend, "b", hash_password("x"), kNow + 5s);
  cache.expire(kNow + 10s);
  EXPECT_EQ(cache.size(), 1U);
  cache.expire(kNow + 15s);
  EXPECT_EQ(cache.size(), 0U);
}

TEST(AuthCache, a_lifetime_of_0_stores_nothing) {
  AuthCache cache(0s, 5);
  cache.store(kBackend, "u", hash_password("x"), kNow);
  EXPECT_EQ(cache.size(), 0U);
}

}  // namespace
}  // namespace mogate::proxy
