// mogate serve | check | try | explain | version | br | cdc; mo_br and mo_cdc are the same binary by other
// names.
#include "proxy/cli/br.h"
#include "proxy/cli/cdc.h"
#include "proxy/cli/explain.h"
#include "proxy/cli/secret_arguments.h"
#include "proxy/cli/try.h"
#include "proxy/cli/version.h"
#include "proxy/observe/log.h"
#include "proxy/server/restart.h"
#include "proxy/server/server.h"
#include "proxy/server/takeover.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <sys/resource.h>

namespace {

using namespace mogate::proxy;

int complain(const std::string& what) {
  fmt::print(stderr, "mogate: {}\n", what);
  return 1;
}

void forbid_core_files() {
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
}

int serve(const std::string& file, const CommandLine& command) {
  auto takeover = Takeover::find();
  auto loaded = load_config(file);
  if (auto* error = std::get_if<std::string>(&loaded)) return complain(*error);
  auto& config = std::get<Config>(loaded);
  set_up_log(config.log);
  if (!config.gateway.core_files) forbid_core_files();
  Server server(std::move(config));
  if (auto error = server.prepare()) return complain(*error);
  if (auto error = server.bind()) return complain(*error);
  return server.run(command, std::move(takeover)) ? 0 : 1;
}

int check(const std::string& file) {
  auto loaded = load_config(file);
  if (auto* error = std::get_if<std::string>(&loaded)) return complain(*error);
  Server server(std::move(std::get<Config>(loaded)));
  if (auto error = server.prepare()) return complain(*error);
  fmt::print("{}: ok\n", file);
  return 0;
}

// The command line of a tool, if the binary was called by its name or as `mogate br`.
std::optional<int> run_tool(const std::string& called, std::vector<std::string> arguments) {
  std::string name = called;
  bool by_word = called != "mo_br" && called != "mo_cdc" && !arguments.empty();
  if (by_word) {
    name = "mo_" + arguments.front();
    arguments.erase(arguments.begin());
  }
  if (name == "mo_br") return static_cast<int>(run_br(std::move(arguments)));
  if (name == "mo_cdc") return static_cast<int>(run_cdc(std::move(arguments)));
  return std::nullopt;
}

void add_try_options(CLI::App& command, TryRequest& request, std::string& config) {
  command.add_option("--sql", request.sql, "the statement, or several")->required();
  command.add_option("--config", config, "configuration file")->capture_default_str();
  command.add_option("--policies", request.policies, "policy file in place of the configuration's");
  command.add_option("--account", request.account, "account of the session")->capture_default_str();
  command.add_option("--user", request.user, "its user");
  command.add_option("--role", request.role, "its active role");
  command.add_option("--label", request.labels, "NAME=VALUE of its login, any number of them");
  command.add_option("--client", request.client, "where it comes from: an address or unix")
      ->capture_default_str();
  command.add_option("--database", request.database, "its current database");
  command.add_option("--server-version", request.server_version, "version of the MatrixOne")
      ->capture_default_str();
  command.add_flag("--in-transaction", request.in_transaction, "it has a transaction open");
}

}  // namespace

int main(int argc, char** argv) {
  auto command = CommandLine::of_this_process(argc, argv);
  auto arguments = take_arguments(argc, argv);
  if (auto code = run_tool(std::filesystem::path(argv[0]).filename(), arguments)) return *code;
  CLI::App app("MySQL gateway for MatrixOne");
  app.require_subcommand(1);
  std::string file = "/etc/mogate/mogate.toml";
  auto* serve_command = app.add_subcommand("serve", "run the gateway");
  serve_command->add_option("--config", file, "configuration file")->capture_default_str();
  auto* check_command =
      app.add_subcommand("check", "check a configuration, with its policies, certificates and addresses");
  check_command->add_option("--config", file, "configuration file")->capture_default_str();
  ExplainRequest request;
  auto* explain_command = app.add_subcommand("explain", "show what a statement becomes, without a server");
  explain_command->add_option("statement", request.sql, "the statement")->required();
  explain_command->add_option("--server-version", request.server_version, "version of the MatrixOne")
      ->capture_default_str();
  explain_command->add_option("--account", request.account, "account of the session")->capture_default_str();
  explain_command->add_option("--role", request.role, "active role of the session")->capture_default_str();
  TryRequest attempt;
  auto* try_command =
      app.add_subcommand("try", "show which policies would act on a statement, without a server");
  add_try_options(*try_command, attempt, file);
  auto* version_command = app.add_subcommand("version", "print the version");
  app.add_subcommand("br", "snapshots from the command line, also as mo_br; see mogate br --help");
  app.add_subcommand("cdc", "CDC tasks from the command line, also as mo_cdc; see mogate cdc --help");
  std::reverse(arguments.begin(), arguments.end());  // as CLI11 takes them
  try {
    app.parse(std::move(arguments));
  } catch (const CLI::ParseError& error) {
    return app.exit(error);
  }
  if (version_command->parsed()) return fmt::print("mogate {}\n", kVersion), 0;
  if (check_command->parsed()) return check(file);
  if (explain_command->parsed()) return explain(request);
  attempt.config = file;
  if (try_command->parsed()) return try_statement(attempt);
  return serve(file, command);
}
