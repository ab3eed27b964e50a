// GRANT and REVOKE, of roles and of privileges.
#include "tests/simulator/statements.h"

#include <algorithm>

namespace mogate::simulator {
namespace {

bool is_object_type(const Parser& p) {
  return p.peek().is("account") || p.peek().is("database") || p.peek().is("table");
}

// Privileges are words up to a comma or ON: "create database".
std::vector<std::string> parse_names(Parser& p) {
  std::vector<std::string> names(1);
  while (!p.peek().is("on") && !p.peek().is("to") && !p.peek().is("from")) {
    if (p.at_end()) p.fail();
    if (p.accept(",")) {
      names.emplace_back();
    } else {
      names.back() += (names.back().empty() ? "" : " ") + p.expect_name();
    }
  }
  return names;
}

std::string parse_object(Parser& p) {
  std::string object;
  while (!p.peek().is("to") && !p.peek().is("from")) {
    if (p.at_end()) p.fail();
    const auto& t = p.take();
    object += t.is_name() ? t.name() : std::string(t.text);
  }
  return object;
}

void check_admin(const Session& session) {
  if (session.in_transaction()) throw internal_error("administrative command is unsupported in transactions");
  if (!session.is_admin()) throw no_privilege();
}

void change_grants(Session& session, const std::string& role_name, const std::vector<Grant>& grants,
                   bool give) {
  std::lock_guard lock(session.world.mutex);
  auto* role = session.account->users.find_role(role_name);
  if (!role) throw internal_error("there is no role " + role_name);
  for (const auto& grant : grants) {
    std::erase(role->grants, grant);
    if (give) role->grants.push_back(grant);
  }
}

Action plan_privileges(Session& session, Parser& p, const std::vector<std::string>& privileges, bool give) {
  if (!is_object_type(p)) p.fail();
  auto type = p.expect_name();
  auto object = parse_object(p);
  p.expect(give ? "to" : "from");
  auto role = p.expect_name();
  p.accept({"with", "grant", "option"});
  p.expect_end();
  std::vector<Grant> grants;
  for (const auto& privilege : privileges) grants.push_back({privilege, type, object});
  return [&session, role, grants, give](bool more) {
    check_admin(session);
    change_grants(session, role, grants, give);
    send_ok(session, more);
  };
}

void change_role(Session& session, const std::string& role, const std::string& to, bool give) {
  std::lock_guard lock(session.world.mutex);
  auto& users = session.account->users;
  if (!users.find_role(role)) throw internal_error("there is no role " + role);
  auto* user = users.find_user(to);
  if (!user && users.find_role(to)) return;  // a role for a role: not followed
  if (!user) throw internal_error("there is no role or user " + to);
  bool administrator = is_admin_role(user->default_role);
  if (is_admin_role(role) && !administrator)
    throw internal_error("the role " + role + " can not be granted to non administration user " + to);
  std::erase(user->roles, role);
  if (give) user->roles.push_back(role);
}

Action plan_roles(Session& session, Parser& p, const std::vector<std::string>& roles, bool give) {
  std::vector<std::string> users;
  do users.push_back(p.expect_name());
  while (p.accept(","));
  p.accept({"with", "grant", "option"});
  p.expect_end();
  return [&session, roles, users, give](bool more) {
    check_admin(session);
    for (const auto& role : roles) {
      for (const auto& user : users) change_role(session, role, user, give);
    }
    send_ok(session, more);
  };
}

}  // namespace

std::optional<Action> plan_grant_statement(Session& session, const Statement& statement) {
  Parser p(statement);
  bool give = p.accept("grant");
  if (!give && !p.accept("revoke")) return std::nullopt;
  auto names = parse_names(p);
  if (p.accept("on")) return plan_privileges(session, p, names, give);
  p.expect(give ? "to" : "from");
  return plan_roles(session, p, names, give);
}

}  // namespace mogate::simulator
