#include "rewrite/digest.h"

#include "rewrite/native_kind.h"
#include "rewrite/sql/characters.h"

#include <cstring>
#include <vector>

namespace mogate::rewrite {
namespace {

using sql::Lexer;
using sql::SqlMode;
using sql::Token;
using sql::TokenKind;

constexpr std::string_view kMore = "?, ...";

bool is_value(TokenKind kind) {
  return kind == TokenKind::string || kind == TokenKind::number || kind == TokenKind::hex_or_bit ||
         kind == TokenKind::placeholder;
}

class Writer {
 public:
  explicit Writer(std::size_t limit) : limit_(limit) {}

  bool full() const { return out_.size() >= limit_; }

  void add(const Token& token) {
    if (is_value(token.kind)) return add_value();
    if (token.kind == TokenKind::hint) return;
    if (token.is(')')) return close();
    space_before(token);
    if (token.is('(')) open_.push_back(out_.size());
    auto from = out_.size();
    out_ += token.text;
    if (token.kind == TokenKind::word || token.kind == TokenKind::system_variable)
      for (auto i = from; i < out_.size(); ++i) out_[i] = sql::to_lower(out_[i]);
    glue_ = token.is('(') || token.is('.');
  }

  // Behind the last token. Of a text that was cut short the list that it ends in is left out.
  std::string take(bool cut) {
    if (!cut) return std::move(out_);
    trim();
    if (!open_.empty() && (out_.ends_with(kMore) || out_.ends_with("?") || out_.ends_with("(")))
      out_.resize(open_.back());
    trim();
    return std::move(out_ += " ...");
  }

 private:
  void space_before(const Token& token) {
    bool joined = token.is(',') || token.is('.') || token.is(';') || glue_ || out_.empty();
    if (!joined) out_ += ' ';
  }

  void trim() {
    while (!out_.empty() && (out_.back() == ' ' || out_.back() == ',')) out_.pop_back();
  }

  void add_value() {
    // "1, 2" and "1, 2, 3" alike.
    if (out_.ends_with(kMore) || out_.ends_with(", ...,")) {
      if (out_.back() == ',') out_.pop_back();
    } else if (out_.ends_with("?,")) {
      out_ += " ...";
    } else {
      if (!glue_ && !out_.empty()) out_ += ' ';
      out_ += '?';
    }
    glue_ = false;
  }

  // Of rows of values that are alike only the first one stays.
  void close() {
    out_ += ')';
    glue_ = false;
    if (open_.empty()) return;
    auto begin = open_.back();
    open_.pop_back();
    auto row = std::string_view(out_).substr(begin);
    if (!row.starts_with("(?")) return;
    auto before = std::string_view(out_).substr(0, begin);
    if (!before.ends_with(", ")) return;
    before.remove_suffix(2);
    if (before.ends_with(row)) out_.resize(before.size());
  }

  std::string out_;
  const std::size_t limit_;
  std::vector<std::size_t> open_;  // where the open parentheses stand
  bool glue_ = false;              // nothing between the last token and the next
};

std::string normalised(std::string_view sql, SqlMode mode, std::size_t limit) {
  bool cut = sql.size() > kDigestInput;
  Lexer lexer(sql.substr(0, kDigestInput), mode);
  Writer writer(limit);
  auto token = lexer.next();
  for (; !token.is_end() && !writer.full(); token = lexer.next()) writer.add(token);
  return writer.take(cut || token.kind != TokenKind::end);
}

std::uint64_t load(const char* at, std::size_t size) {
  std::uint64_t bits = 0;
  std::memcpy(&bits, at, size);
  return bits;
}

}  // namespace

std::uint64_t hash_of(std::string_view text) noexcept {
  constexpr std::uint64_t kPrime = 0x9E3779B97F4A7C15;
  std::uint64_t hash = text.size() * kPrime;
  auto mix = [&hash](std::uint64_t bits) {
    hash = (hash ^ bits) * kPrime;
    hash ^= hash >> 32;
  };
  while (text.size() >= sizeof(std::uint64_t)) {
    mix(load(text.data(), sizeof(std::uint64_t)));
    text.remove_prefix(sizeof(std::uint64_t));
  }
  if (!text.empty()) mix(load(text.data(), text.size()));
  return (hash ^ hash >> 29) * kPrime;
}

Digest digest(std::string_view sql, SqlMode mode, std::size_t limit) {
  mode.ansi_quotes = mode.no_backslash_escapes = false;
  Digest digest;
  digest.text = normalised(sql, mode, limit);
  if (sql.substr(0, kDigestInput).find('\\') != std::string_view::npos) {
    mode.no_backslash_escapes = true;
    if (normalised(sql, mode, limit) != digest.text)
      digest.text = std::string(native_kind(sql)).append(" ...");
  }
  digest.hash = hash_of(digest.text);
  return digest;
}

}  // namespace mogate::rewrite
