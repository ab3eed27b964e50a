#pragma once

namespace mogate::proxy {

inline constexpr char kVersion[] = MOGATE_VERSION;

}  // namespace mogate::proxy
