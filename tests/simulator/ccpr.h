// CCPR, MatrixOne's replication between clusters, as a downstream: tasks that copy a publication's tables
// from another server over the wire. It is 4.2's, with its traps (FINDINGS, 9, 10 and 13).
#pragma once

#include "tests/simulator/backend.h"
#include "tests/simulator/world.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>

namespace mogate::simulator {

enum class CcprState : std::uint8_t { running, error, pause, dropped };
enum class CcprIteration : std::uint8_t { pending, running, complete, error };

struct CcprDefinition {
  std::string id;  // uuid
  AccountPtr account;
  std::string publication;
  std::string publisher;  // the account
  std::string level;      // account, database, table
  std::string database;
  std::string table;
  std::string shown_uri;  // with the password as it is stored
  std::optional<long> interval;
  Endpoint upstream;
  std::string created;
};

struct CcprView {
  CcprDefinition definition;
  CcprState state = CcprState::running;
  CcprIteration iteration = CcprIteration::pending;
  std::uint64_t lsn = 0;
  std::int64_t watermark = 0;  // nanoseconds
  std::string error;
  std::string dropped;  // when
};

// A table of the upstream, as get_ddl answers.
struct CcprTable {
  std::string database, name, ddl;
  std::string id;
};

std::vector<CcprTable> upstream_tables(Backend& upstream, const CcprDefinition& definition,
                                       const std::string& snapshot);
// Makes it, empty, and read-only from then on.
void make_shared(World& world, const AccountPtr& account, const CcprTable& table);
// `Error 1146 (HY000): …`, as a Go driver words an upstream's error.
std::string driver_text(const Failure& failed);

class Ccpr {
 public:
  explicit Ccpr(World& world) : world_(world) {}
  ~Ccpr();  // ends the tasks

  // Tables that have been made already, for which the first cycle brings the rows.
  void create(const CcprDefinition& definition, std::vector<CcprTable> tables);
  // Of the account, or of any for sys. False if there is none.
  bool pause(const Account& account, const std::string& id);
  bool resume(const Account& account, const std::string& id);
  bool drop(const Account& account, const std::string& id);
  std::vector<CcprView> views();  // newest first

 private:
  struct Task : CcprView {
    std::thread thread = {};
    bool stopping = false;
    bool stuck = false;  // until RESUME
    std::vector<CcprTable> tables = {};
    std::deque<std::string> snapshots = {};  // upstream
  };
  using TaskPtr = std::shared_ptr<Task>;
  using Lock = std::unique_lock<std::mutex>;

  TaskPtr find(const Account& account, const std::string& id);  // under the mutex
  void run(const TaskPtr& task);
  void cycle(Task& task);
  void iterate(Task& task);
  std::int64_t take_snapshot(Task& task, Backend& upstream, const std::string& name);
  void wait_for_flush(Task& task, Backend& upstream, const std::string& name);
  void apply(Task& task, Backend& upstream, const std::string& snapshot);
  bool wait(Task& task, int milliseconds);  // false: it has to end

  World& world_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<TaskPtr> tasks_;
};

}  // namespace mogate::simulator
