// What DATA BRANCH DIFF gives, read once into memory if it fits and else asked for again each time.
#pragma once

#include "proxy/subscription/link.h"
#include "rewrite/subscription/row_batches.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace mogate::proxy {

class DiffRows {
 public:
  // `definition` outlives it.
  DiffRows(std::string sql, const rewrite::TableDefinition& definition, std::size_t most_bytes)
      : sql_(std::move(sql)), definition_(definition), most_bytes_(most_bytes) {}

  enum class Flag : char { insert = 'I', update = 'U', removal = 'D' };

  // One pass over the rows; `rows` and `upstream` outlive it.
  class Pass {
   public:
    Pass(const DiffRows& rows, Link& upstream);
    // The next row, until nullptr: then all were given, or error() says why not.
    const rewrite::CopiedRow* next();
    Flag flag() const { return flag_; }
    const std::optional<protocol::SqlError>& error() const { return error_; }

   private:
    const rewrite::CopiedRow* next_held();

    const DiffRows& rows_;
    Link& upstream_;
    std::optional<RowReader> reader_;
    std::vector<std::size_t> order_;  // where each column stands in the answer
    std::size_t at_ = 0;
    Flag flag_ = Flag::insert;
    rewrite::CopiedRow row_;
    std::optional<protocol::SqlError> error_;
  };

  std::optional<protocol::SqlError> read(Link& upstream);
  bool empty() const { return held_ && rows_.empty(); }
  bool held() const { return held_; }
  // So far as they are held.
  bool has_updates() const { return has_updates_; }
  std::size_t held_rows() const { return rows_.size(); }

 private:
  struct Stored {
    Flag flag;
    std::string bytes;
    std::vector<std::int64_t> lengths;  // -1 is NULL
  };
  static Stored store(Flag flag, const rewrite::CopiedRow& row);

  std::string sql_;
  const rewrite::TableDefinition& definition_;
  std::size_t most_bytes_;
  std::vector<Stored> rows_;
  bool held_ = false, has_updates_ = false;
};

}  // namespace mogate::proxy
