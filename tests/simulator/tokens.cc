#include "tests/simulator/tokens.h"

#include <algorithm>
#include <cctype>

namespace mogate::simulator {
namespace {

char to_lower(char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); }
bool is_space(char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word(char c) {
  auto u = static_cast<unsigned char>(c);
  return std::isalnum(u) || c == '_' || c == '$' || u >= 0x80;
}

// Where blanks and comments that begin at `i` end. `/*!` and `/*+` are left to the tokens behind them.
std::size_t skip_blanks(std::string_view sql, std::size_t i) {
  while (i < sql.size()) {
    if (is_space(sql[i])) {
      ++i;
    } else if (sql[i] == '#' || (sql.substr(i, 2) == "--" && (i + 2 == sql.size() || is_space(sql[i + 2])))) {
      while (i < sql.size() && sql[i] != '\n') ++i;
    } else if (sql.substr(i, 2) == "/*") {
      auto close = sql.find("*/", i + 2);
      i = close == std::string_view::npos ? sql.size() : close + 2;
    } else {
      return i;
    }
  }
  return i;
}

std::size_t quoted_end(std::string_view sql, std::size_t i, bool backslash) {
  char quote = sql[i++];
  while (i < sql.size()) {
    if (backslash && sql[i] == '\\') {
      i += 2;
    } else if (sql[i] != quote) {
      ++i;
    } else if (i + 1 < sql.size() && sql[i + 1] == quote) {
      i += 2;
    } else {
      return i + 1;
    }
  }
  return sql.size();
}

std::size_t word_end(std::string_view sql, std::size_t i) {
  while (i < sql.size() && is_word(sql[i])) ++i;
  return i;
}

std::size_t number_end(std::string_view sql, std::size_t i) {
  while (i < sql.size() && (is_word(sql[i]) || sql[i] == '.')) ++i;
  return i;
}

std::size_t variable_end(std::string_view sql, std::size_t i) {
  if (i < sql.size() && (sql[i] == '`' || sql[i] == '\'' || sql[i] == '"')) return quoted_end(sql, i, false);
  while (i < sql.size() && (is_word(sql[i]) || sql[i] == '.')) ++i;
  return i;
}

Token next_token(std::string_view sql, std::size_t i) {
  auto make = [&](TokenKind kind, std::size_t end) {
    end = std::min(end, sql.size());
    return Token{kind, i, end, sql.substr(i, end - i)};
  };
  if (i >= sql.size()) return {TokenKind::end, sql.size(), sql.size(), {}};
  char c = sql[i];
  if (c == '`') return make(TokenKind::quoted_name, quoted_end(sql, i, false));
  if (c == '\'' || c == '"') return make(TokenKind::string, quoted_end(sql, i, true));
  if (sql.substr(i, 2) == "@@") return make(TokenKind::system_variable, variable_end(sql, i + 2));
  if (c == '@') return make(TokenKind::variable, variable_end(sql, i + 1));
  if (is_digit(c)) {
    auto end = word_end(sql, i);
    bool digits = std::all_of(sql.begin() + static_cast<std::ptrdiff_t>(i),
                              sql.begin() + static_cast<std::ptrdiff_t>(end), is_digit);
    // A name may begin with digits.
    return digits ? make(TokenKind::number, number_end(sql, i)) : make(TokenKind::word, end);
  }
  if (is_word(c)) return make(TokenKind::word, word_end(sql, i));
  return make(TokenKind::punctuation, i + 1);
}

}  // namespace

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), to_lower);
  return out;
}

bool iequals(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return to_lower(x) == to_lower(y); });
}

bool Token::is(std::string_view wanted) const {
  return (kind == TokenKind::word || kind == TokenKind::punctuation) && iequals(text, wanted);
}

std::string Token::name() const { return lower(kind == TokenKind::word ? std::string(text) : string()); }

std::string Token::string() const {
  if (text.size() < 2) return std::string(text);
  char quote = text.front();
  if (quote != '`' && quote != '\'' && quote != '"') return std::string(text);
  std::string out;
  for (std::size_t i = 1; i + 1 < text.size(); ++i) {
    char c = text[i];
    if (c == quote) {
      ++i;  // doubled
    } else if (c == '\\' && quote != '`' && i + 2 < text.size()) {
      c = text[++i];
      if (c == 'n') c = '\n';
      if (c == 't') c = '\t';
      if (c == '0') c = '\0';
    }
    out += c;
  }
  return out;
}

