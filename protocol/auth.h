// The two authentication plugins, both sides of them (MySQL source documentation, "Native Authentication" and
// "Caching_sha2_password information").
#pragma once

#include "protocol/bytes.h"

#include <optional>
#include <string>
#include <string_view>

namespace mogate::protocol {

// mysql_native_password: SHA1(password) XOR SHA1(salt + SHA1(SHA1(password))); 20 bytes, empty for an empty
// password.
std::string native_scramble(std::string_view password, std::string_view salt);
// The same from SHA1(password), for those who keep that instead of the password; empty if it is not 20 bytes.
std::string native_scramble_from_sha1(std::string_view password_sha1, std::string_view salt);

// caching_sha2_password, fast path: SHA256(password) XOR SHA256(SHA256(SHA256(password)) + salt); 32 bytes,
// empty for an empty password.
std::string sha2_scramble(std::string_view password, std::string_view salt);

// Whether `scramble` proves the password whose SHA1(SHA1(password)) is `stored` (20 bytes; both empty: no
// password).
bool check_native_scramble(std::string_view scramble, std::string_view salt, std::string_view stored);
// Whether `scramble` proves the password whose SHA256(SHA256(password)) is `stored` (32 bytes; empty: no
// password). With this the server answers kSha2FastSuccess, else it asks with kSha2FullAuth.
bool check_sha2_scramble(std::string_view scramble, std::string_view salt, std::string_view stored);

std::string sha1(std::string_view data);
std::string sha256(std::string_view data);

// What a client answers to an AuthSwitch to `plugin`; empty optional-like result ("") for plugins it does not
// know.
std::string scramble_for(std::string_view plugin, std::string_view password, std::string_view salt);

// Whether a client that was asked for a scramble says that it has no password: an empty packet, or from
// libmysqlclient's caching_sha2_password a single NUL.
bool says_no_password(std::string_view answer);

// What a server of caching_sha2_password puts in an AuthMoreData, and what a client answers to the second.
inline constexpr std::string_view kSha2FastSuccess("\x03");  // the OK follows, the client says nothing
inline constexpr std::string_view kSha2FullAuth("\x04");     // the client is to send its password
inline constexpr std::string_view kSha2RequestPublicKey(
    "\x02");  // without TLS: the server sends its key as PEM

// The answer to kSha2FullAuth over TLS or a unix socket, the password and a NUL: the password. Nullopt for
// anything else.
std::optional<std::string_view> clear_password(std::string_view answer);
// What is encrypted by the server's key (RSA, OAEP with SHA-1) when there is no TLS: the password and its
// NUL, XORed with the salt over and over. And the way back, from what the server decrypted; nullopt if it is
// no password.
std::string obfuscated_password(std::string_view password, std::string_view salt);
std::optional<std::string> revealed_password(std::string_view obfuscated, std::string_view salt);

// Overwrites the bytes of a secret in a way that is not optimized away, and empties it.
void wipe(std::string& secret);

// A 20-byte salt without NUL and '$' from random bytes.
std::string make_salt();

}  // namespace mogate::protocol
