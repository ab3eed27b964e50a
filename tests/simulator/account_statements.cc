// CREATE, ALTER and DROP of accounts, users and roles.
#include "tests/simulator/statements.h"

#include <algorithm>
#include <cctype>

namespace mogate::simulator {
namespace {

struct AccountOptions {
  std::string admin;
  std::optional<std::string> password;
  std::optional<std::string> status;
  std::optional<std::string> comment;
};

std::string expect_password(Parser& p) {
  p.expect("identified");
  p.expect("by");
  return p.expect_string();
}

AccountOptions parse_options(Parser& p) {
  AccountOptions out;
  if (p.accept("admin_name")) {
    p.accept("=");
    out.admin = lower(p.peek().is_name() ? p.expect_name() : p.expect_string());
    out.password = expect_password(p);
  }
  if (p.accept("open")) out.status = "open";
  if (p.accept("suspend")) out.status = "suspended";
  if (p.accept("comment")) out.comment = p.expect_string();
  p.expect_end();
  return out;
}

bool is_valid_name(const std::string& name) {
  return !name.empty() && std::none_of(name.begin(), name.end(), [](char c) {
    return std::isspace(static_cast<unsigned char>(c)) != 0 || c == ':' || c == '#';
  });
}

void check_sys_admin(const Session& session) {
  if (!session.is_sys() || session.role != "moadmin") throw no_privilege();
}

void check_admin(const Session& session) {
  if (session.in_transaction()) throw internal_error("administrative command is unsupported in transactions");
  if (!session.is_admin()) throw no_privilege();
}

void create_account(Session& session, const std::string& name, bool if_not_exists,
                    const AccountOptions& options) {
  if (session.world.find_account(name)) {
    if (if_not_exists) return;
    throw internal_error("the tenant " + name + " exists");
  }
  for (const auto& text : {name, options.admin}) {
    if (!is_valid_name(text)) throw internal_error("the name \"" + text + "\" is invalid");
  }
  if (options.password->empty()) throw internal_error("password is empty string");
  auto users = initial_users(false, options.admin, *options.password, World::now_text());
  auto account = session.world.add_account(name, std::move(users), options.admin);
  std::lock_guard lock(session.world.mutex);
  account->comments = options.comment.value_or("");
  account->status = options.status.value_or("open");
}

Action plan_create_account(Session& session, Parser& p) {
  bool if_not_exists = p.accept({"if", "not", "exists"});
  auto name = p.expect_name();
  if (!p.peek().is("admin_name")) p.fail();
  auto options = parse_options(p);
  return [&session, name, if_not_exists, options](bool more) {
    check_admin(session);
    check_sys_admin(session);
    create_account(session, name, if_not_exists, options);
    send_ok(session, more);
  };
}

void drop_account(Session& session, const std::string& name, bool if_exists) {
  if (name == "sys") throw internal_error("can not delete the account sys");
  if (session.world.remove_account(name)) return;
  if (!if_exists) throw internal_error("there is no account " + name);
}

Action plan_drop_account(Session& session, Parser& p) {
  bool if_exists = p.accept({"if", "exists"});
  auto name = p.expect_name();
  p.expect_end();
  return [&session, name, if_exists](bool more) {
    check_admin(session);
    check_sys_admin(session);
    drop_account(session, name, if_exists);
    send_ok(session, more);
  };
}

void alter_account(Session& session, const std::string& name, bool if_exists, const AccountOptions& options) {
  auto account = session.world.find_account(name);
  if (!account && if_exists) return;
  if (!account) throw internal_error("there is no account " + name);
  std::lock_guard lock(session.world.mutex);
  if (options.password) {
    auto* admin = account->users.find_user(options.admin);
    if (!admin) throw internal_error("there is no user " + options.admin);
    admin->password = password_hash(*options.password);
  }
  if (options.status) account->status = *options.status;
  if (options.comment) account->comments = *options.comment;
}

Action plan_alter_account(Session& session, Parser& p) {
  bool if_exists = p.accept({"if", "exists"});
  auto name = p.expect_name();
  auto options = parse_options(p);
  return [&session, name, if_exists, options](bool more) {
    check_admin(session);
    check_sys_admin(session);
    alter_account(session, name, if_exists, options);
    send_ok(session, more);
  };
}

std::string user_name(Parser& p) {
  auto name = p.peek().is_name() ? p.expect_name() : lower(p.expect_string());
  if (p.peek().kind == TokenKind::variable) p.take();  // @host: not used
  return name;
}

struct NewUser {
  std::string name;
  std::string password;
  std::string role;
};

void create_user(Session& session, const NewUser& wanted, bool if_not_exists) {
  if (wanted.password.empty()) throw internal_error("password is empty string");
  std::lock_guard lock(session.world.mutex);
  auto& users = session.account->users;
  if (users.find_user(wanted.name)) {
    if (if_not_exists) return;
    throw internal_error("the user " + wanted.name + " exists");
  }
  if (!wanted.role.empty() && !users.find_role(wanted.role))
    throw internal_error("there is no role " + wanted.role);
  if (is_admin_role(wanted.role))
    throw internal_error("the role " + wanted.role + " can not be granted to non administration user " +
                         wanted.name);
  User user{users.next_user++, wanted.name, password_hash(wanted.password), "public", {}};
  if (!wanted.role.empty()) {
    user.default_role = wanted.role;
    user.roles.push_back(wanted.role);
  }
  users.users.push_back(std::move(user));
}

Action plan_create_user(Session& session, Parser& p) {
  bool if_not_exists = p.accept({"if", "not", "exists"});
  std::vector<NewUser> wanted;
  do {
    auto name = user_name(p);
    wanted.push_back({name, expect_password(p), {}});
  } while (p.accept(","));
  if (p.accept({"default", "role"})) {
    auto role = p.expect_name();
    for (auto& user : wanted) user.role = role;
  }
  p.expect_end();
  return [&session, wanted, if_not_exists](bool more) {
    check_admin(session);
    for (const auto& user : wanted) create_user(session, user, if_not_exists);
    send_ok(session, more);
  };
}

Action plan_alter_user(Session& session, Parser& p) {
  auto name = user_name(p);
  auto password = expect_password(p);
  p.expect_end();
  return [&session, name, password](bool more) {
    if (name != session.user) check_admin(session);
    std::lock_guard lock(session.world.mutex);
    auto* user = session.account->users.find_user(name);
    if (!user) throw internal_error("there is no user " + name);
    user->password = password_hash(password);
    send_ok(session, more);
  };
}

template <class Items>
bool erase_name(Items& items, const std::string& name) {
  return std::erase_if(items, [&](const auto& item) { return item.name == name; }) != 0;
}

Action plan_drop_user(Session& session, Parser& p) {
  bool if_exists = p.accept({"if", "exists"});
  std::vector<std::string> names;
  do names.push_back(user_name(p));
  while (p.accept(","));
  p.expect_end();
  return [&session, names, if_exists](bool more) {
    check_admin(session);
    std::lock_guard lock(session.world.mutex);
    for (const auto& name : names) {
      if (!erase_name(session.account->users.users, name) && !if_exists)
        throw internal_error("there is no user " + name);
    }
    send_ok(session, more);
  };
}

Action plan_create_role(Session& session, Parser& p) {
  bool if_not_exists = p.accept({"if", "not", "exists"});
  auto name = p.expect_name();
  p.expect_end();
  return [&session, name, if_not_exists](bool more) {
    check_admin(session);
    std::lock_guard lock(session.world.mutex);
    auto& users = session.account->users;
    bool taken = users.find_role(name) != nullptr;
    if (taken && !if_not_exists) throw internal_error("the role " + name + " exists");
    const auto* creator = users.find_role(session.role);
    if (!taken)
      users.roles.push_back({users.next_role++, name, creator ? creator->id : 0, World::now_text(), {}});
    send_ok(session, more);
  };
}

Action plan_drop_role(Session& session, Parser& p) {
  bool if_exists = p.accept({"if", "exists"});
  auto name = p.expect_name();
  p.expect_end();
  return [&session, name, if_exists](bool more) {
    check_admin(session);
    std::lock_guard lock(session.world.mutex);
    auto& users = session.account->users;
    if (!erase_name(users.roles, name) && !if_exists) throw internal_error("there is no role " + name);
    for (auto& user : users.users) {
      std::erase(user.roles, name);
      if (user.default_role == name) user.default_role = "public";
    }
    send_ok(session, more);
  };
}

}  // namespace

std::optional<Action> plan_account_statement(Session& session, const Statement& statement) {
  Parser p(statement);
  if (p.accept({"create", "account"})) return plan_create_account(session, p);
  if (p.accept({"drop", "account"})) return plan_drop_account(session, p);
  if (p.accept({"alter", "account"})) return plan_alter_account(session, p);
  if (p.accept({"create", "user"})) return plan_create_user(session, p);
  if (p.accept({"alter", "user"})) return plan_alter_user(session, p);
  if (p.accept({"drop", "user"})) return plan_drop_user(session, p);
  if (p.accept({"create", "role"})) return plan_create_role(session, p);
  if (p.accept({"drop", "role"})) return plan_drop_role(session, p);
  return std::nullopt;
}

}  // namespace mogate::simulator
