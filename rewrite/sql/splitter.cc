#include "rewrite/sql/splitter.h"

namespace mogate::rewrite::sql {
namespace {

// Follows BEGIN … END blocks, whose semicolons don't end the statement. BEGIN; and BEGIN WORK|TRANSACTION are
// no block; CASE has an END of its own; END IF, END LOOP, END WHILE and END REPEAT close what was not
// counted.
class Blocks {
 public:
  void on_token(const Token& t, bool first_of_statement) {
    if (after_end_ && uncounted(t)) return void(after_end_ = false);
    if (after_end_) close(t);
    if (maybe_block_) open(t);
    follow_task(t, first_of_statement);
    if (t.is("BEGIN") && (first_of_statement || depth_ > 0 || task_ == Task::body)) maybe_block_ = true;
    if (depth_ == 0) return;
    if (t.is("CASE") && !closing_case_) ++depth_;
    closing_case_ = false;
    if (t.is("END")) after_end_ = true;
  }
  // A ';' ends the statement unless it is inside a block.
  bool at_semicolon() {
    if (after_end_) --depth_;
    after_end_ = maybe_block_ = false;
    return depth_ == 0;
  }

 private:
  // CREATE TASK … AS BEGIN
  enum class Task { no, verb, task, body };

  void follow_task(const Token& t, bool first_of_statement) {
    if (first_of_statement) {
      task_ = t.is("CREATE") ? Task::verb : Task::no;
    } else if (task_ == Task::verb) {
      task_ = t.is("TASK") ? Task::task : Task::no;
    } else if (task_ != Task::no && !t.is("BEGIN")) {
      task_ = t.is("AS") ? Task::body : Task::task;
    }
  }
  static bool uncounted(const Token& t) {
    return t.is("IF") || t.is("LOOP") || t.is("WHILE") || t.is("REPEAT");
  }
  void close(const Token& t) {
    after_end_ = false;
    --depth_;
    closing_case_ = t.is("CASE");
  }
  void open(const Token& t) {
    maybe_block_ = false;
    if (!t.is("WORK") && !t.is("TRANSACTION")) ++depth_;
  }

  Task task_ = Task::no;
  int depth_ = 0;
  bool maybe_block_ = false;   // the last token was BEGIN
  bool after_end_ = false;     // the last token was END
  bool closing_case_ = false;  // this token is the CASE of END CASE
};

}  // namespace

std::vector<Part> split(std::string_view sql, SqlMode mode) {
  std::vector<Part> parts;
  Lexer lexer(sql, mode);
  Blocks blocks;
  std::size_t start = 0;  // after the last ';'
  bool empty = true;
  for (Token t = lexer.next();; t = lexer.next()) {
    bool ends = t.kind == TokenKind::end || (t.is(';') && blocks.at_semicolon());
    if (ends) {
      auto blank = sql.find_first_not_of(" \t\r\n", start);
      if (!empty) parts.push_back({blank, sql.substr(blank, t.begin - blank)});
      start = t.end;
      empty = true;
    } else {
      if (!t.is(';')) blocks.on_token(t, empty);
      // A hint alone is no statement.
      empty = empty && t.kind == TokenKind::hint;
    }
    if (t.kind == TokenKind::end) return parts;
    if (t.kind == TokenKind::bad) {
      auto blank = sql.find_first_not_of(" \t\r\n", start);
      parts.push_back({blank, sql.substr(blank)});
      return parts;
    }
  }
}

}  // namespace mogate::rewrite::sql
