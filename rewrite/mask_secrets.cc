#include "rewrite/mask_secrets.h"

#include "rewrite/mask_uris.h"
#include "rewrite/native_kind.h"
#include "rewrite/sql/characters.h"

#include <algorithm>
#include <array>

namespace mogate::rewrite {
namespace {

using sql::Lexer;
using sql::SqlMode;
using sql::Token;
using sql::TokenKind;

constexpr std::array<std::string_view, 12> kSecretNames{"password", "passwd",      "pwd",        "secret",
                                                        "token",    "credential",  "access_key", "api_key",
                                                        "apikey",   "private_key", "passphrase", "aws_key"};

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = sql::to_lower(c);
  return out;
}

bool names_secret(std::string_view text) {
  auto folded = lower(text);
  return std::any_of(kSecretNames.begin(), kSecretNames.end(),
                     [&](auto name) { return folded.find(name) != std::string::npos; });
}

// A string with such a name and something behind it: JSON, options, the query of a uri.
bool holds_secret(std::string_view text) {
  return names_secret(text) && text.find_first_of("=:") != std::string_view::npos;
}

bool is_literal(TokenKind kind) {
  return kind == TokenKind::string || kind == TokenKind::number || kind == TokenKind::hex_or_bit;
}

bool only_blanks(std::string_view text) { return std::all_of(text.begin(), text.end(), sql::is_blank); }

class Masker {
 public:
  Masker(std::string_view sql, SqlMode mode) : sql_(sql), lexer_(sql, mode) {}

  std::string run() {
    auto token = lexer_.next();
    for (; !token.is_end(); token = lexer_.next()) add(token);
    if (token.kind == TokenKind::bad) out_ += " ...";
    return mask_uris(out_);
  }

 private:
  void add(const Token& token) {
    auto gap = sql_.substr(end_, token.begin - end_);
    if (only_blanks(gap)) {
      out_ += gap;
    } else if (!out_.empty()) {
      out_ += ' ';
    }
    end_ = token.end;
    bool hidden = is_literal(token.kind) ? is_secret(token) : token.kind == TokenKind::hint;
    out_ += hidden ? std::string_view(token.kind == TokenKind::hint ? "" : "'***'") : token.text;
    note(token);
  }

  bool is_secret(const Token& token) const { return armed_ || before_.is("BY") || holds_secret(token.text); }

  // Whether literals that follow are secrets.
  void note(const Token& token) {
    if (token.is(',') || token.is(';')) {
      armed_ = false;
    } else if (is_literal(token.kind)) {
      bool value = before_.is('=') || before_.is(':') || before_.is('(') || before_.is("BY") ||
                   before_.is("AS") || before_named_;
      if (armed_ && value) armed_ = false;
    }
    bool name = token.kind != TokenKind::number && token.kind != TokenKind::hint && names_secret(token.text);
    before_named_ = name || token.is("REPLACE");
    if (name || token.is("IDENTIFIED") || token.is("REPLACE")) armed_ = true;
    if (before_.is("REPLACE") && !is_literal(token.kind)) armed_ = false;  // REPLACE INTO, REPLACE(…)
    before_ = token;
  }

  std::string_view sql_;
  Lexer lexer_;
  std::string out_;
  std::size_t end_ = 0;  // of the last token
  Token before_;
  bool armed_ = false;
  bool before_named_ = false;  // the last token is such a name
};

}  // namespace

std::string mask_secrets(std::string_view sql, SqlMode mode) {
  mode.ansi_quotes = mode.no_backslash_escapes = false;
  auto masked = Masker(sql, mode).run();
  if (sql.find('\\') == std::string_view::npos) return masked;
  mode.no_backslash_escapes = true;
  if (Masker(sql, mode).run() == masked) return masked;
  return std::string(native_kind(sql)).append(" ...");
}

}  // namespace mogate::rewrite
