// Towards MatrixOne it is checked here, since it isn't there (FINDINGS trap 8).
#include "proxy/orchestrate/kill.h"

#include "proxy/orchestrate/executor.h"
#include "proxy/session/client_error.h"

#include <fmt/format.h>

namespace mogate::proxy {
namespace {

protocol::SqlError unknown_connection(std::uint64_t id) {
  return {protocol::errc::mo_internal, fmt::format("internal error: Unknown connection id {}", id), {}};
}

std::string text_of(const rewrite::Kill& statement, std::uint64_t id) {
  return fmt::format("KILL {}{}", statement.query_only ? "QUERY " : "", id);
}

bool may_kill(const rewrite::Identity& self, const protocol::UserName& me, const SessionEntry& victim) {
  if (self.is_sys()) return true;
  if (victim.user.account != self.account) return false;
  return self.is_admin() || victim.user.user == me.user;
}

}  // namespace

std::string native_kill(const rewrite::Kill& statement, const Registry& registry) {
  auto victim = statement.id <= ~0U ? registry.find(static_cast<std::uint32_t>(statement.id)) : nullptr;
  return text_of(statement, victim ? victim->native_id : statement.id);
}

// A KILL of the whole connection ends the gateway's own statements with it.
Outcome Executor::kill(const rewrite::Kill& statement, const rewrite::Identity& self) {
  auto id = static_cast<std::uint32_t>(statement.id);
  auto native = id;
  auto victim = statement.id <= ~0U ? c_.shared.registry.find(id) : nullptr;
  if (victim) {
    if (!may_kill(self, c_.entry->user, *victim))
      return Outcome::failed(
          protocol::privilege_error("needs the session's own user, its account's admin, or sys"));
    // What the gateway runs for it ends between its steps too.
    native = c_.shared.operations.kill(id).value_or(victim->native_id);
  } else if (statement.id > ~0U || Registry::has_node(id)) {
    bool elsewhere = statement.id <= ~0U && !c_.shared.registry.is_of_this_node(id);
    auto error = unknown_connection(statement.id);
    if (elsewhere) error.message += " (mogate: it belongs to another gateway node)";
    return Outcome::failed(error);
  } else if (!self.is_sys()) {
    return Outcome::failed(
        protocol::privilege_error("needs sys with role moadmin for sessions of no gateway"));
  }
  Outcome outcome;
  outcome.kind = Outcome::Kind::forward;
  outcome.forward_text = text_of(statement, native);
  return outcome;
}

}  // namespace mogate::proxy
