// What a client's statements have changed in its session since the login or the last reset: what has to be
// put back by a COM_RESET_CONNECTION (session/reset.h).
#pragma once

#include "rewrite/dialect.h"
#include "rewrite/session/savepoints.h"
#include "rewrite/sql/cursor.h"

#include <string>
#include <string_view>
#include <vector>

namespace mogate::rewrite {

// True if the text may change the session. Never false for a text that does and that needs_look() lets pass;
// may be true for others. Allocates nothing. While there are savepoints every text has to be observed.
bool may_change_session(std::string_view sql) noexcept;

// True if one of the text's statements changes the active role, so that the one in force must be asked for
// first.
bool may_change_role(std::string_view sql, const Dialect& dialect);

class SessionChanges {
 public:
  // A session variable that was set. `doubtful`: MatrixOne may not even have it, its SET did not succeed as a
  // whole.
  struct Variable {
    std::string name;
    bool doubtful = false;
  };

  // `sql` is a whole text, of one statement or several, that went to the server: by COM_QUERY, or by
  // COM_STMT_PREPARE (then `perhaps`: what it would do is noted before it does). Noting too much is harmless,
  // so a text that reads differently under another sql_mode is read in all of them.
  void observe(std::string_view sql, const Dialect& dialect, Ran ran);
  // The current database became `name`: at login, by COM_INIT_DB.
  void note_database(std::string_view name) { database_ = name; }
  // A COM_STMT_EXECUTE that did not fail, or anything else that nobody looked at, may have changed data.
  void note_change() { savepoints_.note_change(); }
  // A text that is too long to be read began like this.
  void note_unseen(std::string_view beginning);
  // After a reset or COM_CHANGE_USER. The current database stays.
  void clear() { *this = SessionChanges(std::move(database_)); }

  SessionChanges() = default;

  // Why nobody can say what the session's state is; empty: it is known.
  const std::string& unknowable() const { return unknowable_; }
  const std::vector<Variable>& variables() const { return variables_; }
  const std::vector<std::string>& user_variables() const { return user_variables_; }  // as written, with '@'
  const std::vector<std::string>& prepared() const { return prepared_; }              // folded names
  const std::vector<sql::TableName>& temporary_tables() const { return temporary_tables_; }
  const std::string& database() const { return database_; }  // empty: none, or unknown
  bool role_changed() const { return role_changed_; }
  bool tables_locked() const { return tables_locked_; }  // LOCK TABLES, which locks nothing
  bool locks_taken() const { return locks_taken_; }      // GET_LOCK()
  const Savepoints& savepoints() const { return savepoints_; }

 private:
  explicit SessionChanges(std::string database) : database_(std::move(database)) {}

  struct Reading {
    const Dialect& dialect;
    sql::SqlMode mode;
    Ran ran;
    int depth = 0;  // of statements in PREPARE
  };
  void observe_all(std::string_view sql, const Reading& how);
  void observe_one(std::string_view statement, const Reading& how);
  void by_first_word(sql::Cursor& in, const Reading& how);
  void set(const sql::Cursor& in, Ran ran);
  void use(sql::Cursor& in, Ran ran);
  void prepare(sql::Cursor& in, const Reading& how);
  void deallocate(sql::Cursor& in);
  void create(sql::Cursor& in, const Reading& how);
  void anywhere(std::string_view statement, const Reading& how);
  void note_variable(std::string name, bool doubtful);
  void note_name(std::vector<std::string>& names, std::string name);
  void note_unknowable(std::string_view why);
  bool full();

  std::string unknowable_;
  std::string database_;
  std::vector<Variable> variables_;
  std::vector<std::string> user_variables_;
  std::vector<std::string> prepared_;
  std::vector<sql::TableName> temporary_tables_;
  Savepoints savepoints_;
  bool role_changed_ = false;
  bool tables_locked_ = false;
  bool locks_taken_ = false;
};

}  // namespace mogate::rewrite
