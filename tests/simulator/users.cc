#include "tests/simulator/users.h"

#include "protocol/auth.h"

#include <algorithm>

namespace mogate::simulator {
namespace {

template <class Items>
auto* find_by_name(Items& items, std::string_view name) {
  auto found = std::find_if(items.begin(), items.end(), [&](const auto& item) { return item.name == name; });
  return found == items.end() ? nullptr : &*found;
}

}  // namespace

User* Users::find_user(std::string_view name) { return find_by_name(users, name); }
Role* Users::find_role(std::string_view name) { return find_by_name(roles, name); }

bool Users::has_role(std::string_view user, std::string_view role) {
  if (role == "public") return true;
  const auto* found = find_user(user);
  return found && std::find(found->roles.begin(), found->roles.end(), role) != found->roles.end();
}

std::string password_hash(std::string_view password) {
  return password.empty() ? std::string() : protocol::sha1(protocol::sha1(password));
}

bool is_admin_role(std::string_view role) { return role == "moadmin" || role == "accountadmin"; }

// The ids are those of a fresh MatrixOne (recorded, identity).
Users initial_users(bool sys, const std::string& admin, const std::string& password, const std::string& now) {
  Users u;
  std::string admin_role = sys ? "moadmin" : "accountadmin";
  std::uint32_t id = sys ? 0 : 2;
  u.roles.push_back({id, admin_role, id, now, {}});
  u.roles.push_back({1, "public", id, now, {}});
  u.users.push_back({id, admin, password_hash(password), admin_role, {admin_role}});
  if (sys) u.users.push_back({1, "dump", password_hash(password), admin_role, {admin_role}});
  u.next_user = sys ? 2 : 3;
  u.next_role = sys ? 2 : 3;
  return u;
}

}  // namespace mogate::simulator
