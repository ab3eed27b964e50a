// Where sessions hand in what concerns subscriptions: it is answered on threads of the desk's own, because
// whoever answers waits for other servers.
#pragma once

#include "rewrite/statement.h"
#include "rewrite/statement_run.h"

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace mogate::proxy {

class SubscriptionDesk {
 public:
  // Blocking. Its rows are in the columns of rewrite::result_columns(), which it need not give. `given_up`
  // turns true when the client is gone, the statement was killed or took too long, or the gateway ends: an
  // answer within seconds still reaches a client that is there.
  using Answer = std::function<rewrite::Result(const rewrite::Statement&, const rewrite::Identity&,
                                               const std::atomic<bool>& given_up)>;

  struct Request {
    rewrite::Statement statement;
    rewrite::Identity identity;
    std::atomic<bool> given_up{false};
    rewrite::Result result;      // to be read once `done` was called
    std::function<void()> done;  // called on the desk's thread, unless the desk closes before
  };

  explicit SubscriptionDesk(Answer answer);
  SubscriptionDesk(const SubscriptionDesk&) = delete;
  SubscriptionDesk& operator=(const SubscriptionDesk&) = delete;
  // Gives up what is being answered and waits for its end.
  ~SubscriptionDesk();

  // Any thread. False: too many wait already.
  bool hand_in(std::shared_ptr<Request> request);

 private:
  // Reads have a lane of their own, so that no long WAIT stands in their way.
  struct Lane {
    const std::size_t most_threads, most_waiting;
    std::deque<std::shared_ptr<Request>> waiting;
    std::vector<std::shared_ptr<Request>> running;
    std::vector<std::thread> threads;  // made when needed, kept
    std::condition_variable changed;
  };

  void serve(Lane& lane);

  const Answer answer_;
  std::mutex mutex_;
  bool closing_ = false;
  Lane reads_{4, 64, {}, {}, {}, {}};
  Lane changes_{16, 64, {}, {}, {}, {}};
};

}  // namespace mogate::proxy
