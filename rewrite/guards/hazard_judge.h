// What a statement too long to be held was found to be, token by token. Stricter than recognise_guarded():
// where facts or the text would have to be looked at, it says `extended`.
#pragma once

#include "rewrite/sql/lexer.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace mogate::rewrite {

// What a long text was found to hold; the proxy ends the backend leg if the session may not do that.
enum class Hazard : std::uint8_t {
  none,
  mo_ctl,  // mo_ctl or its like (sys_functions.h) outside strings and comments, or in a hint: needs sys
  two_snapshots,  // refused for everyone (FINDINGS trap 3)
  read_only,      // changes a table that a subscription keeps (WriteWatch)
  extended,       // begins like one of the gateway's own or guarded statements, which are never this long
};

class HazardJudge {
 public:
  // Names, numbers and hints longer than this are a hazard of their own.
  static constexpr std::size_t kLongest = 4096;

  explicit HazardJudge(sql::SqlMode mode) : mode_(mode) {}

  // The next token; a string that was passed over comes without text.
  void take(const sql::Token& token);
  // Instead of a token that is longer than kLongest and no string.
  void take_too_long(bool hint) { raise(hint ? Hazard::mo_ctl : Hazard::extended); }
  // After the last token.
  void end();
  Hazard found() const noexcept { return found_; }

 private:
  // What the statement is, as far as that matters.
  enum class Verb : std::uint8_t {
    undecided,
    explain,
    with,
    prepare,
    set,
    create,
    alter,
    erase,  // DELETE
    update,
    insert,
    ddl,
    begin,
    show,
    other
  };
  enum class Point : std::uint8_t { outside, opened, named, inside };

  void raise(Hazard hazard) {
    if (found_ == Hazard::none) found_ = hazard;
  }
  void look_for_sys_function(const sql::Token& t);
  void decide(const sql::Token& t);
  void go_on(const sql::Token& t);
  void in_head(const sql::Token& t);
  void in_prepare(const sql::Token& t);
  void in_create(const sql::Token& t);
  void follow_point(const sql::Token& t);
  void point_begins();
  void point_ends();
  void statement_ends();

  // Of the statement that is being read.
  struct Statement {
    Verb verb = Verb::undecided;
    int depth = 0;          // of parentheses
    int after_prepare = 0;  // tokens
    bool head = true;       // before an INSERT's rows, an UPDATE's SET, a DELETE's WHERE, what a CREATE holds
    bool view = false;      // its strings count
    bool callable = false;  // the last token was the name of a function that is for sys
    bool remapping = false;   // the last token named a variable that only sys may set
    bool row_by_row = false;  // a DELETE that is no TRUNCATE inside
    bool table = false;       // CREATE TABLE or DATABASE
    bool name_next = false;   // there, the next word is a name
    Point point = Point::outside;
    std::string_view point_kind;  // a literal
    std::string reading;          // the point that is being read
    std::string first_point;
    std::string hints;
  };

  sql::SqlMode mode_;
  Hazard found_ = Hazard::none;
  Statement now_;
};

}  // namespace mogate::rewrite
