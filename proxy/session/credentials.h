// What a bridge session keeps of its login, to log in as the same user again without asking the client.
#pragma once

#include "proxy/net/secret.h"

#include <string>
#include <string_view>

namespace mogate::proxy {

struct Credentials {
  std::string user;        // as the client sent it
  std::string attributes;  // raw, of the connection
  Secret password_sha1;    // empty: no password

  // To BackendLink::login() a connection of the same user's: a sibling session, with this user's rights and
  // no others (DESIGN 4, "Transactions").
  std::string prove(std::string_view plugin, std::string_view salt) const;
};

}  // namespace mogate::proxy
