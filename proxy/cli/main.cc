// mogate serve | check | explain | version
#include "proxy/cli/explain.h"
#include "proxy/cli/version.h"
#include "proxy/observe/log.h"
#include "proxy/server/server.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <cstdio>

namespace {

using namespace mogate::proxy;

int complain(const std::string& what) {
  fmt::print(stderr, "mogate: {}\n", what);
  return 1;
}

int serve(const std::string& file) {
  auto loaded = load_config(file);
  if (auto* error = std::get_if<std::string>(&loaded)) return complain(*error);
  auto& config = std::get<Config>(loaded);
  set_up_log(config.log);
  Server server(std::move(config));
  if (auto error = server.prepare()) return complain(*error);
  if (auto error = server.bind()) return complain(*error);
  server.run();
  return 0;
}

int check(const std::string& file) {
  auto loaded = load_config(file);
  if (auto* error = std::get_if<std::string>(&loaded)) return complain(*error);
  Server server(std::move(std::get<Config>(loaded)));
  if (auto error = server.prepare()) return complain(*error);
  fmt::print("{}: ok\n", file);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("MySQL gateway for MatrixOne");
  app.require_subcommand(1);
  std::string file = "/etc/mogate/mogate.toml";
  auto* serve_command = app.add_subcommand("serve", "run the gateway");
  serve_command->add_option("--config", file, "configuration file")->capture_default_str();
  auto* check_command =
      app.add_subcommand("check", "check a configuration, with its certificates and addresses");
  check_command->add_option("--config", file, "configuration file")->capture_default_str();
  ExplainRequest request;
  auto* explain_command = app.add_subcommand("explain", "show what a statement becomes, without a server");
  explain_command->add_option("statement", request.sql, "the statement")->required();
  explain_command->add_option("--server-version", request.server_version, "version of the MatrixOne")
      ->capture_default_str();
  explain_command->add_option("--account", request.account, "account of the session")->capture_default_str();
  explain_command->add_option("--role", request.role, "active role of the session")->capture_default_str();
  auto* version_command = app.add_subcommand("version", "print the version");
  CLI11_PARSE(app, argc, argv);
  if (version_command->parsed()) return fmt::print("mogate {}\n", kVersion), 0;
  if (check_command->parsed()) return check(file);
  if (explain_command->parsed()) return explain(request);
  return serve(file);
}
