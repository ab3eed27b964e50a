// Runs one extended statement on a server, be it a gateway or a MatrixOne without one.
#pragma once

#include "proxy/cli/exit_code.h"
#include "proxy/cli/progress.h"
#include "proxy/client/client.h"
#include "rewrite/dialect.h"
#include "rewrite/plan.h"
#include "rewrite/statement_run.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace mogate::proxy {

class Remote {
 public:
  // `login` and `progress` outlive it. `deadline`: no query runs longer; it is then ended by KILL QUERY.
  Remote(const ServerLogin& login, std::chrono::seconds deadline, Progress& progress)
      : login_(login), deadline_(deadline), progress_(progress) {}

  // Logs in and finds out what the server is.
  std::optional<Trouble> connect();
  // As the session reads strings.
  rewrite::sql::SqlMode sql_mode() const { return mode_; }

  // A gateway gets the text as it is; for a MatrixOne it is planned here, and its steps are run and, where
  // one fails, undone. `shown` is what may be seen of it.
  std::variant<rewrite::Result, Trouble> run(std::string_view sql, std::string_view shown);

 private:
  std::optional<Trouble> find_out();
  std::variant<rewrite::Result, Trouble> run_native(std::string_view sql);
  void drive(rewrite::StatementRun& run);
  bool rest(std::chrono::milliseconds pause);
  void show_step(const rewrite::StatementRun& run, std::size_t step);
  // Waits at most the deadline, and for an interrupt; both end the query by KILL QUERY.
  ClientAnswer ask(std::string_view sql);
  std::optional<protocol::SqlError> wait();
  bool kill_query();
  protocol::SqlError give_up();
  std::optional<protocol::SqlError> reconnect();
  Trouble trouble_of(const protocol::SqlError& error) const;

  const ServerLogin& login_;
  std::chrono::seconds deadline_;
  Progress& progress_;
  Client client_;
  bool is_gateway_ = false;
  rewrite::Dialect dialect_;
  rewrite::sql::SqlMode mode_;
  std::uint32_t id_ = 0;                // of the connection, for KILL QUERY
  ExitCode ended_by_ = ExitCode::done;  // deadline or interrupted, once a query was killed
  bool lost_ = false;                   // the connection broke under a query
};

// From now on an interrupt (Ctrl-C) ends the running query instead of the process.
void catch_interrupts();
bool was_interrupted();

}  // namespace mogate::proxy
