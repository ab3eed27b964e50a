// From one statement's text to a Statement. A text that is not positively recognised is NotOurs.
#pragma once

#include "protocol/error.h"
#include "rewrite/compat_settings.h"
#include "rewrite/dialect.h"
#include "rewrite/guards/settings.h"
#include "rewrite/guards/subscribed_tables.h"
#include "rewrite/sql/cursor.h"
#include "rewrite/statement.h"

#include <cstddef>
#include <span>
#include <string_view>
#include <variant>

namespace mogate::rewrite {

struct ParseOptions {
  Dialect dialect;
  sql::SqlMode mode;  // what the session set; the dialect decides whether it counts
  GuardSettings guards;
  ReadOnlyTables read_only;
  CompatSettings compat;
  bool recognise_extended = true;          // false: only guards
  bool off_comment = true;                 // a leading `/* mogate:off */` counts
  bool native_show_subscriptions = false;  // SHOW SUBSCRIPTIONS is MatrixOne's in all its forms
  bool in_transaction = false;  // the client has one open: what is refused there counts (OutsideTransaction)
  Placeholders placeholders = Placeholders::refused;
  std::span<const Param> params;
};

struct NotOurs {};
using Parsed = std::variant<NotOurs, Statement, protocol::SqlError>;

// `part` is one statement as split() gives them. A leading `/* mogate:off */` switches off the recognition of
// extended statements (if ParseOptions::off_comment), not the guards.
Parsed parse(std::string_view part, const ParseOptions& options);

// How many `?` a text has outside strings and comments.
std::size_t count_placeholders(std::string_view part, sql::SqlMode mode = {});

}  // namespace mogate::rewrite
