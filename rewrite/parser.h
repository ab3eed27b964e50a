// From one statement's text to a Statement. A text that is not positively recognised is NotOurs.
#pragma once

#include "protocol/error.h"
#include "rewrite/dialect.h"
#include "rewrite/guards/settings.h"
#include "rewrite/statement.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace mogate::rewrite {

// A value bound to a `?`.
struct Param {
  enum class Kind : std::uint8_t { null, number, text } kind = Kind::null;
  std::string value;
};

// What a `?` in an extended statement means.
enum class Placeholders : std::uint8_t {
  refused,   // COM_QUERY: a syntax error
  declared,  // COM_STMT_PREPARE: accepted where the grammar takes a string or a number; values are made up
  bound,     // COM_STMT_EXECUTE: taken from ParseOptions::params
};

struct ParseOptions {
  Dialect dialect;
  sql::SqlMode mode;                // what the session set; the dialect decides whether it counts
  GuardSettings guards;
  bool recognise_extended = true;   // false: only guards
  Placeholders placeholders = Placeholders::refused;
  std::span<const Param> params;
};

struct NotOurs {};
using Parsed = std::variant<NotOurs, Statement, protocol::SqlError>;

// `part` is one statement as split() gives them. A leading `/* mogate:off */` switches off the recognition of
// extended statements, not the guards.
Parsed parse(std::string_view part, const ParseOptions& options);

// How many `?` a text has outside strings and comments.
std::size_t count_placeholders(std::string_view part, sql::SqlMode mode = {});

}  // namespace mogate::rewrite
