#include "tests/simulator/read_views.h"

#include "tests/simulator/failure.h"
#include "tests/simulator/world.h"

#include <cstdio>

namespace mogate::simulator {
namespace {

// As many readers of a snapshot at a time; the next one waits.
constexpr int kViews = 5;

// Lets nothing commit, and nothing change its structure; waits for no row's lock.
class Barrier {
 public:
  explicit Barrier(AccountServer& server) : turn_(server.barrier), backend_(server.connect()) {
    backend_->query("SET lock_wait_timeout=10");
    backend_->query("BACKUP STAGE START");
    backend_->query("BACKUP STAGE BLOCK_COMMIT");
  }
  ~Barrier() {
    try {
      backend_->query("BACKUP STAGE END");
    } catch (...) {  // it ends with the connection
    }
  }
  Barrier(const Barrier&) = delete;
  Barrier& operator=(const Barrier&) = delete;

 private:
  std::lock_guard<std::mutex> turn_;  // MariaDB has one barrier only
  std::unique_ptr<Backend> backend_;
};

}  // namespace

ReadViews::ReadViews(AccountServer& server, const std::function<void()>& listing) : server_(server) {
  for (int i = 0; i < kViews; ++i) {
    views_.push_back(server.connect());
    views_.back()->query("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ");
  }
  Barrier barrier(server);
  for (auto& view : views_) {
    view->query("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY");
    view->query("SAVEPOINT reading");
  }
  listing();
}

ReadViews::Lease::Lease(ReadViews& views) : views_(views) {
  std::unique_lock lock(views.mutex_);
  views.returned_.wait(lock, [&] { return !views.views_.empty(); });
  view_ = std::move(views.views_.back());
  views.views_.pop_back();
}

void ReadViews::Lease::use_settings(const std::string& settings) {
  if (view_->settings == settings) return;
  view_->query(settings);
  view_->settings = settings;
}

ReadViews::Lease::~Lease() {
  try {
    if (view_->mid_result) end_result();
    // Lets go of the tables, whose next DDL would wait else; the view stays.
    view_->query("ROLLBACK TO SAVEPOINT reading");
  } catch (...) {
    std::fprintf(stderr, "a view of a snapshot is lost\n");
  }
  std::lock_guard lock(views_.mutex_);
  views_.views_.push_back(std::move(view_));
  views_.returned_.notify_one();
}

void ReadViews::Lease::end_result() {
  views_.server_.connect()->query("KILL QUERY " + std::to_string(view_->thread_id()));
  read_out(*view_);
}

}  // namespace mogate::simulator
