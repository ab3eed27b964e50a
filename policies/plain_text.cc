#include "policies/plain_text.h"

#include "rewrite/sql/characters.h"
#include "rewrite/sql/quoting.h"

#include <algorithm>

namespace mogate::policies {
namespace {

using rewrite::sql::Token;
using rewrite::sql::TokenKind;
namespace sql = rewrite::sql;

bool is_value(TokenKind kind) {
  return kind == TokenKind::string || kind == TokenKind::number || kind == TokenKind::hex_or_bit ||
         kind == TokenKind::placeholder;
}

bool is_plain_name(std::string_view name) {
  return !name.empty() && !sql::is_digit(name[0]) && std::all_of(name.begin(), name.end(), [](char c) {
    return sql::is_ascii_letter(c) || sql::is_digit(c) || sql::is_high(c);
  });
}

class Writer {
 public:
  Writer(sql::SqlMode mode, Literals literals) : mode_(mode), literals_(literals) {}

  void add(const Token& t) {
    if (t.kind == TokenKind::hint && literals_ != Literals::as_written) return;
    if (is_value(t.kind) && literals_ == Literals::as_marks) return add_mark();
    bool joined = out_.empty() || glue_ || t.is(',') || t.is('.') || t.is(')') || t.is(';');
    if (!joined) out_ += ' ';
    append(t);
    glue_ = t.is('(') || t.is('.');
  }

  std::string take() { return std::move(out_); }

 private:
  void add_mark() {
    // "?, ?" and "(?), (?)" tell no more than one of them.
    if (out_.ends_with("?,")) {
      out_.pop_back();
    } else {
      if (!out_.empty() && !glue_) out_ += ' ';
      out_ += '?';
    }
    glue_ = false;
  }

  void append(const Token& t) {
    if (literals_ == Literals::as_written) {
      out_ += t.text;
    } else if (t.kind == TokenKind::quoted_word) {
      auto name = sql::unquote(t, mode_);
      out_ += is_plain_name(name) ? sql::fold(name) : sql::quote_name(name);
    } else if (t.kind == TokenKind::string) {
      out_ += sql::quote_string(sql::unquote(t, mode_));
    } else {
      out_ += sql::fold(t.text);
    }
    if (literals_ == Literals::as_marks && out_.ends_with("(?), (?)")) out_.resize(out_.size() - 5);
  }

  std::string out_;
  sql::SqlMode mode_;
  Literals literals_;
  bool glue_ = false;  // nothing between the last token and the next
};

}  // namespace

std::string plain_text(std::string_view statement, sql::SqlMode mode, Literals literals) {
  Writer writer(mode, literals);
  sql::Lexer lexer(statement, mode);
  for (auto t = lexer.next(); !t.is_end(); t = lexer.next()) writer.add(t);
  return writer.take();
}

}  // namespace mogate::policies
