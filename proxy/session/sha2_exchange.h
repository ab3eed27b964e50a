// The server's side of caching_sha2_password as decisions (MySQL source documentation,
// "Caching_sha2_password information"): what to do next, given what the client sent and what the backend
// said. No I/O.
#pragma once

#include "proxy/net/rsa_key.h"
#include "proxy/session/auth_cache.h"

#include <optional>
#include <string>
#include <string_view>

namespace mogate::proxy {

// What may be read of a connection by others.
enum class Privacy : std::uint8_t {
  none,   // the password has to come encrypted
  local,  // a unix socket: it comes in the clear, or encrypted if the client asks for the key
  tls,    // it comes in the clear
};

class Sha2Exchange {
 public:
  enum class Step : std::uint8_t {
    switch_plugin,     // send an AuthSwitch with the salt; then answered()
    ask_for_password,  // send kSha2FullAuth; then answered()
    send_key,          // send the public key; then answered()
    try_backend,       // log in with hashes(); refused() if it does not accept them
    deny,              // the client has proved nothing, and cannot any more
  };

  // `cached` is what a password that the backend accepted left behind. Without a key clients have to be
  // private. Both pointers outlive it.
  Sha2Exchange(std::string salt, Privacy privacy, const RsaKey* key, std::optional<PasswordHashes> cached)
      : salt_(std::move(salt)), privacy_(privacy), key_(key), cached_(std::move(cached)) {}

  // The client began with this plugin's answer to the salt.
  Step begin(std::string_view plugin, std::string_view answer);
  // The client begins with nothing that could be used.
  Step begin() { return Step::switch_plugin; }
  Step answered(std::string_view packet);
  // The backend says that the password is wrong. The client is asked for it if it was only remembered.
  Step refused();

  const std::string& salt() const { return salt_; }
  const PasswordHashes& hashes() const { return hashes_; }
  // hashes() come from the cache; the client waits for kSha2FastSuccess before the OK.
  bool fast() const { return fast_; }

 private:
  enum class Await : std::uint8_t { scramble, password, encrypted };

  Step take_scramble(std::string_view scramble);
  Step take_password(std::string_view packet);
  Step take_encrypted(std::string_view packet);
  Step ask_for_password();

  std::string salt_;
  Privacy privacy_;
  const RsaKey* key_;
  std::optional<PasswordHashes> cached_;
  PasswordHashes hashes_;
  Await await_ = Await::scramble;
  bool fast_ = false;
};

}  // namespace mogate::proxy
