// Watches a statement that is too long to be held for a change of a table that subscriptions keep. Stricter
// than check_writes(): but for INSERT and REPLACE, naming one in a statement that changes something is
// enough.
#pragma once

#include "rewrite/guards/subscribed_tables.h"
#include "rewrite/sql/lexer.h"

#include <cstdint>
#include <optional>
#include <string>

namespace mogate::rewrite {

class WriteWatch {
 public:
  WriteWatch() = default;
  WriteWatch(ReadOnlyTables read_only, sql::SqlMode mode) : read_only_(std::move(read_only)), mode_(mode) {}

  // The next token; a string that was passed over comes without text.
  void take(const sql::Token& token);
  // The first one sticks.
  const std::optional<protocol::SqlError>& refusal() const { return refusal_; }

 private:
  enum class Statement : std::uint8_t {
    begins,
    may_write,  // its verb may yet come: WITH, EXPLAIN ANALYZE, PREPARE
    insert,     // its table comes next
    writes,
    use,
    passed  // nothing further matters
  };

  Statement begin(const sql::Token& t) const;
  void look_at(std::string name);

  ReadOnlyTables read_only_;
  sql::SqlMode mode_;
  Statement statement_ = Statement::begins;
  bool behind_dot_ = false;
  bool of_database_ = false;  // DROP DATABASE d
  std::string name_;          // the last one
  std::optional<protocol::SqlError> refusal_;
};

}  // namespace mogate::rewrite
