#include "rewrite/digest.h"

#include "rewrite/native_kind.h"
#include "rewrite/sql/characters.h"

#include <array>
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

enum class Byte : std::uint8_t { plain, word, digit, quote, difficult };

constexpr std::array<Byte, 256> byte_kinds() {
  std::array<Byte, 256> kinds{};
  for (unsigned i = 0; i < kinds.size(); ++i) {
    auto c = static_cast<char>(i);
    if (sql::is_ascii_letter(c) || sql::is_high(c)) kinds[i] = Byte::word;
    if (sql::is_digit(c)) kinds[i] = Byte::digit;
    if (c == '\'' || c == '"') kinds[i] = Byte::quote;
    // What begins a comment, escapes, or quotes in other ways.
    if (c == '\\' || c == '#' || c == '$' || c == '`' || c == '@') kinds[i] = Byte::difficult;
  }
  return kinds;
}
constexpr auto kBytes = byte_kinds();

bool begins_comment(char c, char next) {
  return (c == '-' && next == '-') || (c == '/' && (next == '*' || next == '/'));
}

// `sql`, of at most kDigestInput bytes, with one byte for each number and string; returns its size, or 0
// where it is not as simple as that.
std::size_t write_skeleton(std::string_view sql, char* out) {
  std::size_t size = 0;
  for (std::size_t i = 0; i < sql.size(); ++i) {
    char c = sql[i];
    auto kind = kBytes[static_cast<unsigned char>(c)];
    if (kind == Byte::difficult || begins_comment(c, i + 1 < sql.size() ? sql[i + 1] : ' ')) return 0;
    out[size++] = c;
    if (kind == Byte::quote) {
      auto end = sql.find(c, i + 1);  // a doubled one begins another, which is as good
      auto string = sql.substr(i, end - i);
      if (end == std::string_view::npos || string.find('\\') != std::string_view::npos) return 0;
      i = end;
    } else if (kind == Byte::digit) {
      out[size - 1] = '0';
      while (i + 1 < sql.size() && (sql::is_digit(sql[i + 1]) || sql[i + 1] == '.')) ++i;
      // 1e5, 0x1f, or a name that begins so.
      if (i + 1 < sql.size() && kBytes[static_cast<unsigned char>(sql[i + 1])] == Byte::word) return 0;
    } else if (kind == Byte::word) {
      for (; i + 1 < sql.size(); out[size++] = sql[++i]) {
        auto next = kBytes[static_cast<unsigned char>(sql[i + 1])];
        if (next != Byte::word && next != Byte::digit) break;
      }
    }
  }
  return size;
}

}  // namespace

std::uint64_t digest_key(std::string_view sql) noexcept {
  bool cut = sql.size() > kDigestInput;
  sql = sql.substr(0, kDigestInput);
  std::array<char, kDigestInput> skeleton;
  auto size = write_skeleton(sql, skeleton.data());
  auto hash = hash_of(size == 0 ? sql : std::string_view(skeleton.data(), size));
  return hash + cut * 2U + (size == 0);
}

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
