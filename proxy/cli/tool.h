// What mo_br and mo_cdc share: options of the connection and of the output, and the way from a statement to
// an exit code.
#pragma once

#include "proxy/cli/exit_code.h"
#include "proxy/cli/password.h"
#include "proxy/cli/remote.h"
#include "proxy/cli/worded.h"
#include "proxy/client/client.h"

#include <CLI/CLI.hpp>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mogate::proxy {

// Options of every command.
struct Common {
  std::string password_file;
  std::string tls = "preferred";
  std::string tls_ca;
  std::string output;  // "table", "json", or empty for the command's usual one
  unsigned deadline = 600;
};
void add_common(CLI::App& command, Common& common);

// The login's TLS.
void apply(const Common& common, ServerLogin& login);

// One command, from its arguments to its exit code.
struct Command {
  std::string program;  // "mo_br"
  const Common& common;
  ServerLogin login;
  // The statement, once it is known how the server reads strings.
  std::function<Worded(rewrite::sql::SqlMode)> words;
  std::string shown;                             // of the statement, for the line of progress
  std::vector<std::string_view> secrets;         // that may stand in the statement
  std::function<void(rewrite::Result&)> refine;  // before it is printed; may be empty
  // If set, `words` list objects, and this is what is run for each; the one in the list's second column.
  std::function<Worded(const std::string& name)> each;
  bool prints = false;  // its answer is what it is for; else only if JSON was asked for
  bool usually_json = false;
};
ExitCode run_command(const Command& command);

ExitCode complain(std::string_view program, const Common& common, const Trouble& trouble);

// Parses `arguments` and calls what the chosen subcommand left in its callback. CLI11's own errors are usage
// errors, and never show a value.
ExitCode parse_and_run(CLI::App& app, std::vector<std::string> arguments,
                       const std::function<ExitCode()>& run);

}  // namespace mogate::proxy
