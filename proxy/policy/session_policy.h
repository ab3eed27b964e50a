// What the rules mean to one session, and to the command that it runs.
#pragma once

#include "policies/verdict.h"
#include "proxy/policy/policies.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mogate::proxy {

// What the command that runs is held to.
struct Terms {
  std::vector<const policies::Rule*> masks;  // of SessionPolicy::in_force
  bool touches_masked = false;               // Masking::touches of a statement of it
  policies::Bound timeout;                   // milliseconds
  policies::Bound max_rows, max_bytes;

  // The answer has to be looked at row by row.
  bool shape_answer() const { return !masks.empty() || max_rows.value != 0 || max_bytes.value != 0; }
};

// Texts that were prepared by PREPARE … FROM. MatrixOne may or may not tell names apart by their case: of
// such ones all are remembered.
class PreparedTexts {
 public:
  void put(const std::string& name, std::string text);
  void forget(const std::string& name);
  std::vector<std::string_view> of(const std::string& name) const;
  void clear() { texts_.clear(); }

 private:
  static constexpr std::size_t kMost = 1024;
  std::map<std::string, std::map<std::string, std::string>> texts_;  // by folded name, then by name
};

// Takes over what a text prepares and deallocates.
void remember(const policies::Reading& reading, PreparedTexts& prepared);

struct SessionPolicy {
  std::shared_ptr<const RulesInForce> in_force;
  std::uint64_t generation = 0;
  policies::SessionRules session;
  bool session_known = false;  // `session` is of these rules and this role
  // As the backend said, until the session does what may change them.
  std::optional<std::string> account, role, database;
  bool mode_known = false;
  bool stale = false;  // the last command may have changed them
  PreparedTexts prepared;
  Terms terms;

  void forget_state() {
    role.reset();
    database.reset();
    mode_known = false;
    session_known = session_known && !in_force->rules->wants_role();
  }
};

}  // namespace mogate::proxy
