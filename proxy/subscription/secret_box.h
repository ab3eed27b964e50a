// Passwords of upstreams as they lie in a table: AES-256-GCM under a key that only the gateways have
// (DESIGN 6). The key file holds one key a line, 64 hex digits: the first one seals, all of them open, so
// that a new key is put in front of the old one and the old one is taken away once `is_current` holds of all.
#pragma once

#include "proxy/net/secret.h"

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace mogate::proxy {

class SecretBox {
 public:
  // An error says what is wrong with the file: it must be readable by its owner alone.
  static std::variant<SecretBox, std::string> load(const std::string& file);

  // "KEYID:HEX", which only opens with the same `about`.
  std::string seal(const Secret& plain, std::string_view about) const;
  std::optional<Secret> open(std::string_view sealed, std::string_view about) const;
  // Sealed by the first key.
  bool is_current(std::string_view sealed) const;

 private:
  struct Key {
    std::string id;
    Secret bytes;
  };
  std::vector<Key> keys_;
};

}  // namespace mogate::proxy
