// What PITRs restore from: the databases that they cover, copied whenever a statement has changed them.
//
// A moment is an account's covered databases, users and passwords at a time. Only tables whose rows or
// definition changed are copied; the others are shared with the moment before. What this can: any ordinary
// story of INSERT, UPDATE, DELETE, TRUNCATE, DDL, restores and transactions, back to the microsecond of each
// commit. What it can not:
// - commits that other sessions make while a moment is taken become part of it;
// - after a moment for which many rows were copied (kManyRows) the next one waits (kPause): of a burst of
//   changes to a large table not every state can be restored;
// - only the newest are kept (kMaxMoments, kMaxRows): what is older can not be restored, which is said.
#pragma once

#include "tests/simulator/session.h"

#include <atomic>
#include <chrono>
#include <deque>
#include <mutex>

namespace mogate::simulator {

class History {
 public:
  explicit History(World& world) : world_(world) {}

  bool active() const { return active_; }  // whether there is any PITR

  // Call when the world's PITRs have changed. `ts` is what the covered accounts' state is recorded as.
  void pitrs_changed(std::int64_t ts);

  // Around statements that may change something; `after` when it is committed. Throw nothing.
  void before(const Session& session);
  void after(const Session& session, const Statement& statement);

  // The account, or all accounts, as they were at `ts` (nanoseconds); nothing if the history doesn't reach
  // back.
  std::optional<AccountCopy> at(std::uint32_t account_id, std::int64_t ts);
  std::vector<AccountCopy> all_at(std::int64_t ts);

 private:
  using Clock = std::chrono::steady_clock;
  struct Moment {
    std::int64_t ts = 0;
    AccountCopy copy = {};
    std::uint64_t rows = 0;  // copied for it
  };
  struct Line {  // one account's moments
    explicit Line(AccountPtr a) : account(std::move(a)) {}
    AccountPtr account;  // kept when it is dropped
    std::mutex mutex = {};
    std::deque<Moment> moments = {};
    std::int64_t dropped = 0;   // when the account was, or 0
    std::int64_t pending = 0;   // the time of a change that is not recorded yet, or 0
    std::uint64_t rows = 0;     // of all moments
    Clock::duration cost = {};  // of the last moment, if many rows were copied for it
    Clock::time_point taken = {};
  };
  using LinePtr = std::shared_ptr<Line>;

  LinePtr line_of(const AccountPtr& account);  // null if no PITR covers it
  std::vector<LinePtr> lines();
  void changed(Line& line, std::int64_t ts);
  void settle(Line& line);
  void record(Line& line, std::int64_t ts);
  std::optional<std::uint64_t> fill(Line& line, Moment& moment);
  void forget_oldest(Line& line);
  void drop(Line& line);
  void note_accounts(std::int64_t ts);
  std::optional<AccountCopy> find(Line& line, std::int64_t ts);

  World& world_;
  std::atomic<bool> active_{false};
  std::mutex mutex_;  // guards lines_
  std::map<std::uint32_t, LinePtr> lines_;
};

}  // namespace mogate::simulator
