#include "proxy/net/secret.h"

#include <openssl/crypto.h>

namespace mogate::proxy {
namespace {

TEST(Secret, copies_and_moves_are_secrets_of_their_own) {
  for (bool set_apart : {false, true}) {
    if (set_apart) init_secrets();
    Secret first(std::string_view("hunter2"));
    Secret copy(first);
    Secret moved(std::move(first));
    EXPECT_EQ(copy.view(), "hunter2");
    EXPECT_EQ(moved.view(), "hunter2");
    EXPECT_NE(copy.view().data(), moved.view().data());
    copy = Secret(std::string_view("other"));
    EXPECT_EQ(copy.view(), "other");
    EXPECT_EQ(moved.view(), "hunter2");
    EXPECT_EQ(CRYPTO_secure_allocated(copy.view().data()), set_apart ? 1 : 0);
  }
}

TEST(Secret, an_empty_one_holds_nothing) {
  EXPECT_TRUE(Secret().empty());
  EXPECT_TRUE(Secret(std::string_view()).empty());
  EXPECT_EQ(Secret(Secret()).view(), "");
}

TEST(Secret, is_filled_in_place_and_shortened) {
  Secret secret(std::size_t{4});
  EXPECT_EQ(secret.view(), std::string_view("\0\0\0\0", 4));
  secret.room()[0] = 'a';
  secret.room()[1] = 'b';
  secret.shorten(2);
  EXPECT_EQ(secret.view(), "ab");
  secret.shorten(9);
  EXPECT_EQ(secret.view(), "ab");
}

TEST(Secret, the_string_that_it_is_taken_from_is_wiped) {
  std::string text = "a password that is longer than any string holds in itself";
  const char* where = text.data();
  auto secret = take_secret(text);
  EXPECT_TRUE(text.empty());
  EXPECT_EQ(std::string_view(where, 10), std::string_view("\0\0\0\0\0\0\0\0\0\0", 10));
  EXPECT_EQ(secret.view().substr(0, 10), "a password");
}

TEST(Secret, more_of_them_than_there_is_room_set_apart_are_secrets_all_the_same) {
  init_secrets();
  std::vector<Secret> many;
  for (int i = 0; i < 200; ++i) many.emplace_back(std::string(10000, static_cast<char>('a' + i % 26)));
  for (int i = 0; i < 200; ++i) EXPECT_EQ(many[static_cast<std::size_t>(i)].view()[9999], 'a' + i % 26);
}

}  // namespace
}  // namespace mogate::proxy
