#include "proxy/cli/remote.h"

#include "proxy/session/client_error.h"
#include "rewrite/parser.h"
#include "rewrite/session_facts.h"

#include <fmt/format.h>

#include <csignal>
#include <poll.h>
#include <utility>

namespace mogate::proxy {
namespace {

using namespace std::chrono_literals;
using protocol::SqlError;

constexpr auto kTick = 1s;
// How long a killed query may take to say so.
constexpr auto kKillGrace = 15s;

// The client library's number for it.
constexpr std::uint16_t kServerLost = 2013;

const SqlError kInterrupted{protocol::errc::query_interrupted, "Query execution was interrupted", {}};

volatile std::sig_atomic_t interrupted = 0;

extern "C" void note_interrupt(int) { interrupted = 1; }

rewrite::Result result_of(ClientAnswer answer) {
  rewrite::Result result;
  bool rows = !answer.columns.empty();
  result.kind = rows ? rewrite::Result::Kind::rows : rewrite::Result::Kind::ok;
  result.columns = std::move(answer.columns);
  result.rows = std::move(answer.rows);
  result.info = std::move(answer.info);
  return result;
}

}  // namespace

void catch_interrupts() {
  struct sigaction action {};
  action.sa_handler = note_interrupt;  // without SA_RESTART: a wait ends with it
  ::sigaction(SIGINT, &action, nullptr);
}

bool was_interrupted() { return interrupted != 0; }

std::optional<Trouble> Remote::connect() {
  if (auto error = client_.connect(login_)) {
    error->message += fmt::format(" ({}:{})", login_.host, login_.port);
    return Trouble{ExitCode::unreachable, *error};
  }
  id_ = client_.connection_id();
  return find_out();
}

// A syntax error to MatrixOne. A gateway knows the first two words and says that it has nothing
// to explain, to everybody, without asking who it is.
std::optional<Trouble> Remote::find_out() {
  auto probe = ask("EXPLAIN GATEWAY SELECT 1");
  if (probe.error && is_client_error(*probe.error)) return trouble_of(*probe.error);
  is_gateway_ = probe.error && probe.error->code == protocol::errc::mo_not_supported;
  dialect_ = rewrite::parse_version(client_.server_version());
  if (!is_gateway_ && !dialect_.is_matrixone)
    return Trouble{ExitCode::refused,
                   {0, "the server is neither a MatrixOne nor a gateway: " + client_.server_version(), {}}};
  auto mode = ask(rewrite::kSqlModeSql);
  if (mode.error) return trouble_of(*mode.error);
  mode_ = dialect_.lexer_mode(rewrite::read_sql_mode(mode.rows));
  return std::nullopt;
}

std::variant<rewrite::Result, Trouble> Remote::run(std::string_view sql, std::string_view shown) {
  if (!is_gateway_) return run_native(sql);
  progress_.begin(shown);
  auto answer = ask(sql);
  progress_.clear();
  if (lost_) answer.error->message += fmt::format("; whether this was done is not known: {}", shown);
  if (answer.error) return trouble_of(*answer.error);
  return result_of(std::move(answer));
}

std::variant<rewrite::Result, Trouble> Remote::run_native(std::string_view sql) {
  rewrite::ParseOptions options;
  options.dialect = dialect_;
  options.mode = mode_;
  auto parsed = rewrite::parse(sql, options);
  if (auto* error = std::get_if<SqlError>(&parsed)) return trouble_of(*error);
  auto answer = ask(rewrite::kIdentitySql);
  if (answer.error) return trouble_of(*answer.error);
  auto identity = rewrite::read_identity(answer.rows);
  if (!identity || !std::holds_alternative<rewrite::Statement>(parsed))
    return trouble_of({protocol::errc::unknown_error, "mogate: the statement cannot be run here", {}});
  rewrite::Facts facts;
  facts.identity = *std::move(identity);
  facts.mode = mode_;
  facts.can_kill = true;  // over a second connection of the same user
  rewrite::StatementRun run(std::get<rewrite::Statement>(parsed), dialect_, std::move(facts));
  drive(run);
  progress_.clear();
  if (run.result().error) return trouble_of(*run.result().error);
  return std::move(run.result());
}

void Remote::drive(rewrite::StatementRun& run) {
  while (auto query = run.next()) {
    show_step(run, query->step);
    bool may_stop = !run.reading() && !run.undoing();
    if (may_stop && !rest(query->pause)) {
      run.interrupt(kInterrupted);
      continue;
    }
    auto started = std::chrono::steady_clock::now();  // the run counts the pause itself
    rewrite::QueryAnswer answer;
    answer.error = client_.connected() ? std::nullopt : reconnect();
    if (!answer.error) answer = ask(query->sql);
    // A KILL QUERY that was meant for the step before may come late.
    bool late_kill =
        run.undoing() && answer.error && mend_native_error(*answer.error).code == kInterrupted.code;
    if (late_kill) answer = ask(query->sql);
    auto elapsed = std::chrono::steady_clock::now() - started;
    bool lost = answer.error && is_client_error(*answer.error);
    if (answer.error) answer.error = mend_native_error(*answer.error);
    if (lost && !run.reading())
      run.lose(*answer.error);
    else
      run.answered(std::move(answer), std::chrono::duration_cast<std::chrono::milliseconds>(elapsed));
  }
}

// Before a step. False if an interrupt came, which is said once.
bool Remote::rest(std::chrono::milliseconds pause) {
  if (pause.count() != 0) progress_.tick();
  if (pause.count() != 0 && !was_interrupted()) ::poll(nullptr, 0, static_cast<int>(pause.count()));
  if (!was_interrupted() || ended_by_ == ExitCode::interrupted) return true;
  ended_by_ = ExitCode::interrupted;
  return false;
}

void Remote::show_step(const rewrite::StatementRun& run, std::size_t step) {
  if (const auto* plan = run.plan()) progress_.begin(plan->steps[step].shown, step + 1, plan->steps.size());
}

ClientAnswer Remote::ask(std::string_view sql) {
  ClientAnswer answer;
  answer.error = client_.send_query(sql);
  if (!answer.error) answer.error = wait();
  if (!answer.error) answer = client_.read_answer();
  if (answer.error && is_client_error(*answer.error)) lost_ = true;
  return answer;
}

// For the answer; an error if there will be none.
std::optional<SqlError> Remote::wait() {
  auto end = std::chrono::steady_clock::now() + deadline_;
  bool killed = false;
  while (!client_.wait_answer(kTick)) {
    progress_.tick();
    bool late = std::chrono::steady_clock::now() >= end;
    bool stop = was_interrupted() && ended_by_ != ExitCode::interrupted;
    if (!late && !stop) continue;
    ended_by_ = stop ? ExitCode::interrupted : ExitCode::deadline;
    if ((late && killed) || !kill_query()) return give_up();
    killed = true;
    end = std::chrono::steady_clock::now() + kKillGrace;
  }
  return std::nullopt;
}

// The server goes on with a query whose client is gone.
SqlError Remote::give_up() {
  client_ = Client();
  return {kServerLost, "the query did not end in time, and could not be ended by KILL QUERY", {}};
}

bool Remote::kill_query() {
  Client other;
  if (other.connect(login_)) return false;
  return !other.query(fmt::format("KILL QUERY {}", id_), kKillGrace).error;
}

// For what must be undone. What may still run on the old connection is ended first.
std::optional<SqlError> Remote::reconnect() {
  kill_query();
  auto error = client_.connect(login_);
  if (!error) id_ = client_.connection_id();
  return error;
}

Trouble Remote::trouble_of(const SqlError& error) const {
  ExitCode code = ExitCode::refused;
  if (lost_) code = ExitCode::lost;
  if (ended_by_ != ExitCode::done) code = ended_by_;
  Trouble trouble{code, mend_native_error(error)};
  if (code == ExitCode::deadline) trouble.error.message += "; --deadline was over";
  return trouble;
}

}  // namespace mogate::proxy
