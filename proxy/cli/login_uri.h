// mysql://user:password@host:port on mo_cdc's command line. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mogate::proxy {

// True for "mysql://user@host:port". In "mysql://acc1:admin@host:port" admin is the password: accounts are
// written acc1#admin there.
bool lacks_password(std::string_view uri);
// The same uri with `password`, percent-encoded where it would be read as something else.
std::string with_password(std::string_view uri, std::string_view password);

// Who logs in where, percent-escapes resolved.
struct UriLogin {
  std::string user, password, host;
  std::uint16_t port = 0;
};
// nullopt: not of that form.
std::optional<UriLogin> read_login(std::string_view uri);

}  // namespace mogate::proxy
