#include "proxy/cli/tool.h"

#include "proxy/cli/output.h"
#include "proxy/cli/progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace mogate::proxy {
namespace {

using Run = std::variant<rewrite::Result, Trouble>;

// The first trouble ends it, and says whose it is.
Run run_each(const Command& command, Remote& remote, const rewrite::Result& list) {
  rewrite::Result done;
  for (const auto& row : list.rows.rows) {
    std::string name = row.size() > 1 ? row[1].value_or("") : "";
    auto outcome = remote.run(std::get<std::string>(command.each(name)), command.shown + name);
    if (auto* trouble = std::get_if<Trouble>(&outcome)) {
      trouble->error.message = name + ": " + trouble->error.message;
      return outcome;
    }
  }
  return done;
}

Run run_remote(const Command& command) {
  Progress progress;
  Remote remote(command.login, std::chrono::seconds(command.common.deadline), progress);
  if (auto trouble = remote.connect()) return *trouble;
  catch_interrupts();
  auto words = command.words(remote.sql_mode());
  if (auto* unsaid = std::get_if<Unsaid>(&words)) return usage_trouble(unsaid->why);
  auto outcome = remote.run(std::get<std::string>(words), command.shown);
  const auto* list = std::get_if<rewrite::Result>(&outcome);
  if (command.each && list) outcome = run_each(command, remote, *list);
  if (auto* trouble = std::get_if<Trouble>(&outcome))
    trouble->error.message = without_secrets(std::move(trouble->error.message), command.secrets);
  return outcome;
}

void print(const Command& command, rewrite::Result& result) {
  const auto& wanted = command.common.output;
  bool json = wanted == "json" || (wanted.empty() && command.prints && command.usually_json);
  if (command.refine) command.refine(result);
  if (json) {
    fmt::print("{}", as_json(result));
  } else {
    if (command.prints) fmt::print("{}", as_table(result));
    if (!result.info.empty()) fmt::print(stderr, "note: {}\n", result.info);
  }
}

// CLI11 would print what it did not expect, which may be a secret after a mistyped option.
std::string unexpected(const std::vector<std::string>& rest) {
  for (const auto& argument : rest)
    if (argument.starts_with("-")) return "unknown option " + argument.substr(0, argument.find('='));
  return "there are arguments that belong to no option";
}

}  // namespace

void add_common(CLI::App& command, Common& common) {
  command.add_option("--password-file,--password_file", common.password_file,
                     "file whose first line is the password (or MOGATE_PASSWORD, or a prompt)");
  command.add_option("--tls", common.tls, "off, preferred (TLS where the server offers it) or required")
      ->check(CLI::IsMember({"off", "preferred", "required"}))
      ->capture_default_str();
  command.add_option("--tls-ca,--tls_ca", common.tls_ca,
                     "authorities that the server's certificate must come from");
  command
      .add_option("--deadline", common.deadline,
                  "seconds; a statement that takes longer is ended by KILL QUERY")
      ->check(CLI::Range(1U, 604800U))
      ->capture_default_str();
  command.add_option("--output", common.output, "table, or json, which mo_cdc task show prints anyway")
      ->check(CLI::IsMember({"table", "json"}));
}

void apply(const Common& common, ServerLogin& login) {
  login.tls = common.tls == "off" ? ClientTls::off : ClientTls::preferred;
  if (common.tls == "required") login.tls = ClientTls::required;
  login.tls_ca = common.tls_ca;
}

ExitCode run_command(const Command& command) {
  // Before a connection is made: most of what cannot be said does not depend on the server.
  auto words = command.words({});
  if (auto* unsaid = std::get_if<Unsaid>(&words))
    return complain(command.program, command.common, usage_trouble(unsaid->why));
  auto outcome = run_remote(command);
  if (auto* trouble = std::get_if<Trouble>(&outcome))
    return complain(command.program, command.common, *trouble);
  print(command, std::get<rewrite::Result>(outcome));
  return ExitCode::done;
}

ExitCode complain(std::string_view program, const Common& common, const Trouble& trouble) {
  bool json = common.output == "json";
  fmt::print(stderr, "{}", json ? error_json(trouble.error) : error_line(program, trouble.error));
  return trouble.code;
}

ExitCode parse_and_run(CLI::App& app, std::vector<std::string> arguments,
                       const std::function<ExitCode()>& run) {
  if (!arguments.empty() && arguments.front() == "help") arguments.front() = "--help";
  std::reverse(arguments.begin(), arguments.end());  // as CLI11 takes them
  try {
    app.parse(std::move(arguments));
  } catch (const CLI::ExtrasError&) {
    fmt::print(stderr, "{}: {}; --help explains\n", app.get_name(), unexpected(app.remaining(true)));
    return ExitCode::usage;
  } catch (const CLI::Success& wanted) {  // --help
    app.exit(wanted);
    return ExitCode::done;
  } catch (const CLI::ParseError& error) {
    fmt::print(stderr, "{}: {}; --help explains\n", app.get_name(), error.what());
    return ExitCode::usage;
  }
  return run();
}

}  // namespace mogate::proxy
