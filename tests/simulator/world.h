// What all connections share: accounts with their servers, snapshots, the list of connections.
#pragma once

#include "tests/simulator/backend.h"
#include "tests/simulator/generation.h"
#include "tests/simulator/mariadb_instance.h"
#include "tests/simulator/switches.h"
#include "tests/simulator/users.h"

#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <shared_mutex>
#include <string>
#include <vector>

namespace mogate::simulator {

// Ids of a table, as mo_catalog.mo_tables shows them. `lineage` changes where rows stop being comparable: not
// at ALTER, but at TRUNCATE and DELETE without WHERE (FINDINGS, catalog).
struct TableIds {
  std::uint64_t rel_id = 0;
  std::uint64_t logical_id = 0;
  std::uint64_t lineage = 0;
  std::uint32_t version = 0;
};

// An account's MariaDB, started when first used. Snapshots hold on to it after the account is dropped.
class AccountServer {
 public:
  AccountServer(Spawner& spawner, std::filesystem::path template_dir, std::filesystem::path dir,
                std::string version, bool v4);

  const std::string& socket_path();
  std::unique_ptr<Backend> connect(bool found_rows = false);
  bool started();

  // InnoDB's table id -> MatrixOne's; guarded by the world's mutex.
  std::map<std::uint64_t, TableIds> ids;
  std::mutex barrier;                 // of MariaDB's commits
  std::mutex imports;                 // of hidden schemas
  std::shared_timed_mutex structure;  // a new snapshot against DDL, which share it

 private:
  Spawner& spawner_;
  std::filesystem::path template_dir_;
  std::filesystem::path dir_;
  std::string version_;
  bool v4_;
  std::mutex mutex_;
  std::unique_ptr<MariadbInstance> instance_;
};

struct Unsettled;
class ReadViews;

struct TableCopy {
  std::string name;
  bool view = false;
  std::string ddl;  // SHOW CREATE of the time; a snapshot's tables have it in text_of()
  TableIds ids;
  std::string hidden = {};                    // the schema that holds its rows, if that is not its database's
  std::string checksum = {};                  // of its rows; a history's tables have it
  std::shared_ptr<Unsettled> unsettled = {};  // a snapshot's tables have it
};

struct DatabaseCopy {
  std::string name;
  std::string hidden;  // the schema that holds the rows
  std::vector<TableCopy> tables = {};

  const TableCopy* find(std::string_view table) const;
};

struct AccountCopy {
  std::uint32_t account_id = 0;
  std::string account;
  std::string admin_name;
  Users users = {};
  std::shared_ptr<AccountServer> server = {};  // where the hidden schemas are
  std::vector<DatabaseCopy> databases = {};
  std::map<std::string, std::string> catalog = {};  // rows of mo_catalog: VALUES lists by table
  std::shared_ptr<ReadViews> views = {};            // a snapshot has them

  const DatabaseCopy* find(std::string_view database) const;
};

struct Snapshot {
  std::string id;  // uuid
  std::string name;
  std::string level;  // cluster, account, database, table
  std::string account;
  std::string database;
  std::string table;
  std::uint64_t object_id = 0;
  std::int64_t ts = 0;  // nanoseconds
  std::string kind = "user";
  std::vector<AccountCopy> accounts = {};
};
using SnapshotPtr = std::shared_ptr<const Snapshot>;

// A row of mo_catalog.mo_pitr.
struct Pitr {
  std::string id;  // uuid
  std::string name;
  std::uint32_t creator = 0;  // the account that made it, which alone sees it
  std::int64_t created = 0;   // nanoseconds
  std::int64_t modified = 0;
  std::string level;  // cluster, account, database, table
  std::uint32_t account_id = 0;
  std::string account;  // empty for the cluster's
  std::string database = {};
  std::string table = {};
  std::uint64_t object_id = 0;
  int length = 0;
  std::string unit;          // h, d, mo, y
  std::int64_t dropped = 0;  // when its object was, or 0
};

// A row of mo_catalog.mo_pubs.
struct Publication {
  std::uint32_t account_id = 0;
  std::string account;
  std::string name;
  std::string database;                  // * for all
  std::vector<std::string> tables = {};  // empty: all
  bool everyone = false;
  std::vector<std::string> accounts = {};
  std::string comment = {};
  std::string created = {};
  std::string updated = {};