std::string quote_name(std::string_view name) {
  std::string out = "`";
  for (char c : name) out.append(c == '`' ? 2 : 1, c);
  return out + "`";
}

std::string quote_string(std::string_view value) {
  std::string out = "'";
  for (char c : value) {
    if (c == '\\' || c == '\'') out += '\\';
    if (c == '\0') {
      out += "\\0";
    } else {
      out += c;
    }
  }
  return out + "'";
}

std::vector<Token> tokenize(std::string_view sql) {
  std::vector<Token> tokens;
  std::size_t at = 0;
  do {
    tokens.push_back(next_token(sql, skip_blanks(sql, at)));
    at = tokens.back().end;
  } while (tokens.back().kind != TokenKind::end);
  return tokens;
}

Statement make_statement(std::string_view sql) { return {sql, 0, sql, tokenize(sql)}; }

std::vector<Statement> split(std::string_view packet) {
  std::vector<Statement> statements;
  std::size_t begin = 0;
  auto close = [&](std::size_t end) {
    auto first = std::min(skip_blanks(packet, begin), end);
    auto text = packet.substr(first, end - first);
    if (first < end) statements.push_back({packet, first, text, tokenize(text)});
  };
  for (const auto& token : tokenize(packet)) {
    if (!token.is(";") && token.kind != TokenKind::end) continue;
    close(token.begin);
    begin = token.end;
  }
  return statements;
}

bool Statement::begins(std::initializer_list<std::string_view> words) const {
  std::size_t i = 0;
  for (auto word : words) {
    if (i >= tokens.size() || !tokens[i++].is(word)) return false;
  }
  return true;
}

bool Statement::mentions(std::string_view word) const {
  return std::any_of(tokens.begin(), tokens.end(),
                     [&](const Token& t) { return t.is_name() && iequals(t.name(), word); });
}

Failure syntax_error_at(std::string_view whole, std::size_t previous_end, std::size_t token_end) {
  auto line = 1 + std::count(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(token_end), '\n');
  auto line_begin = token_end == 0 ? std::string_view::npos : whole.rfind('\n', token_end - 1);
  auto column = line_begin == std::string_view::npos ? token_end : token_end - line_begin - 1;
  return failure(
      protocol::errc::parse_error,
      "SQL parser error: You have an error in your SQL syntax; check the manual that corresponds to "
      "your MatrixOne server version for the right syntax to use. syntax error at line " +
          std::to_string(line) + " column " + std::to_string(column) + " near \"" +
          std::string(whole.substr(previous_end)) + "\";");
}

Failure syntax_error(const Statement& statement, std::size_t index) {
  const auto& tokens = statement.tokens;
  auto previous = index == 0 ? 0 : tokens[index - 1].end;
  if (index == 0) previous = tokens[0].begin;
  // At the statement's end the offending token is the ';' or the end of the packet.
  auto end = statement.offset + tokens[index].end;
  return syntax_error_at(statement.whole, statement.offset + previous, end);
}

const Token& Parser::peek(std::size_t ahead) const {
  return statement_.tokens[std::min(index_ + ahead, statement_.tokens.size() - 1)];
}

const Token& Parser::take() {
  const auto& token = peek();
  if (!at_end()) ++index_;
  return token;
}

bool Parser::accept(std::string_view word) {
  if (!peek().is(word)) return false;
  take();
  return true;
}

bool Parser::accept(std::initializer_list<std::string_view> words) {
  std::size_t i = 0;
  for (auto word : words) {
    if (!peek(i++).is(word)) return false;
  }
  index_ += words.size();
  return true;
}

void Parser::expect(std::string_view word) {
  if (!accept(word)) fail();
}

std::string Parser::expect_name() {
  if (!peek().is_name()) fail();
  return take().name();
}

std::string Parser::expect_string() {
  if (peek().kind != TokenKind::string) fail();
  return take().string();
}

void Parser::expect_end() {
  if (!at_end()) fail();
}

}  // namespace mogate::simulator
