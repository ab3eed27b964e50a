#include "tests/simulator/session.h"

#include "protocol/messages.h"

namespace mogate::simulator {
namespace {

constexpr std::uint16_t kAlwaysSet = 0x0810;

}  // namespace

std::uint16_t Session::status(bool more) const {
  using namespace protocol::status;
  unsigned bits = kAlwaysSet;
  if (autocommit()) bits |= protocol::status::autocommit;
  if (in_transaction()) bits |= protocol::status::in_transaction;
  if (more) bits |= more_results;
  return static_cast<std::uint16_t>(bits);
}

void Session::publish_identity() {
  std::uint32_t role_id = 0, user_id = 0;
  {
    std::lock_guard lock(world.mutex);
    if (const auto* r = account->users.find_role(role)) role_id = r->id;
    if (const auto* u = account->users.find_user(user)) user_id = u->id;
    entry.role = role;
  }
  query("SET @mo_account_id=" + std::to_string(account->id) + ", @mo_account=" + quote_string(account->name) +
        ", @mo_role_id=" + std::to_string(role_id) + ", @mo_role=" + quote_string(role) +
        ", @mo_user_id=" + std::to_string(user_id) + ", @mo_user=" + quote_string(user) +
        ", @mo_connection=" + std::to_string(entry.shown_id.load()));
  shown_account_id = account->id;
}

void Session::show_account_id(std::uint32_t id) {
  if (id == shown_account_id) return;
  query("SET @mo_account_id=" + std::to_string(id));
  shown_account_id = id;
}

void Session::use(const std::string& name) {
  try {
    query("USE " + quote_name(name));
  } catch (const Failure&) {
    throw unknown_database(name);
  }
  set_database(name);
}

void Session::set_database(const std::string& name) {
  std::lock_guard lock(world.mutex);
  database = name;
  entry.database = name;
}

std::string ok_packet(const protocol::OkView& ok, protocol::Capabilities caps, std::uint8_t header) {
  std::string payload;
  protocol::write_ok(payload, ok, caps, header);
  payload.push_back('\0');
  return payload;
}

void send_ok(Session& session, bool more, std::uint64_t affected, std::uint64_t insert_id) {
  session.client.write(ok_packet(
      {.affected_rows = affected, .insert_id = insert_id, .status = session.status(more)}, session.caps));
}

void send_error(Session& session, const protocol::SqlError& error) {
  if (!session.v4()) {
    session.errors.insert(session.errors.begin(), error);
  } else {
    session.errors = {error};
  }
  std::string payload;
  protocol::write_err(payload, error, session.caps);
  session.client.write(payload);
}

}  // namespace mogate::simulator
