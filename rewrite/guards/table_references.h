// The tables that an UPDATE or DELETE names, and which of them at a point in time.
#pragma once

#include "rewrite/sql/cursor.h"

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace mogate::rewrite {

struct TableReferences {
  bool several = false;            // joined or listed
  std::vector<std::string> names;  // last components, folded
  std::vector<std::string> past;   // those with {SNAPSHOT = …} or the like, and their aliases

  bool is_past(std::string_view name) const;
};

// "SNAPSHOT", "TIMESTAMP", "MO_TS" or "AS" if `t` is it, else "". A point in time only before '=', or "AS"
// before OF.
std::string_view point_kind(const sql::Token& t);

// At '(' before SELECT, WITH or VALUES: takes up to the matching ')'. False: it is something else.
bool skip_derived(sql::Cursor& in);

// A token as it is compared: names folded and without quotes, strings without quotes.
std::string normal_text(const sql::Token& t, sql::SqlMode mode);

// At '{': takes {SNAPSHOT = s}, {TIMESTAMP = t}, {MO_TS = n} or {AS OF TIMESTAMP t} and gives it in a form in
// which equal points are equal. Otherwise takes nothing and gives "".
std::string take_point(sql::Cursor& in);

// Takes tokens up to the first of `stops` outside parentheses, or the end. What derived tables read is left
// out.
TableReferences read_references(sql::Cursor& in, std::initializer_list<std::string_view> stops);

// At a.b or a.b.c: takes all but the last component and gives the one before it, folded.
std::string last_qualifier(sql::Cursor& in);

// Takes tokens up to and with the next ',' outside parentheses, but not over WHERE or FROM. `depth` counts
// them.
void skip_expression(sql::Cursor& in, int& depth);

}  // namespace mogate::rewrite
