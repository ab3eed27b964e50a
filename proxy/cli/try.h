// mogate try: which rules of the policy file would act on a statement, and what would become of it, without a
// server.
#pragma once

#include <string>
#include <vector>

namespace mogate::proxy {

struct TryRequest {
  std::string config;    // whose [policies] file is read, unless `policies` names one
  std::string policies;  // file
  std::string sql;
  std::string account = "sys", user, role, client = "127.0.0.1", database;
  std::vector<std::string> labels;  // NAME=VALUE
  std::string server_version = "8.0.30-MatrixOne-v4.2.0";
  bool in_transaction = false;
};

// Prints to stdout, errors to stderr. 0: it would run; 2: it would be refused; 1: something is wrong.
int try_statement(const TryRequest& request);

}  // namespace mogate::proxy
