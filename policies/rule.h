// One rule of the policy file as a value (conf/policies.toml explains each key).
#pragma once

#include "policies/names.h"
#include "policies/time_window.h"
#include "protocol/error.h"
#include "protocol/ip_network.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mogate::policies {

// What has to hold for a rule to act; what is not given always holds.
struct Match {
  // Of the session.
  NamePatterns account, user, role;
  std::vector<std::pair<std::string, std::string>> labels;  // name and pattern; all of them
  std::vector<protocol::IpNetwork> clients;
  bool unix_clients = false;
  // Of the statement.
  NamePatterns schema;             // the current database
  std::vector<std::string> kinds;  // kind_matches()
  std::vector<std::uint64_t> digests;
  TablePatterns tables;       // one that it names
  TablePatterns only_tables;  // all that it names, and at least one
  std::string text;           // RE2, without regard to case
  bool text_with_literals = false;
  std::optional<bool> without_where;  // an UPDATE or DELETE of all rows
  // Of the moment.
  std::vector<TimeWindow> times;
  std::optional<bool> in_transaction;

  bool of_clients() const { return !clients.empty() || unix_clients; }
};

enum class Action : std::uint8_t {
  none,
  allow,
  deny,
  read_only,
  rewrite,
  route,
  throttle,
  timeout,
  limit,
  mask,
  snapshot,
};
std::string_view name_of(Action action);

enum class BucketOf : std::uint8_t { rule, account, user };

struct Throttle {
  double per_second = 0;
  double burst = 0;
  BucketOf of = BucketOf::rule;
  std::chrono::milliseconds max_wait{0};  // for a token; then the statement is refused
};

// What clients see in place of a masked column's values; NULL stays NULL.
struct MaskMethod {
  enum class Kind : std::uint8_t { null, text, partial, hash } kind = Kind::null;
  std::string text;            // of `text`
  std::size_t keep_first = 0;  // of `partial`, in characters
  std::size_t keep_last = 0;
};

struct MaskedColumn {
  std::string database, table, column;  // folded patterns
};

struct Rule {
  std::string name;
  std::size_t line = 0;
  Match match;
  Action action = Action::none;
  bool goes_on = false;  // to the next rule
  bool dry_run = false;
  bool audit = false;
  bool log = false;

  protocol::SqlError refusal;  // of deny, read_only, limit and throttle
  std::string rewrite_to;      // of rewrite, with \1
  std::string route_group;     // of route: one of both
  std::string route_label;
  Throttle throttle;
  std::chrono::milliseconds timeout{0};
  std::uint64_t max_rows = 0;  // of limit; 0: none
  std::uint64_t max_bytes = 0;
  std::vector<MaskedColumn> columns;  // of mask
  MaskMethod method;
  std::size_t keep = 1;  // of snapshot: as many of this rule and object
  bool deny_on_failure = true;

  // It can refuse or hide something: sessions that it concerns may not get around it.
  bool restricts() const {
    return !dry_run && (action == Action::deny || action == Action::read_only || action == Action::mask);
  }
};

}  // namespace mogate::policies
