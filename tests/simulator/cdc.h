// CDC tasks: their list, their states, and a thread for each that copies to its sink.
//
// States follow FINDINGS and FINDINGS_3.0, section cdc, with the traps: on 4.2 a task whose sink refused a
// row or was away for too long is `failed`, only RESUME heals it, PAUSE and RESUME 'restart' leave it
// `pausing` or `restarting` for ever; on 3.0 it goes on to say `running` or `paused`, and only DROP heals it.
#pragma once

#include "tests/simulator/cdc_task.h"

#include <condition_variable>
#include <memory>
#include <thread>

namespace mogate::simulator {

class CdcTable;
struct SinkError;

class Cdc {
 public:
  explicit Cdc(World& world) : world_(world) {}
  ~Cdc();  // ends all threads

  // Throw Failure in MatrixOne's words. Without a name: all tasks of the account, none of which has to be
  // there.
  void create(CdcDefinition definition);
  void pause(const Account& account, const std::optional<std::string>& name);
  void resume(const Account& account, const std::string& name);
  void restart(const Account& account, const std::string& name);
  void drop(const Account& account, const std::optional<std::string>& name, bool if_exists = false);

  std::vector<CdcView> views();  // of all accounts, in order of creation

 private:
  struct Task;
  using TaskPtr = std::shared_ptr<Task>;
  using Lock = std::unique_lock<std::mutex>;

  std::vector<TaskPtr> find(const Account& account, const std::optional<std::string>& name);
  void stop(const std::vector<TaskPtr>& tasks);

  // On the task's thread; those with the lock hold mutex_.
  void run(const TaskPtr& task);
  void take_request(Task& task, Lock& lock);
  void end_request(Task& task);
  bool is_stuck(const Task& task) const;
  void wait(Task& task, Lock& lock, int milliseconds);
  void round(Task& task, Lock& lock);
  void advance(Task& task);
  bool sync_all(Task& task);
  void discover(Task& task);
  void sync(Task& task, CdcTable& table);
  void note_sink_error(Task& task, const TableName& table, const SinkError& error);

  World& world_;
  std::mutex mutex_;  // guards all that is not the thread's own
  std::condition_variable wake_;
  std::vector<TaskPtr> tasks_;
  std::uint64_t last_daemon_id_ = 0;
};

}  // namespace mogate::simulator
