#include "protocol/auth.h"

#include "protocol/constants.h"
#include "unit/protocol/support.h"

namespace mogate::protocol {
namespace {

using test::to_hex;
using test::unhex;

// The salts are those of other clients' test suites; the digests were worked out with another SHA.
struct Vector {
  const char* password;
  const char* salt;
  const char* native;
  const char* sha2;
  friend std::ostream& operator<<(std::ostream& out, const Vector& v) { return out << v.password; }
};

constexpr const char* kSaltA = "0a2f4a6f4b492230584c724a250d035052021715";
constexpr const char* kSaltB = "46725c5e01260b743f7217657e671a5f51111815";

class Scrambles : public testing::TestWithParam<Vector> {};

TEST_P(Scrambles, match_known_vectors_and_prove_the_password) {
  const auto& v = GetParam();
  auto salt = unhex(v.salt);
  EXPECT_EQ(to_hex(native_scramble(v.password, salt)), v.native);
  EXPECT_EQ(to_hex(sha2_scramble(v.password, salt)), v.sha2);
  EXPECT_EQ(scramble_for(kNativePassword, v.password, salt), unhex(v.native));
  EXPECT_EQ(scramble_for(kCachingSha2, v.password, salt), unhex(v.sha2));
  auto stored_native = sha1(sha1(v.password));
  auto stored_sha2 = sha256(sha256(v.password));
  EXPECT_TRUE(check_native_scramble(unhex(v.native), salt, stored_native));
  EXPECT_TRUE(check_sha2_scramble(unhex(v.sha2), salt, stored_sha2));
  EXPECT_EQ(native_scramble_from_sha1(sha1(v.password), salt), unhex(v.native));
  auto other_salt = salt;
  other_salt[19] = static_cast<char>(other_salt[19] ^ 1);
  EXPECT_FALSE(check_native_scramble(unhex(v.native), other_salt, stored_native));
  EXPECT_FALSE(check_sha2_scramble(unhex(v.sha2), other_salt, stored_sha2));
}

INSTANTIATE_TEST_SUITE_P(
    Known, Scrambles,
    testing::Values(Vector{"secret", kSaltA, "6a149bdd80bda1ebf0fa2bd2cf2e9717fecc34bb",
                           "f490e76f66d9d86665ce54d98c78d0acfe2fb0b08b423da807144873d30b312c"},
                    Vector{"secret2", kSaltA, "650f07df353cce5370eea34d580f2e9118818b56",
                           "abc3934a012cf342e876071c8ee202de51785b430258a7a0138bc79c4d800bc6"},
                    Vector{"111", kSaltA, "17d1ed3010cd909ea1fa0f10ebeb3cfe3c59d94c",
                           "47f6e17f142c27ca229ea62b8dadc69b3e5e1a3c3f910d475913ac4f15a24046"},
                    Vector{"\xd0\xbf\xd0\xb0\xd1\x80\xd0\xbe\xd0\xbb\xd1\x8c", kSaltA,
                           "d3c441336d36ef152a123ccf023d8689958bcac4",
                           "5f4f97029c8a81f51115e748f3958223dbe62005210e2ea1b9857e569b03188b"},
                    Vector{"secret", kSaltB, "35b18c9ffbbd7f356dfcac32d3c0f0a41a30cf2d",
                           "567808a248296996702b094082de992be47b371f85acc332023129029ac34c02"}));

TEST(Scrambles, hashes_match_the_standards) {
  EXPECT_EQ(to_hex(sha1("abc")), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(to_hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(to_hex(sha1(sha1("secret"))), "14e65567abdb5135d0cfd9a70b3032c179a49ee7");
  EXPECT_EQ(to_hex(sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(Scrambles, an_empty_password_has_an_empty_scramble) {
  EXPECT_EQ(native_scramble("", "salt"), "");
  EXPECT_EQ(sha2_scramble("", "salt"), "");
  EXPECT_EQ(native_scramble_from_sha1("", "salt"), "");
  EXPECT_EQ(native_scramble_from_sha1("no hash", "salt"), "");
  EXPECT_TRUE(check_native_scramble("", "salt", ""));
  EXPECT_TRUE(check_sha2_scramble("", "salt", ""));
}

TEST(Scrambles, an_empty_scramble_proves_no_password_and_no_scramble_proves_an_empty_one) {
  EXPECT_FALSE(check_native_scramble("", "salt", sha1(sha1("x"))));
  EXPECT_FALSE(check_sha2_scramble("", "salt", sha256(sha256("x"))));
  EXPECT_FALSE(check_native_scramble(native_scramble("x", "salt"), "salt", ""));
  EXPECT_FALSE(check_sha2_scramble(sha2_scramble("x", "salt"), "salt", ""));
}

TEST(Scrambles, a_wrong_password_or_length_proves_nothing) {
  auto salt = unhex(kSaltA);
  auto stored_native = sha1(sha1("secret"));
  auto stored_sha2 = sha256(sha256("secret"));
  EXPECT_FALSE(check_native_scramble(native_scramble("Secret", salt), salt, stored_native));
  EXPECT_FALSE(check_sha2_scramble(sha2_scramble("Secret", salt), salt, stored_sha2));
  auto native = native_scramble("secret", salt);
  auto sha2 = sha2_scramble("secret", salt);
  for (std::size_t n : {1U, 19U, 21U, 31U, 33U, 64U}) {
    std::string wrong_size(n, 'x');
    wrong_size.replace(0, std::min(n, native.size()), native, 0, std::min(n, native.size()));
    EXPECT_FALSE(check_native_scramble(wrong_size, salt, stored_native)) << n;
    wrong_size.replace(0, std::min(n, sha2.size()), sha2, 0, std::min(n, sha2.size()));
    EXPECT_FALSE(check_sha2_scramble(wrong_size, salt, stored_sha2)) << n;
  }
  EXPECT_FALSE(check_native_scramble(sha2, salt, stored_native));
  EXPECT_FALSE(check_sha2_scramble(native, salt, stored_sha2));
}

TEST(Scrambles, a_stored_value_of_another_length_is_no_match) {
  auto salt = unhex(kSaltA);
  EXPECT_FALSE(check_native_scramble(native_scramble("a", salt), salt, "short"));
  EXPECT_FALSE(check_sha2_scramble(sha2_scramble("a", salt), salt, "short"));
}

TEST(Scrambles, unknown_plugins_have_none) {
  EXPECT_EQ(scramble_for("mysql_clear_password", "pw", "salt"), "");
  EXPECT_EQ(scramble_for("", "pw", "salt"), "");
}

// libmysqlclient's caching_sha2_password says so with a NUL.
TEST(Scrambles, a_nul_is_no_password_too) {
  const std::string nul("\0", 1);
  EXPECT_TRUE(check_sha2_scramble(nul, "salt", ""));
  EXPECT_FALSE(check_sha2_scramble(nul, "salt", sha256(sha256("x"))));
  EXPECT_FALSE(check_sha2_scramble(nul, "salt", sha256(sha256(""))));
  EXPECT_TRUE(says_no_password(""));
  EXPECT_TRUE(says_no_password(nul));
  EXPECT_FALSE(says_no_password(nul + nul));
  EXPECT_FALSE(says_no_password("\1"));
}

TEST(FullAuthentication, its_bytes_are_those_of_the_protocol) {
  EXPECT_EQ(to_hex(kSha2FastSuccess), "03");
  EXPECT_EQ(to_hex(kSha2FullAuth), "04");
  EXPECT_EQ(to_hex(kSha2RequestPublicKey), "02");
}

TEST(FullAuthentication, a_clear_password_ends_with_its_nul) {
  EXPECT_EQ(clear_password(std::string_view("secret\0", 7)), "secret");
  EXPECT_EQ(clear_password(std::string_view("\0", 1)), "");
  for (auto wrong : {std::string(), std::string("secret"), std::string("a\0b", 3), std::string("a\0b\0", 4),
                     std::string("a\0\0", 3)})
    EXPECT_EQ(clear_password(wrong), std::nullopt) << to_hex(wrong);
}

struct Obfuscated {
  const char* name;
  std::string password;
  std::string salt;
  std::string bytes;
  friend std::ostream& operator<<(std::ostream& out, const Obfuscated& row) { return out << row.name; }
};

class ObfuscatedPassword : public testing::TestWithParam<Obfuscated> {};

TEST_P(ObfuscatedPassword, is_made_and_undone) {
  const auto& row = GetParam();
  EXPECT_EQ(to_hex(obfuscated_password(row.password, row.salt)), to_hex(row.bytes));
  EXPECT_EQ(revealed_password(row.bytes, row.salt), row.password);
}

INSTANTIATE_TEST_SUITE_P(
    Passwords, ObfuscatedPassword,
    testing::Values(Obfuscated{"short_one", "secret", unhex(kSaltA), unhex("794a291d2e3d22")},
                    Obfuscated{"empty", "", unhex(kSaltA), unhex("0a")},
                    Obfuscated{"the_salt_comes_round", std::string(22, 'a'), "0123456789abcdefghij",
                               unhex("51505352555457565958 0003020504070609080b 5150 32")}),
    test::RowName());

TEST(ObfuscatedPassword, made_with_another_salt_or_cut_is_none) {
  auto bytes = obfuscated_password("secret", unhex(kSaltA));
  EXPECT_EQ(revealed_password(bytes, unhex(kSaltB)), std::nullopt);
  for (std::size_t n = 0; n < bytes.size(); ++n)
    EXPECT_EQ(revealed_password(bytes.substr(0, n), unhex(kSaltA)), std::nullopt) << n;
}

TEST(Wipe, leaves_nothing_behind) {
  std::string secret(40, 's');
  const char* bytes = secret.data();
  wipe(secret);
  EXPECT_TRUE(secret.empty());
  EXPECT_EQ(bytes, secret.data());
  EXPECT_EQ(bytes[1], '\0');
}

TEST(Salt, is_20_bytes_without_nul_and_dollar_and_new_each_time) {
  std::string previous;
  for (int i = 0; i < 2000; ++i) {
    auto salt = make_salt();
    ASSERT_EQ(salt.size(), kScrambleLength);
    for (char c : salt) {
      ASSERT_NE(c, '\0');
      ASSERT_NE(c, '$');
      ASSERT_LT(static_cast<unsigned char>(c), 0x80);
    }
    ASSERT_NE(salt, previous);
    previous = salt;
  }
}

}  // namespace
}  // namespace mogate::protocol
