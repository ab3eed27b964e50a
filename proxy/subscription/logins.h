// How the subscription engine logs in: to the gateway's own MatrixOne, and to upstreams.
#pragma once

#include "proxy/client/client.h"
#include "proxy/config/config.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

namespace mogate::proxy {

// The service user of `account`, which has one, at the gateway's backend.
ServerLogin service_login(const Config& config, const std::string& account);

// What the address is not allowed, or not found, is told.
using UpstreamLogin = std::variant<ServerLogin, std::string>;
// `uri` may have any password. What its host resolves to must be in the networks that `account` may use, and
// is what is dialled.
UpstreamLogin upstream_login(const Config& config, std::string_view uri, const std::string& account,
                             Secret password);

// The password in a uri, percent-escapes resolved; empty if it is none.
Secret uri_password(std::string_view uri);

// Why there is no login to an upstream, as far as `account` may know: only sys may look around the network by
// it.
std::string login_trouble(const std::string& account, std::string why);

// What a sealed password belongs to (SecretBox).
std::string secret_subject(std::uint32_t subscription);

}  // namespace mogate::proxy
