// Watches a statement that is too long to be held: it is fed piece by piece while it streams to the backend.
#pragma once

#include "rewrite/sql/lexer.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace mogate::rewrite {

// What a long text was found to hold; the proxy ends the backend leg if the session may not do that.
enum class Hazard : std::uint8_t {
  none,
  mo_ctl,         // the word outside strings and comments, or inside a rewrite hint: needs sys
  two_snapshots,  // refused for everyone (FINDINGS trap 3)
  extended,       // begins like one of the gateway's own statements, which are never this long
};

// Keeps the lexer's state over the borders of pieces. The first hazard sticks.
class HazardScanner {
 public:
  explicit HazardScanner(sql::SqlMode mode = {}) : mode_(mode) {}

  // Takes the next piece of the text, in order. Returns the worst found so far.
  Hazard feed(std::string_view piece);
  // To be called after the last piece: a word that ended the text is counted only now.
  Hazard finish();
  Hazard found() const noexcept { return found_; }

 private:
  enum class In : std::uint8_t { code, word, single, dbl, back, line_comment, block_comment, hint };

  void step(char c);
  void step_code(char c);
  void step_quoted(char c);
  void step_comment(char c);
  void begin_after(char c);
  void end_word();
  void statement_ends();
  void raise(Hazard h) {
    if (found_ == Hazard::none) found_ = h;
  }

  sql::SqlMode mode_;
  Hazard found_ = Hazard::none;
  In in_ = In::code;
  char prev_ = 0;         // the character before, within the same construct
  bool escaped_ = false;  // a backslash came before, in a string
  bool braces_ = false;   // the last token was '{': a following SNAPSHOT names a point in time
  std::uint32_t snapshots_ = 0;
  std::string word_;  // folded, at most kLongestWord
  std::string first_word_;
  std::string snapshot_names_;
};

}  // namespace mogate::rewrite
