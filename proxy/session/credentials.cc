#include "proxy/session/credentials.h"

#include "protocol/auth.h"
#include "protocol/constants.h"

namespace mogate::proxy {

std::string Credentials::prove(std::string_view plugin, std::string_view salt) const {
  if (plugin != protocol::kNativePassword) return {};
  return protocol::native_scramble_from_sha1(password_sha1.view(), salt);
}

}  // namespace mogate::proxy
