// mogate explain: the plan of a statement, or what would have to be read first, without a server.
#pragma once

#include <string>

namespace mogate::proxy {

struct ExplainRequest {
  std::string sql;
  std::string server_version = "8.0.30-MatrixOne-v4.2.0";
  std::string account = "sys";
  std::string role = "moadmin";
};

// Prints to stdout, errors to stderr; gives the exit code.
int explain(const ExplainRequest& request);

}  // namespace mogate::proxy
