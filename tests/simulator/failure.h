// How a statement ends in an error: a Failure is thrown where it is found and caught where the answer is
// written.
#pragma once

#include "protocol/error.h"

#include <string>

namespace mogate::simulator {

struct Failure {
  protocol::SqlError error;
  bool by_mariadb = false;  // still in its words
};

inline Failure failure(std::uint16_t code, std::string message, std::string sqlstate = "HY000") {
  return {{code, std::move(message), std::move(sqlstate)}};
}
inline Failure internal_error(const std::string& message) {
  return failure(protocol::errc::mo_internal, "internal error: " + message);
}
inline Failure no_privilege() { return internal_error("do not have privilege to execute the statement"); }
inline Failure in_transaction() {
  return internal_error("unclassified statement appears in uncommitted transaction");
}
inline Failure unknown_database(const std::string& name) {
  return failure(protocol::errc::bad_db, "Unknown database " + name);
}
inline Failure no_such_table(const std::string& database, const std::string& table) {
  return failure(protocol::errc::no_such_table, "no such table " + database + "." + table);
}

}  // namespace mogate::simulator
