#include "proxy/session/sha2_exchange.h"

#include "protocol/auth.h"
#include "protocol/constants.h"
#include "unit/proxy/rsa_client.h"

namespace mogate::proxy {
namespace {

using protocol::kCachingSha2;
using protocol::kNativePassword;
using Step = Sha2Exchange::Step;

constexpr char kSalt[] = "12345678901234567890";
constexpr char kPassword[] = "secret";

const RsaKey& key() {
  static const auto made = std::get<RsaKey>(RsaKey::make());
  return made;
}

std::string proof(std::string_view password) { return protocol::sha2_scramble(password, kSalt); }
std::string clear(std::string_view password) { return std::string(password).append(1, '\0'); }
std::string encrypted(std::string_view password, std::string_view salt = kSalt) {
  return rsa_encrypt(key().public_pem(), protocol::obfuscated_password(password, salt));
}
const std::string kKeyRequest(protocol::kSha2RequestPublicKey);

// What a client sends, one after the other, and what has to be done upon each; "refused" stands for the
// backend's 1045.
struct Case {
  const char* name;
  Privacy privacy;
  const char* remembered;  // nullptr: nothing is in the cache
  std::string_view plugin;
  std::vector<std::pair<std::string, Step>> sent;
  const char* tried;  // the password whose hash is tried last; nullptr: none was
  bool fast;
};
const std::string kRefused = "refused";

std::vector<Case> cases() {
  auto ask = Step::ask_for_password;
  auto try_it = Step::try_backend;
  auto full = [&](Privacy privacy, const char* name, std::vector<std::pair<std::string, Step>> behind,
                  const char* tried) {
    behind.insert(behind.begin(), {proof(kPassword), ask});
    return Case{name, privacy, nullptr, kCachingSha2, std::move(behind), tried, false};
  };
  auto none = Privacy::none;
  auto local = Privacy::local;
  auto tls = Privacy::tls;
  return {
      {"remembered", none, kPassword, kCachingSha2, {{proof(kPassword), try_it}}, kPassword, true},
      {"remembered, behind a switch",
       none,
       kPassword,
       kNativePassword,
       {{"", Step::switch_plugin}, {proof(kPassword), try_it}},
       kPassword,
       true},
      {"remembered is another one",
       tls,
       "old",
       kCachingSha2,
       {{proof(kPassword), ask}, {clear(kPassword), try_it}},
       kPassword,
       false},
      {"remembered, but changed at the backend: asked for once more",
       tls,
       kPassword,
       kCachingSha2,
       {{proof(kPassword), try_it}, {kRefused, ask}, {clear("new"), try_it}},
       "new",
       false},
      {"and wrong then",
       tls,
       kPassword,
       kCachingSha2,
       {{proof(kPassword), try_it}, {kRefused, ask}, {clear("new"), try_it}, {kRefused, Step::deny}},
       "new",
       false},
      {"no password", none, nullptr, kCachingSha2, {{"", try_it}}, "", false},
      {"no password, as libmysqlclient says it",
       none,
       nullptr,
       kCachingSha2,
       {{std::string(1, '\0'), try_it}},
       "",
       false},
      {"no password where one is remembered",
       none,
       kPassword,
       kCachingSha2,
       {{"", try_it}, {kRefused, Step::deny}},
       "",
       false},
      {"a proof that is too short", tls, kPassword, kCachingSha2, {{"abc", Step::deny}}, nullptr, false},
      {"a native proof behind the switch",
       tls,
       kPassword,
       kNativePassword,
       {{"", Step::switch_plugin}, {std::string(20, 'x'), Step::deny}},
       nullptr,
       false},
      full(tls, "in the clear inside TLS", {{clear(kPassword), try_it}}, kPassword),
      full(tls, "wrong inside TLS", {{clear("wrong"), try_it}, {kRefused, Step::deny}}, "wrong"),
      full(tls, "an empty one inside TLS", {{clear(""), try_it}}, ""),
      full(tls, "without its NUL", {{kPassword, Step::deny}}, nullptr),
      full(tls, "nothing", {{"", Step::deny}}, nullptr),
      full(tls, "the key inside TLS", {{kKeyRequest, Step::deny}}, nullptr),
      full(tls, "a password that looks like the request", {{clear(kKeyRequest), try_it}}, "\x02"),
      full(tls, "as long as an encrypted one, inside TLS", {{std::string(256, 'x'), Step::deny}}, nullptr),
      full(local, "in the clear on a unix socket", {{clear(kPassword), try_it}}, kPassword),
      full(local, "encrypted on a unix socket",
           {{kKeyRequest, Step::send_key}, {encrypted(kPassword), try_it}}, kPassword),
      full(none, "encrypted", {{kKeyRequest, Step::send_key}, {encrypted(kPassword), try_it}}, kPassword),
      full(none, "encrypted by a key that the client has", {{encrypted(kPassword), try_it}}, kPassword),
      full(none, "in the clear where others can read it", {{clear(kPassword), Step::deny}}, nullptr),
      full(none, "in the clear instead of encrypted",
           {{kKeyRequest, Step::send_key}, {clear(kPassword), Step::deny}}, nullptr),
      full(none, "the key asked for twice", {{kKeyRequest, Step::send_key}, {kKeyRequest, Step::deny}},
           nullptr),
      full(none, "encrypted for another salt",
           {{kKeyRequest, Step::send_key}, {encrypted(kPassword, "abcdefghijabcdefghij"), Step::deny}},
           nullptr),
  };
}

Step next(Sha2Exchange& exchange, const Case& c, std::size_t i) {
  const auto& packet = c.sent[i].first;
  if (packet == kRefused) return exchange.refused();
  return i == 0 ? exchange.begin(c.plugin, packet) : exchange.answered(packet);
}

TEST(Sha2Exchange, every_way_to_prove_a_password_and_each_that_proves_nothing) {
  for (const auto& c : cases()) {
    auto cached = c.remembered ? std::optional(hash_password(c.remembered)) : std::nullopt;
    Sha2Exchange exchange(kSalt, c.privacy, &key(), std::move(cached));
    bool tried = false;
    for (std::size_t i = 0; i < c.sent.size(); ++i) {
      auto step = next(exchange, c, i);
      EXPECT_EQ(static_cast<int>(step), static_cast<int>(c.sent[i].second)) << c.name << ", packet " << i;
      tried = tried || step == Step::try_backend;
    }
    EXPECT_EQ(tried, c.tried != nullptr) << c.name;
    EXPECT_EQ(exchange.fast(), c.fast) << c.name;
    auto expected = hash_password(c.tried ? c.tried : "");
    EXPECT_EQ(exchange.hashes().sha1.view(), expected.sha1.view()) << c.name;
  }
}

TEST(Sha2Exchange, without_a_key_only_a_private_connection_takes_a_password) {
  for (auto privacy : {Privacy::none, Privacy::local, Privacy::tls}) {
    Sha2Exchange exchange(kSalt, privacy, nullptr, std::nullopt);
    EXPECT_EQ(exchange.begin(kCachingSha2, proof(kPassword)), Step::ask_for_password);
    EXPECT_EQ(exchange.answered(kKeyRequest), Step::deny);
    EXPECT_EQ(exchange.answered(std::string(256, 'x')), Step::deny);
    auto step = exchange.answered(clear(kPassword));
    EXPECT_EQ(step, privacy == Privacy::none ? Step::deny : Step::try_backend);
  }
}

TEST(Sha2Exchange, a_proof_for_an_older_salt_is_not_taken_from_the_cache) {
  Sha2Exchange exchange("abcdefghijabcdefghij", Privacy::tls, &key(), hash_password(kPassword));
  EXPECT_EQ(exchange.begin(kCachingSha2, proof(kPassword)), Step::ask_for_password);
}

}  // namespace
}  // namespace mogate::proxy
