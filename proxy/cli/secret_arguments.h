// The arguments of a command line, with secrets taken out of what other users can read (/proc/PID/cmdline).
#pragma once

#include <string>
#include <vector>

namespace mogate::proxy {

// Copies argv[1] … and overwrites there, with one 'x' each, the values of options whose names hold "pass" or
// "pwd" and the passwords of uris. To be called before anything else. Also makes the arguments uniform:
// "-user" becomes "--user" (Go's flags take both), and a secret's value is joined to its name with '='.
std::vector<std::string> take_arguments(int argc, char** argv);

}  // namespace mogate::proxy
