#include "proxy/session/sha2_exchange.h"

#include "protocol/auth.h"
#include "protocol/constants.h"

namespace mogate::proxy {
namespace {

constexpr std::size_t kScramble = 32;

}  // namespace

using Step = Sha2Exchange::Step;

Step Sha2Exchange::begin(std::string_view plugin, std::string_view answer) {
  return plugin == protocol::kCachingSha2 ? take_scramble(answer) : begin();
}

Step Sha2Exchange::answered(std::string_view packet) {
  switch (await_) {
    case Await::scramble: return take_scramble(packet);
    case Await::password: return take_password(packet);
    case Await::encrypted: return take_encrypted(packet);
  }
  return Step::deny;
}

Step Sha2Exchange::ask_for_password() {
  await_ = Await::password;
  return Step::ask_for_password;
}

Step Sha2Exchange::take_scramble(std::string_view scramble) {
  if (protocol::says_no_password(scramble)) return Step::try_backend;
  if (scramble.size() != kScramble) return Step::deny;
  bool known = cached_ && protocol::check_sha2_scramble(scramble, salt_, cached_->sha256_twice.view());
  if (!known) return ask_for_password();
  hashes_ = *cached_;
  fast_ = true;
  return Step::try_backend;
}

// A client over TLS that asks for the key is refused, as MySQL does.
Step Sha2Exchange::take_password(std::string_view packet) {
  if (privacy_ != Privacy::tls && key_ && packet == protocol::kSha2RequestPublicKey) {
    await_ = Await::encrypted;
    return Step::send_key;
  }
  // A client that has the key's file does not ask for the key.
  if (privacy_ == Privacy::none) return take_encrypted(packet);
  auto password = protocol::clear_password(packet);
  if (!password) return Step::deny;
  hashes_ = hash_password(*password);
  return Step::try_backend;
}

Step Sha2Exchange::take_encrypted(std::string_view packet) {
  auto plain = key_ ? key_->decrypt(packet) : std::nullopt;
  auto password = plain ? protocol::revealed_password(plain->view(), salt_) : std::nullopt;
  if (!password) return Step::deny;
  hashes_ = hash_password(*password);
  protocol::wipe(*password);
  return Step::try_backend;
}

Step Sha2Exchange::refused() {
  if (!fast_) return Step::deny;
  fast_ = false;
  cached_.reset();
  return ask_for_password();
}

}  // namespace mogate::proxy
