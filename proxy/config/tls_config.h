// [client_tls] and [backend_tls].
#pragma once

#include "proxy/config/section.h"

namespace mogate::proxy {

void read_client_tls(Section s, TlsSettings& t);
void read_backend_tls(Section s, TlsSettings& t);

}  // namespace mogate::proxy
