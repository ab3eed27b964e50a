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
  // False ends it.
  using Each = std::function<bool(Flag, const rewrite::CopiedRow&)>;

  std::optional<protocol::SqlError> read(Link& upstream);
  std::optional<protocol::SqlError> for_each(Link& upstream, const Each& each) const;
  bool empty() const { return held_ && rows_.empty(); }
  // So far as they are held.
  bool has_updates() const { return has_updates_; }
  std::size_t held_rows() const { return rows_.size(); }
  bool held() const { return held_; }

 private:
  struct Stored {
    Flag flag;
    std::string bytes;
    std::vector<std::int64_t> lengths;  // -1 is NULL
  };
  std::optional<protocol::SqlError> stream(Link& upstream, const Each& each) const;
  static Stored store(Flag flag, const rewrite::CopiedRow& row);

  std::string sql_;
  const rewrite::TableDefinition& definition_;
  std::size_t most_bytes_;
  std::vector<Stored> rows_;
  bool held_ = true, has_updates_ = false;
};

}  // namespace mogate::proxy
