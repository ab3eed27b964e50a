// Scrambles of the two authentication plugins (MySQL internals, "Authentication Method").
#pragma once

#include "protocol/bytes.h"

#include <string>
#include <string_view>

namespace mogate::protocol {

// mysql_native_password: SHA1(password) XOR SHA1(salt + SHA1(SHA1(password))); 20 bytes, empty for an empty
// password.
std::string native_scramble(std::string_view password, std::string_view salt);

// caching_sha2_password, fast path: SHA256(password) XOR SHA256(SHA256(SHA256(password)) + salt); 32 bytes,
// empty for an empty password.
std::string sha2_scramble(std::string_view password, std::string_view salt);

// Whether `scramble` proves the password whose SHA1(SHA1(password)) is `stored` (20 bytes; both empty: no
// password).
bool check_native_scramble(std::string_view scramble, std::string_view salt, std::string_view stored);
// Whether `scramble` proves the password whose SHA256(SHA256(password)) is `stored` (32 bytes).
bool check_sha2_scramble(std::string_view scramble, std::string_view salt, std::string_view stored);

std::string sha1(std::string_view data);
std::string sha256(std::string_view data);

// What a client answers to an AuthSwitch to `plugin`; empty optional-like result ("") for plugins it does not
// know.
std::string scramble_for(std::string_view plugin, std::string_view password, std::string_view salt);

// A 20-byte salt without NUL and '$' from random bytes.
std::string make_salt();

}  // namespace mogate::protocol
