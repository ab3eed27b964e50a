#include "tests/simulator/login.h"

#include "protocol/auth.h"
#include "protocol/handshake.h"
#include "protocol/user_name.h"

namespace mogate::simulator {
namespace {

using namespace protocol;

// Status of the login's OK: the autocommit bit is missing there.
constexpr std::uint16_t kLoginStatus = 0x0810;

Failure access_denied(std::string_view login, const std::string& why) {
  return failure(errc::access_denied,
                 "Access denied for user " + std::string(login) + ". internal error: " + why, "28000");
}

void greet(Session& session, const std::string& salt) {
  Greeting greeting;
  greeting.server_version = server_version(session.world.options.generation);
  greeting.connection_id = session.entry.id;
  greeting.salt = salt;
  greeting.capabilities = cap::matrixone;
  greeting.collation = static_cast<std::uint8_t>(kUtf8mb4Bin);
  greeting.status = status::autocommit;
  greeting.plugin = kNativePassword;
  std::string payload;
  write_greeting(payload, greeting);
  session.client.write(payload);
  session.client.flush();
}

// The proof of the password: a client that began with another plugin is asked to switch, with the same salt.
std::string proof(Session& session, const HandshakeResponse& response, const std::string& salt) {
  bool other = (response.capabilities & cap::plugin_auth) != 0 && response.plugin != kNativePassword;
  if (!other) return std::string(response.auth_response);
  std::string payload;
  write_auth_switch(payload, {kNativePassword, salt});
  session.client.write(payload);
  session.client.flush();
  return session.client.read();
}

void find_account(Session& session, const UserName& name, std::string_view login) {
  if (name.user.empty() && name.account != "sys") throw internal_error("invalid user name ''");
  session.account = session.world.find_account(name.account);
  if (!session.account) throw internal_error("there is no tenant " + name.account);
  std::lock_guard lock(session.world.mutex);
  if (session.account->status == "suspended")
    throw access_denied(login, "Account " + name.account + " is suspended");
  const auto* user = session.account->users.find_user(name.user);
  if (!user) throw internal_error("there is no user " + name.user);
  session.user = name.user;
  session.role = name.role.empty() ? user->default_role : name.role;
  if (name.role.empty()) return;
  if (!session.account->users.find_role(name.role)) throw internal_error("there is no role " + name.role);
  if (!session.account->users.has_role(name.user, name.role))
    throw internal_error("the role " + name.role + " has not been granted to the user " + name.user);
}

void check_password(Session& session, const std::string& scramble, const std::string& salt,
                    std::string_view login) {
  std::string stored;
  {
    std::lock_guard lock(session.world.mutex);
    if (const auto* user = session.account->users.find_user(session.user)) stored = user->password;
  }
  if (!check_native_scramble(scramble, salt, stored)) throw access_denied(login, "check password failed");
}

void open_backend(Session& session, std::string_view database) {
  session.backend = session.account->server->connect(!session.v4());
  session.entry.backend_thread = session.backend->thread_id();
  {
    std::lock_guard lock(session.world.mutex);
    session.entry.account = session.account;
    session.entry.user = session.user;
  }
  session.query(
      "SET sql_mode='ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION,NO_ZERO_DATE,NO_ZERO_IN_DATE,"
      "ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES', group_concat_max_len=1048576");
  session.publish_identity();
  if (!database.empty()) session.use(lower(database));
}

// "acc:user:" names an empty role, which the parser of user names takes for none.
void check_role_part(std::string_view login) {
  auto plain = login.substr(0, login.find('?'));
  char separator = plain.find(':') != std::string_view::npos ? ':' : '#';
  auto first = plain.find(separator);
  bool two = first != std::string_view::npos && plain.find(separator, first + 1) != std::string_view::npos;
  if (two && plain.back() == separator) throw internal_error("invalid role name ''");
}

void authenticate(Session& session, const HandshakeResponse& response, const std::string& salt) {
  // The switch is answered before anything is looked up.
  auto scramble = proof(session, response, salt);
  check_role_part(response.user);
  find_account(session, parse_user_name(response.user), response.user);
  check_password(session, scramble, salt, response.user);
  open_backend(session, response.database);
}

}  // namespace

bool login(Session& session) {
  auto salt = make_salt();
  greet(session, salt);
  auto packet = session.client.read();
  auto response = parse_handshake_response(as_bytes(packet));
  if (!response) throw Disconnected{};
  session.caps = response->capabilities & cap::matrixone;
  session.collation = response->collation;
  try {
    session.world.switches.at(session.entry, "login");
    authenticate(session, *response, salt);
  } catch (const Failure& refused) {
    send_error(session, refused.error);
    session.client.flush();
    return false;
  }
  session.client.write(ok_packet({.status = kLoginStatus}, session.caps));
  session.client.flush();
  return true;
}

}  // namespace mogate::simulator
