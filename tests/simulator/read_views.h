// A point in time of an account's MariaDB that costs nothing: transactions that began together and go on to
// see the rows of then. What they can not see any more is a table that was dropped or altered since: whoever
// does that copies it first (snapshot_copies.h).
#pragma once

#include "tests/simulator/backend.h"

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace mogate::simulator {

class AccountServer;

class ReadViews {
 public:
  // Nothing is committed and no table changes its structure between the views and what `listing` reads.
  // Throws Failure.
  ReadViews(AccountServer& server, const std::function<void()>& listing);

  // One of the connections, for as long as this lives; waits for one.
  class Lease {
   public:
    explicit Lease(ReadViews& views);
    ~Lease();  // ends what is still read
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    Backend& operator*() { return *view_; }
    Backend* operator->() { return view_.get(); }
    void use_settings(const std::string& settings);  // SET …

   private:
    void end_result();

    ReadViews& views_;
    std::unique_ptr<Backend> view_;
  };

 private:
  AccountServer& server_;
  std::mutex mutex_;
  std::condition_variable returned_;
  std::vector<std::unique_ptr<Backend>> views_;
};

}  // namespace mogate::simulator
