#include "proxy/cli/br.h"

#include "protocol/user_name.h"
#include "proxy/cli/snapshot_words.h"
#include "proxy/cli/tool.h"

#include <fmt/format.h>

#include <utility>

namespace mogate::proxy {
namespace {

constexpr char kProgram[] = "mo_br";

// Passwords come as optionals: an option without a value asks for one.
struct BrArguments {
  Common common;
  std::string host = "127.0.0.1", user = "root";
  std::uint16_t port = 6001;
  std::optional<std::string> password, new_password;
  std::string new_password_file;
  SnapshotWords words;
};

void add_login(CLI::App& command, BrArguments& a) {
  command.add_option("--host", a.host, "of the MatrixOne or the gateway")->capture_default_str();
  command.add_option("--port", a.port, "its port")->capture_default_str();
  command.add_option("--user", a.user, "root, acc1#admin, acc1:admin:role …")->capture_default_str();
  command
      .add_option("--password", a.password,
                  "without a value: asks; it is overwritten in the list of processes")
      ->expected(0, 1);
  add_common(command, a.common);
}

CLI::App* add_command(CLI::App& parent, BrArguments& a, const char* name, const char* what,
                      std::string example) {
  auto* command = parent.add_subcommand(name, what);
  command->footer("Example:\n  " + std::move(example));
  add_login(*command, a);
  return command;
}

void add_objects(CLI::App& command, SnapshotWords& w) {
  command.add_option("--account", w.account, "account, as MatrixOne names it");
  command.add_option("--db,--database", w.database, "database");
  command.add_option("--table", w.table, "table of --db");
}

CLI::App* add_create(CLI::App& parent, BrArguments& a) {
  auto* command = add_command(parent, a, "create", "take a snapshot",
                              "mo_br snapshot create --host 127.0.0.1 --port 6001 --user root --level table "
                              "--db shop --table orders --sname monday --flush");
  command->add_option("--level", a.words.level, "cluster, account, database or table")->required();
  command->add_option("--sname", a.words.name, "name of the snapshot")->required();
  add_objects(*command, a.words);
  command->add_flag("--flush", a.words.flush, "flush the tables and make a checkpoint first");
  return command;
}

CLI::App* add_show(CLI::App& parent, BrArguments& a) {
  auto* command =
      add_command(parent, a, "show", "list snapshots",
                  "mo_br snapshot show --user root --account sys --sname 'mon%' --from 2026-11-21");
  command->add_option("--sname", a.words.name, "name, or a pattern with %");
  add_objects(*command, a.words);
  command->add_option("--cluster", a.words.cluster, "\"sys\": only snapshots of the cluster");
  command->add_option("--from,--beginTs", a.words.from, "taken then or later, as TIMESTAMP shows it");
  command->add_option("--to,--endTs", a.words.to, "taken then or earlier; 2026-11-21 means until its end");
  return command;
}

CLI::App* add_restore(CLI::App& parent, BrArguments& a) {
  auto* command =
      add_command(parent, a, "restore",
                  "restore what a snapshot holds, or a part of it. Tables that are there are overwritten",
                  "mo_br snapshot restore --user root --sname monday --account sys --db shop --table orders\n"
                  "  mo_br snapshot restore --user root --sname friday --account acc1 --new_account acc2 "
                  "--new_admin_name admin --new_admin_password");
  command->add_option("--sname", a.words.name, "name of the snapshot")->required();
  add_objects(*command, a.words);
  command->add_option("--to_account", a.words.to_account, "restore into this account, which exists");
  command->add_option("--new_account,--newaccount", a.words.new_account,
                      "restore into an account that is made");
  command->add_option("--new_admin_name,--newaccountadmin", a.words.new_admin, "its admin");
  command->add_option("--new_admin_password,--newaccountpwd", a.new_password, "without a value: asks")
      ->expected(0, 1);
  command->add_option("--new_admin_password_file", a.new_password_file,
                      "file with it (or MOGATE_NEW_ADMIN_PASSWORD)");
  command->add_option("--at", a.words.at, "--sname is a PITR: go back to this moment, '2026-11-21 09:00:00'");
  command->add_flag("--with_users", a.words.with_users,
                    "users of the source take the place of the new admin");
  return command;
}

CLI::App* add_delete(CLI::App& parent, BrArguments& a) {
  auto* command = add_command(parent, a, "delete", "delete a snapshot",
                              "mo_br snapshot delete --user root --sname monday");
  command->alias("drop");
  command->add_option("--sname", a.words.name, "name of the snapshot")->required();
  return command;
}

std::optional<Trouble> read_passwords(BrArguments& a, ServerLogin& login) {
  PasswordSource source{a.password, a.common.password_file, "MOGATE_PASSWORD", "Password of " + a.user + ": ",
                        "--password-file, MOGATE_PASSWORD or --password"};
  auto password = read_password(source);
  if (auto* trouble = std::get_if<Trouble>(&password)) return *trouble;
  login.password = std::get<Secret>(password);
  if (a.words.new_account.empty()) return std::nullopt;
  PasswordSource of_new{a.new_password, a.new_password_file, "MOGATE_NEW_ADMIN_PASSWORD",
                        "New password of " + a.words.new_account + ":" + a.words.new_admin + ": ",
                        "--new_admin_password_file, MOGATE_NEW_ADMIN_PASSWORD or --new_admin_password"};
  auto fresh = read_password(of_new);
  if (auto* trouble = std::get_if<Trouble>(&fresh)) return *trouble;
  a.words.new_password = std::get<Secret>(fresh).view();
  return std::nullopt;
}

Worded words_of(const std::string& command, const BrArguments& a, rewrite::sql::SqlMode mode) {
  if (command == "create") return snapshot_create(a.words, protocol::parse_user_name(a.user).account);
  if (command == "show") return snapshot_show(a.words, mode);
  if (command == "restore") return snapshot_restore(a.words, mode);
  return snapshot_drop(a.words);
}

ExitCode run(const std::string& name, BrArguments& a) {
  ServerLogin login;
  login.host = a.host;
  login.port = a.port;
  login.user = a.user;
  apply(a.common, login);
  if (auto trouble = read_passwords(a, login)) return complain(kProgram, a.common, *trouble);
  bool show = name == "show";
  Command command{kProgram,
                  a.common,
                  std::move(login),
                  [&](rewrite::sql::SqlMode mode) { return words_of(name, a, mode); },
                  "snapshot " + name + " " + a.words.name,
                  {a.words.new_password},
                  {},
                  {},
                  show,
                  false};
  if (show) command.refine = [&](rewrite::Result& result) { filter_snapshots(a.words, result.rows); };
  return run_command(command);
}

}  // namespace

ExitCode run_br(std::vector<std::string> arguments) {
  BrArguments a;
  CLI::App app(
      "Snapshots of a MatrixOne, directly or through a gateway. Exit codes: 0 done, 1 refused by the server, "
      "2 usage, 3 no connection, 4 deadline, 5 connection lost",
      kProgram);
  app.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  app.require_subcommand(1);
  auto* snapshot = app.add_subcommand("snapshot", "manage snapshots");
  snapshot->require_subcommand(1);
  for (auto* add : {add_create, add_show, add_restore, add_delete}) add(*snapshot, a);
  return parse_and_run(app, std::move(arguments),
                       [&] { return run(snapshot->get_subcommands().front()->get_name(), a); });
}

}  // namespace mogate::proxy
