// Tokens of SQL text, and a parser's view of them that reports syntax errors in MatrixOne's words.
#pragma once

#include "tests/simulator/failure.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mogate::simulator {

enum class TokenKind { word, quoted_name, string, number, variable, system_variable, punctuation, end };

struct Token {
  TokenKind kind = TokenKind::end;
  std::size_t begin = 0;
  std::size_t end = 0;
  std::string_view text = {};  // as written

  bool is(std::string_view word_or_sign) const;  // case-insensitive; a quoted name is never a keyword
  bool is_name() const { return kind == TokenKind::word || kind == TokenKind::quoted_name; }
  std::string name() const;    // unquoted, lower case
  std::string string() const;  // a literal's value
};

// One statement of a packet, with the rest of the packet that error texts quote.
struct Statement {
  std::string_view whole = {};  // the packet's text
  std::size_t offset = 0;       // of `text` in `whole`
  std::string_view text = {};
  std::vector<Token> tokens = {};  // offsets into `text`; the last one is the end token

  bool begins(std::initializer_list<std::string_view> words) const;
  bool mentions(std::string_view word) const;
};

std::vector<Token> tokenize(std::string_view sql);
Statement make_statement(std::string_view sql);
std::vector<Statement> split(std::string_view packet);

std::string lower(std::string_view text);
bool iequals(std::string_view a, std::string_view b);
std::string quote_name(std::string_view name);     // `x`
std::string quote_string(std::string_view value);  // 'x'

// 1064 with the position as MatrixOne gives it: the column is where the offending token ends, the quoted rest
// begins where the token before it ended.
Failure syntax_error(const Statement& statement, std::size_t token_index);
Failure syntax_error_at(std::string_view whole, std::size_t previous_end, std::size_t token_end);

// Walks over a statement's tokens; expect_* throw syntax_error.
class Parser {
 public:
  explicit Parser(const Statement& statement) : statement_(statement) {}

  const Token& peek(std::size_t ahead = 0) const;
  bool at_end() const { return peek().kind == TokenKind::end; }
  bool accept(std::string_view word);
  bool accept(std::initializer_list<std::string_view> words);  // all of them or none
  void expect(std::string_view word);
  std::string expect_name();
  std::string expect_string();
  void expect_end();
  const Token& take();
  [[noreturn]] void fail() const { throw syntax_error(statement_, index_); }
  std::size_t index() const { return index_; }
  const Statement& statement() const { return statement_; }

 private:
  const Statement& statement_;
  std::size_t index_ = 0;
};

}  // namespace mogate::simulator
