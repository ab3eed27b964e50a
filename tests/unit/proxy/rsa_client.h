// What a client of caching_sha2_password does with the server's key.
#pragma once

#include <string>
#include <string_view>

namespace mogate::proxy {

// With OAEP and SHA-1, or else PKCS#1 v1.5. Empty if the text is too long for the key.
std::string rsa_encrypt(std::string_view public_pem, std::string_view text, bool oaep = true);

}  // namespace mogate::proxy
