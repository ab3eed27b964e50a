// Watches a statement that is too long to be held: it is fed piece by piece while it streams to the backend.
#pragma once

#include "rewrite/guards/hazard_judge.h"
#include "rewrite/guards/write_watch.h"
#include "rewrite/sql/lexer.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace mogate::rewrite {

// Lexes over the borders of pieces and holds a few KiB at most: strings, comments and hex literals of any
// length are passed over. What is found doesn't depend on where the text is cut, and the first hazard sticks.
class HazardScanner {
 public:
  explicit HazardScanner(sql::SqlMode mode = {}, ReadOnlyTables read_only = {})
      : mode_(mode), judge_(mode), watch_(std::move(read_only), mode) {}

  // Takes the next piece of the text, in order. Returns the first hazard found so far.
  Hazard feed(std::string_view piece);
  // To be called after the last piece: what ends with the text is counted only now.
  Hazard finish();
  Hazard found() const noexcept {
    return judge_.found() == Hazard::none && watch_.refusal() ? Hazard::read_only : judge_.found();
  }
  // Of Hazard::read_only.
  const std::optional<protocol::SqlError>& refusal() const { return watch_.refusal(); }

 private:
  // What is being passed over; `refused`: MatrixOne's scanner takes none of the rest.
  enum class In : std::uint8_t { code, string, line_comment, block_comment, hex, refused };

  std::size_t pass_over(std::string_view s);
  std::size_t pass_string(std::string_view s);
  std::size_t pass_line(std::string_view s);
  std::size_t pass_block(std::string_view s);
  std::size_t pass_hex(std::string_view s);
  std::size_t passed(std::size_t length);

  void lex(bool last);
  bool is_whole(const sql::Token& t) const;
  void take(const sql::Token& t);
  std::size_t at_end(const sql::Lexer& lexer, std::size_t done, bool last);
  std::size_t at_refusal(const sql::Token& t, std::size_t done, bool last);
  std::size_t at_open(const sql::Lexer& lexer, bool last);
  std::size_t at_unfinished(const sql::Token& t, std::size_t done);
  std::size_t leave(In in, std::size_t content);
  std::size_t too_long(bool hint);
  void shorten_blanks(std::size_t from);

  sql::SqlMode mode_;
  HazardJudge judge_;
  WriteWatch watch_;
  In in_ = In::code;
  bool versioned_ = false;  // held_ begins inside /*! … */
  char quote_ = 0;          // what ends the string or hex literal; 0 for 0x…
  char last_ = 0;           // the quote, backslash or star that the piece before ended with, if it mattered
  std::string held_;        // from where the next token is looked for
};

}  // namespace mogate::rewrite
