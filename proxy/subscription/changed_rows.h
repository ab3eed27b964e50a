// What changed in a table: as DATA BRANCH DIFF gives it, or as two ordered reads compared do. Read once into
// memory if it fits; a DIFF that does not is asked for again at each pass.
#pragma once

#include "proxy/subscription/link.h"
#include "rewrite/subscription/row_batches.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace mogate::proxy {

class ChangedRows {
 public:
  // `definition` outlives it.
  ChangedRows(const rewrite::TableDefinition& definition, std::size_t most_bytes)
      : definition_(definition), most_bytes_(most_bytes) {}

  enum class Flag : char { insert = 'I', update = 'U', removal = 'D' };

  // One pass over the rows, which are held or a DIFF's; `rows` and `upstream` outlive it.
  class Pass {
   public:
    Pass(const ChangedRows& rows, Link& upstream);
    // The next row, until nullptr: then all were given, or error() says why not.
    const rewrite::CopiedRow* next();
    Flag flag() const { return flag_; }
    const std::optional<protocol::SqlError>& error() const { return error_; }

   private:
    const rewrite::CopiedRow* next_held();

    const ChangedRows& rows_;
    Link& upstream_;
    std::optional<RowReader> reader_;
    std::vector<std::size_t> order_;  // where each column stands in the answer
    std::size_t at_ = 0;
    Flag flag_ = Flag::insert;
    rewrite::CopiedRow row_;
    std::optional<protocol::SqlError> error_;
  };

  // `sql`: a DATA BRANCH DIFF.
  std::optional<protocol::SqlError> read_diff(Link& upstream, std::string sql);
  // Both read upstream_sql::ordered_rows(). Changes that do not fit are not held, and cannot be passed over.
  std::optional<protocol::SqlError> compare(RowReader was, RowReader is, const Link& downstream,
                                            const Link& upstream);
  // Each runs an upstream_sql::select_rows(), in whatever order: held() means that their rows are equal.
  std::optional<protocol::SqlError> compare_all(Link& downstream, std::string_view was, Link& upstream,
                                                std::string_view is);
  rewrite::RowSource source() const {
    return sql_.empty() ? rewrite::RowSource::select : rewrite::RowSource::diff;
  }
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
  // False: it does not fit any more.
  bool hold(Flag flag, const rewrite::CopiedRow& row);

  std::string sql_;
  const rewrite::TableDefinition& definition_;
  std::size_t most_bytes_;
  std::vector<Stored> rows_;
  std::size_t bytes_ = 0;
  bool held_ = false, has_updates_ = false;
};

}  // namespace mogate::proxy
