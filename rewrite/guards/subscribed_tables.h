// Which tables subscriptions keep: clients may only read them (DESIGN 6).
#pragma once

#include "protocol/error.h"
#include "rewrite/sql/cursor.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace mogate::rewrite {

class SubscribedTables {
 public:
  // Those of one account.
  class Account {
   public:
    // The subscription that keeps `name`: a table, or with an empty table anything in the database; nullptr
    // if none does.
    const std::string* keeper_of(const sql::TableName& name) const;

   private:
    friend class SubscribedTables;
    // Folded names, with the subscription's. A whole database's has an empty table.
    std::map<std::string, std::map<std::string, std::string>> databases_;
  };

  // An empty table: all of the database, and what would be made in it.
  void add(std::uint32_t account_id, std::string_view database, std::string_view table,
           std::string_view subscription);
  bool empty() const { return accounts_.empty(); }
  const Account* of(std::uint32_t account_id) const;

 private:
  std::map<std::uint32_t, Account> accounts_;
};

// As far as they concern one session; without `tables` nothing does.
struct ReadOnlyTables {
  std::shared_ptr<const SubscribedTables::Account> tables;
  std::string database;  // the current one

  // The refusal of a change of `name`, which has an empty database for the current one; nullopt: it may be
  // changed.
  std::optional<protocol::SqlError> refusal(const sql::TableName& name) const;
};

// What a native statement is refused for; nullopt: it changes nothing that is kept. What routines that it
// calls and statements that it executes would change is not seen.
std::optional<protocol::SqlError> check_writes(std::string_view statement, sql::SqlMode mode,
                                               const ReadOnlyTables& read_only);

}  // namespace mogate::rewrite