  bool is_for(const std::string& other) const;
  std::string table_list() const;
  std::string account_list() const;
};

struct Account {
  std::uint32_t id = 0;
  std::string name;
  std::string admin_name;
  std::string created;
  std::string status = "open";
  std::string comments;
  Users users;
  std::shared_ptr<AccountServer> server;
  std::vector<SnapshotPtr> snapshots = {};         // in order of creation
  std::map<std::string, std::string> owners = {};  // database -> the role that made it
  std::mutex catalog_mutex = {};                   // one catalog refresh at a time
};
using AccountPtr = std::shared_ptr<Account>;

// What KILL and SHOW PROCESSLIST know of a connection.
struct ConnectionEntry {
  std::uint32_t id = 0;
  std::atomic<std::uint32_t> shown_id{0};  // SET CONNECTION ID changes this one only
  AccountPtr account = {};
  std::string user = {};
  std::string role = {};
  std::string host = {};
  std::string database = {};
  std::string info = {};  // the running statement
  PacketStream* client = nullptr;
  std::atomic<std::uint32_t> backend_thread{0};
  std::atomic<bool> running{false};
  std::atomic<bool> query_killed{false};
  std::atomic<bool> killed{false};
};

class Ccpr;
class Cdc;
class History;

struct SharedTable {
  std::uint32_t account_id = 0;
  std::string database;
  std::string table;
  auto operator<=>(const SharedTable&) const = default;
};

class World {
 public:
  explicit World(Options options);
  ~World();

  const Options options;

  // Guards accounts, users, snapshots, PITRs, ids and connections. Never held while a MariaDB is asked for
  // something that can wait for another session.
  std::mutex mutex;
  std::map<std::string, AccountPtr> accounts;  // by name
  std::vector<Pitr> pitrs;                     // in order of creation
  std::vector<Publication> publications;       // in order of creation
  std::set<SharedTable> shared;                // what CCPR has made; for the database itself without a table
  std::map<std::uint32_t, ConnectionEntry*> connections;

  AccountPtr find_account(const std::string& name);  // null if unknown; takes the mutex
  std::vector<AccountPtr> all_accounts();            // takes the mutex
  History& history() { return *history_; }           // what PITRs restore from
  Cdc& cdc() { return *cdc_; }
  Ccpr& ccpr() { return *ccpr_; }
  std::atomic<std::int64_t> last_change{0};      // time of the newest change of rows or tables
  std::atomic<std::int64_t> last_checkpoint{0};  // and of the newest checkpoint
  Switches switches;
  std::atomic<bool> down{false};  // nothing that goes on by itself does
  std::atomic<std::uint64_t> changes{
      1};  // rises with each committed statement that may have changed something
  AccountPtr add_account(const std::string& name, Users users, const std::string& admin);
  bool remove_account(const std::string& name);  // false if there is none; ends its connections

  std::uint32_t next_connection_id() { return ++last_connection_; }
  std::uint64_t next_table_id() { return ++last_table_id_; }
  std::uint64_t next_hidden_id() { return ++last_hidden_; }
  std::int64_t next_timestamp();  // nanoseconds, strictly rising

  void kill(std::uint32_t id, bool only_query);
  void end_connections();  // all of them

  // RESTORE against CREATE and DROP TABLE (FINDINGS, trap 6: on 4.2 the whole cluster's wait).
  void enter_restore();
  void leave_restore();
  void wait_for_restores(const ConnectionEntry& waiter);

  static std::string now_text();

 private:
  std::filesystem::path dir_;
  Spawner spawner_;
  std::atomic<std::uint32_t> last_connection_{0};
  std::atomic<std::uint64_t> last_table_id_{272000};
  std::atomic<std::uint64_t> last_hidden_{0};
  std::uint32_t next_account_ = 0;
  std::int64_t last_ts_ = 0;
  std::mutex restore_mutex_;
  std::condition_variable restore_done_;
  int restores_ = 0;
  std::unique_ptr<History> history_;
  std::unique_ptr<Cdc> cdc_;
  std::unique_ptr<Ccpr> ccpr_;
};

}  // namespace mogate::simulator
