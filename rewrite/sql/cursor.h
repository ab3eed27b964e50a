// Reads a statement's tokens for a recursive-descent parser, hints left out. Errors are sticky: after the
// first one every look gives the end of the text, so that a parser tests once, at its end.
#pragma once

#include "protocol/error.h"
#include "rewrite/sql/lexer.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

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
  bound,     // COM_STMT_EXECUTE: taken from the parameters
};

}  // namespace mogate::rewrite

namespace mogate::rewrite::sql {

// A table as written; an empty database means the current one. Names are folded to lower case.
struct TableName {
  std::string database;
  std::string table;
  bool operator==(const TableName&) const = default;
};

class Cursor {
 public:
  Cursor(std::string_view sql, SqlMode mode, Placeholders placeholders = Placeholders::refused,
         std::span<const Param> params = {})
      : sql_(sql), lexer_(sql, mode), placeholders_(placeholders), params_(params) {
    step();
    step();
  }

  const Token& peek() const { return now_; }
  const Token& peek2() const { return after_; }
  Token take();
  std::string_view text() const { return sql_; }
  SqlMode mode() const { return lexer_.mode(); }

  // True and one token further if the next one is it.
  bool accept(std::string_view keyword);
  bool accept(char punctuation);
  // Both keywords or none.
  bool accept(std::string_view first, std::string_view second);
  // IF EXISTS, IF NOT EXISTS: true if it stands there; an IF that does not go on so is an error.
  bool accept_if_exists();
  bool accept_if_not_exists();
  void expect(std::string_view keyword);
  void expect(char punctuation);

  // A plain or back-quoted name, folded; `what` is for the error, e.g. "a snapshot name".
  std::string name(std::string_view what);
  bool at_name() const;
  // [d.]t
  TableName table();
  // A string literal or a `?`.
  std::string string(std::string_view what);
  // A whole number or a `?`.
  std::uint64_t number(std::string_view what);
  // Only blanks, comments and semicolons may follow.
  void end();

  void fail(std::string_view expected);
  void fail(protocol::SqlError error);
  bool failed() const { return error_.has_value(); }
  const std::optional<protocol::SqlError>& error() const { return error_; }

 private:
  void step();
  const Param* next_param();
  std::string text_param(std::string_view what);

  std::string_view sql_;
  Lexer lexer_;
  Placeholders placeholders_;
  std::span<const Param> params_;
  std::size_t used_params_ = 0;
  Token now_, after_;
  std::optional<protocol::SqlError> error_;
};

// MatrixOne's 1064 for a statement that stops making sense at `token`, with what was expected there.
protocol::SqlError syntax_error(std::string_view sql, const Token& token, std::string_view expected);

}  // namespace mogate::rewrite::sql
