// One logged-in connection: its identity, its MariaDB connection and its prepared statements.
#pragma once

#include "protocol/constants.h"
#include "protocol/messages.h"
#include "tests/simulator/tokens.h"
#include "tests/simulator/world.h"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace mogate::simulator {

// What a statement does to a table's ids (FINDINGS, catalog).
struct TableChange {
  enum class Kind {
    none,
    renewed,
    copied,
    altered
  } kind = Kind::none;  // TRUNCATE and full DELETE; ALTER by copy
  std::string database = {};
  std::string table = {};
  std::string renamed_to = {};
};

// A table of a snapshot that is read where it is, through the snapshot's views.
struct HeldTable {
  SnapshotPtr snapshot = {};
  const AccountCopy* copy = nullptr;  // the snapshot's
  const TableCopy* table = nullptr;
};

// A statement for MariaDB, and what must be changed in its answer.
struct Query {
  std::string sql;
  std::vector<std::pair<std::string, std::string>> renames = {};  // in names of columns
  std::map<std::string, std::string> hidden = {};                 // hidden schema -> the name shown
  bool handmade = false;  // VARCHAR as 15, TEXT as 241: results MatrixOne makes without a plan
  bool diff = false;      // DATA BRANCH DIFF: two such columns, then the table's without its name
  std::set<std::string> ordinals = {};  // ENUM columns of a diff
  std::set<std::string> texts = {};     // columns of what is handmade that are TEXT whatever their length
  std::set<std::string> catalog = {};   // tables of mo_catalog that it reads: refreshed first
  bool reads = true;                    // a query (its unknown table is 1064 on 3.0), not DML
  TableChange change = {};
  std::optional<std::uint64_t> affected = {};  // instead of MariaDB's
  bool table_ddl = false;                      // waits for running RESTOREs on 4.2
  HeldTable held = {};                         // reads this table and no other
  bool structure = false;                      // may drop or alter tables
  bool forgets_account = false;                // the session has account id 0 until its next query
};

struct Prepared {
  std::uint32_t backend_id = 0;
  std::uint16_t params = 0;
  Query query = {};
  std::string own_text = {};  // of a statement that the simulator runs itself; then the rest is empty
};

struct Session {
  Session(World& w, PacketStream& c) : world(w), client(c) {}

  World& world;
  PacketStream& client;
  ConnectionEntry entry = {};
  AccountPtr account = {};
  std::string user = {};
  std::string role = {};
  protocol::Capabilities caps = 0;
  std::uint8_t collation = 0;
  std::string database = {};
  std::unique_ptr<Backend> backend = {};
  std::uint16_t backend_status = protocol::status::autocommit;
  bool used_in_manual_mode = false;  // a statement ran since autocommit was switched off, COMMIT or ROLLBACK
  std::vector<protocol::SqlError> errors = {};        // for SHOW WARNINGS, newest first
  std::map<std::string, Query> named = {};            // PREPARE name FROM …
  std::map<std::string, std::string> named_own = {};  // those that the simulator runs itself
  std::map<std::uint32_t, Prepared> prepared = {};
  std::uint32_t last_statement_id = 0;
  std::vector<TableChange> renewed = {};  // truncated in the open transaction
  std::uint32_t shown_account_id = 0;

  bool v4() const { return world.options.v4(); }
  bool is_sys() const { return account->id == 0; }
  bool is_admin() const { return is_admin_role(role); }
  bool autocommit() const { return (backend_status & protocol::status::autocommit) != 0; }
  bool in_transaction() const {
    return (backend_status & protocol::status::in_transaction) != 0 || (!autocommit() && used_in_manual_mode);
  }
  // 0x0810 are bits that MatrixOne always sets.
  std::uint16_t status(bool more = false) const;

  // Makes the MariaDB connection know who this session is.
  void publish_identity();
  // What current_account_id() says.
  void show_account_id(std::uint32_t id);
  Rows query(const std::string& sql) { return backend->query(sql); }
  void use(const std::string& database);  // throws Failure 1049
  void set_database(const std::string& name);
};

// With the empty length-encoded text that MatrixOne puts behind every OK (FINDINGS, handshake).
std::string ok_packet(const protocol::OkView& ok, protocol::Capabilities caps, std::uint8_t header = 0);
// Writing answers. `more`: further results of the same packet follow.
void send_ok(Session& session, bool more = false, std::uint64_t affected = 0, std::uint64_t insert_id = 0);
void send_error(Session& session, const protocol::SqlError& error);

// Run `query` and pass the answer on; throw Failure with MariaDB's error. `payload`: of COM_STMT_EXECUTE,
// with MariaDB's statement id.
void relay(Session& session, const Query& query, bool more);
// The same through a view of the query's held table; false without an answer if it has been copied meanwhile.
bool relay_held(Session& session, const Query& query, bool more);
// Answers with rows of the simulator's own: MariaDB's column definitions, then row packets until `next` is
// false.
void send_rows(Session& session, const Query& query, const std::vector<std::string>& definitions,
               const std::function<bool(std::string& row)>& next, bool more);
// SET …: what gives another connection the session's settings.
std::string settings_of(Session& session);
void relay_execute(Session& session, const Query& query, std::string_view payload);
// Answers COM_STMT_PREPARE.
void relay_prepare(Session& session, const Query& query);

// Statements (execute.cc).
void execute_packet(Session& session, std::string_view text);
void prepare_packet(Session& session, std::string_view text);
void execute_prepared(Session& session, const Prepared& prepared, std::string_view payload);

}  // namespace mogate::simulator
