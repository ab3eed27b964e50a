#include "proxy/subscription/lease.h"

#include "rewrite/subscription/state_sql.h"

#include <openssl/rand.h>

namespace mogate::proxy {
namespace {

// Whoever dies is replaced within kLength and one try of the others.
constexpr std::chrono::seconds kLength{10}, kRenewal{3}, kMargin{2};

}  // namespace

std::string random_hex(std::size_t digits) {
  std::string out;
  while (out.size() < digits) {
    unsigned char byte = 0;
    RAND_bytes(&byte, 1);
    constexpr char kDigits[] = "0123456789abcdef";
    out.push_back(kDigits[byte & 15]);
  }
  return out;
}

Lease::Lease() : holder_(random_hex(32)) {}

std::optional<protocol::SqlError> Lease::keep(Link& service, bool& taken, std::chrono::seconds patience) {
  auto begun = Clock::now();
  next_try_ = begun + kRenewal;
  std::optional<protocol::SqlError> error;
  auto length = static_cast<unsigned>(kLength.count());
  bool had = held_;
  bool got = had && service.affects_one(rewrite::state_sql::renew_lease(holder_, length), error);
  if (error) return error;
  if (!got) {
    got = service.affects_one(
        rewrite::state_sql::take_lease(holder_, length, static_cast<unsigned>(patience.count())), error);
    if (error) return error;
    taken = got;
  }
  held_ = got;
  if (got) safe_until_ = begun + kLength - kMargin;
  return std::nullopt;
}

void Lease::give_up(Link& service) {
  if (held_ && service.is_open()) service.run(rewrite::state_sql::give_up_lease(holder_));
  held_ = false;
}

}  // namespace mogate::proxy
