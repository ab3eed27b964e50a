#include "proxy/cli/cdc.h"

#include "protocol/user_name.h"
#include "proxy/cli/cdc_words.h"
#include "proxy/cli/login_uri.h"
#include "proxy/cli/tool.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

namespace mogate::proxy {
namespace {

constexpr char kProgram[] = "mo_cdc";
constexpr unsigned kBeyondWait = 60;  // seconds

struct CdcArguments {
  Common common;
  CdcWords words;
  std::map<std::string, std::string> options;  // by MatrixOne's name for them
  std::string sink_password_file;
  unsigned wait = 0;
  bool no_full = false;
  bool all = false;
};

CLI::App* add_command(CLI::App& parent, CdcArguments& a, const char* name, const char* what,
                      std::string example) {
  auto* command = parent.add_subcommand(name, what);
  command->footer("Example:\n  mo_cdc task " + std::string(name) + " " + std::move(example));
  command->add_option("--task-name,--task_name", a.words.name, "name of the task");
  command
      ->add_option(
          "--source-uri,--source_uri", a.words.source,
          "mysql://user:password@host:port of the MatrixOne or gateway that the task is on; user is root, "
          "acc1#admin or acc1:admin. The password may be left out: it then comes from --password-file, "
          "MOGATE_PASSWORD or a prompt")
      ->required();
  add_common(*command, a.common);
  return command;
}

struct NativeOption {
  const char* argument;
  const char* key;
  const char* what;
};

constexpr std::array<NativeOption, 8> kNativeOptions{{
    {"--start-ts", "StartTs", "copy changes from this moment on, '2026-11-21 09:00:00'"},
    {"--end-ts", "EndTs", "stop at this moment"},
    {"--exclude", "Exclude", "tables that are left out, a regular expression"},
    {"--send-sql-timeout", "SendSqlTimeout", "of each statement to the sink, '10m'"},
    {"--max-sql-length", "MaxSqlLength", "bytes of a statement to the sink"},
    {"--init-snapshot-split-txn", "InitSnapshotSplitTxn", "false: the first copy is one transaction"},
    {"--frequency", "Frequency", "copy so often instead of at once, '5m', '1h'"},
    {"--config-file", "ConfigFile", "as MatrixOne takes it"},
}};

void add_create(CLI::App& parent, CdcArguments& a) {
  auto* command =
      add_command(parent, a, "create", "make a task, which begins to copy",
                  "--task-name activity_sync --source-uri mysql://root@127.0.0.1:6001 "
                  "--sink-type matrixone --sink-uri mysql://root@10.0.0.2:6001 --level table "
                  "--tables production_db.user_activities:analytics_db.analytics_activities --with-pitr");
  command->add_option("--sink-type,--sink_type", a.words.sink_type, "matrixone or mysql");
  command->add_option("--sink-uri,--sink_uri", a.words.sink, "where to copy to, as --source-uri");
  command->add_option(
      "--sink-password-file", a.sink_password_file,
      "file with the sink's password if its uri has none (or MOGATE_SINK_PASSWORD, or a prompt)");
  command->add_option("--level", a.words.level, "account, database or table");
  command->add_option("--tables", a.words.tables,
                      "db.table[:db.table],… of --level table; behind ':' the sink's name");
  command->add_option("--databases", a.words.databases, "db[:db],… of --level database");
  command->add_option("--account", a.words.account, "of --level account: the one of --source-uri");
  command->add_flag("--no-full", a.no_full, "leave out the rows that are there already");
  for (const auto& option : kNativeOptions)
    command->add_option_function<std::string>(
        option.argument, [&a, key = option.key](const std::string& value) { a.options[key] = value; },
        option.what);
  command->add_flag("--with-pitr", a.words.with_pitr, "make the PITR that the task needs, if there is none");
}

void add_show(CLI::App& parent, CdcArguments& a) {
  auto* command = add_command(parent, a, "show", "list tasks: all, or the named one (% stands for any text)",
                              "--source-uri mysql://root@127.0.0.1:6001 --task-name activity_sync");
  command->add_flag("--all", a.all, "all tasks, as without --task-name");
}

void add_change(CLI::App& parent, CdcArguments& a, const char* name, const char* what) {
  auto* command = add_command(parent, a, name, what,
                              "--source-uri mysql://root@127.0.0.1:6001 --task-name activity_sync --wait 60");
  command->add_flag("--all", a.all, "every task of the account");
  command->add_option("--wait", a.wait, "seconds to wait until it is so")->check(CLI::Range(1U, 86400U));
}

// Completes a uri that has no password.
std::optional<Trouble> complete(std::string& uri, PasswordSource source) {
  if (!lacks_password(uri)) return std::nullopt;
  auto password = read_password(source);
  if (auto* trouble = std::get_if<Trouble>(&password)) return *trouble;
  uri = with_password(uri, std::get<Secret>(password).view());
  return std::nullopt;
}

std::optional<Trouble> read_login(CdcArguments& a, ServerLogin& login) {
  PasswordSource source{{},
                        a.common.password_file,
                        "MOGATE_PASSWORD",
                        "Password of the source: ",
                        "it in --source-uri, or --password-file or MOGATE_PASSWORD"};
  if (auto trouble = complete(a.words.source, source)) return trouble;
  PasswordSource sink{{},
                      a.sink_password_file,
                      "MOGATE_SINK_PASSWORD",
                      "Password of the sink: ",
                      "it in --sink-uri, or --sink-password-file or MOGATE_SINK_PASSWORD"};
  if (auto trouble = complete(a.words.sink, sink)) return trouble;
  auto from = proxy::read_login(a.words.source);
  // The text is left out: it may hold a password.
  if (!from) return usage_trouble("--source-uri is mysql://user:password@host:port");
  login.host = from->host;
  login.port = from->port;
  login.user = from->user;
  login.password = take_secret(from->password);
  return std::nullopt;
}

Worded words_of(const std::string& command, const CdcArguments& a, std::string_view user,
                rewrite::sql::SqlMode mode) {
  if (a.all && !a.words.name.empty()) return Unsaid{"--all and --task-name exclude each other"};
  if (a.all) return cdc_show(a.words, mode);
  if (command == "create") return cdc_create(a.words, protocol::parse_user_name(user).account, mode);
  if (command == "show") return cdc_show(a.words, mode);
  return cdc_change(command, a.words);
}

Worded change_of(const std::string& command, const CdcArguments& a, const std::string& task) {
  CdcWords words;
  words.name = task;
  words.wait = a.words.wait;
  return cdc_change(command, words);
}

ExitCode run(const std::string& name, CdcArguments& a) {
  ServerLogin login;
  apply(a.common, login);
  if (auto trouble = read_login(a, login)) return complain(kProgram, a.common, *trouble);
  if (a.no_full) a.options["NoFull"] = "true";
  a.words.options.assign(a.options.begin(), a.options.end());
  if (a.wait != 0) a.words.wait = a.wait;
  a.common.deadline = std::max(a.common.deadline, a.wait + kBeyondWait);  // a gateway waits in one query
  std::string user = login.user;
  bool show = name == "show";
  Command command{kProgram,
                  a.common,
                  std::move(login),
                  [&](rewrite::sql::SqlMode mode) { return words_of(name, a, user, mode); },
                  "task " + name + " " + a.words.name,
                  {a.words.source, a.words.sink},
                  {},
                  {},
                  show,
                  true};
  if (show) command.refine = [&](rewrite::Result& result) { filter_tasks(a.words, result.rows); };
  if (a.all && !show) command.each = [&](const std::string& task) { return change_of(name, a, task); };
  return run_command(command);
}

}  // namespace

ExitCode run_cdc(std::vector<std::string> arguments) {
  CdcArguments a;
  CLI::App app(
      "CDC tasks of a MatrixOne, directly or through a gateway. Exit codes: 0 done, 1 refused by the server, "
      "2 usage, 3 no connection, 4 deadline, 5 connection lost",
      kProgram);
  app.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  app.require_subcommand(1);
  auto* task = app.add_subcommand("task", "manage tasks");
  task->require_subcommand(1);
  add_create(*task, a);
  add_show(*task, a);
  add_change(*task, a, "pause", "stop copying");
  add_change(*task, a, "resume", "go on where it stopped; heals a failed task");
  add_change(*task, a, "restart", "begin again from the first row");
  add_change(*task, a, "drop", "end the task; what was copied stays");
  return parse_and_run(app, std::move(arguments),
                       [&] { return run(task->get_subcommands().front()->get_name(), a); });
}

}  // namespace mogate::proxy
