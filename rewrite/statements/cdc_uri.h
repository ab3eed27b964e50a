// Where a CDC task reads and writes: "mysql://user:password@host:port" (NATIVE.md 3.2).
#pragma once

#include "rewrite/plan.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace mogate::rewrite {

struct CdcUri {
  std::string user;  // as written: "root", "acc#admin", with its percent signs
  std::string password;
  std::string host;
  std::uint16_t port = 0;
};

// nullopt if MatrixOne would refuse it: scheme, user, password, host and port are all needed. The last '@'
// ends the password, which begins behind the last ':' before it.
std::optional<CdcUri> parse_cdc_uri(std::string_view text);
// The whole uri, in the clear.
std::string text_of(const CdcUri& uri);
// "mysql://root:******@127.0.0.1:6001", as mo_cdc shows it (seed 002).
std::string shown_cdc_uri(const CdcUri& uri);
// The same from what SHOW CDC answers: a uri, or hex of JSON with user, ip and port (FINDINGS, cdc). What is
// neither comes back with its passwords masked.
std::string shown_cdc_uri(std::string_view stored);

// What a statement wrote as a uri, with "gateway:" and the names of [uris] replaced; else the reason, in
// which no password stands. `role` is "source" or "sink".
std::variant<CdcUri, protocol::SqlError> resolve_cdc_uri(std::string_view written, std::string_view role,
                                                         const Facts& facts);

}  // namespace mogate::rewrite
