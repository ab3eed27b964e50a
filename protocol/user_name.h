// The login name that MatrixOne takes apart into account, user, role and labels (NATIVE.md 5, FINDINGS
// handshake).
#pragma once

#include <string>
#include <string_view>

namespace mogate::protocol {

struct UserName {
  std::string account = "sys";
  std::string user;
  std::string role;    // empty: the user's default role
  std::string labels;  // what stood behind '?', as it came
  bool operator==(const UserName&) const = default;
};

// "user", "acc:user[:role]", "acc#user[#role]", "acc%3Auser"; an optional "?label=value,…" behind it.
// ':' wins over '#' when both are there.
UserName parse_user_name(std::string_view login);

}  // namespace mogate::protocol
