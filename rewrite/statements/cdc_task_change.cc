#include "rewrite/statements/cdc_task_change.h"

#include "rewrite/sql/quoting.h"
#include "rewrite/statements/cdc_task.h"

#include <array>
#include <utility>

namespace mogate::rewrite {
namespace {

using Verb = ChangeCdcTask::Verb;

constexpr std::uint64_t kLongestWait = 3600;
// A task takes requests only once its executor has seen it: about 10 s after CREATE, 3 s after PAUSE.
constexpr std::chrono::seconds kRequestPatience{30};
constexpr std::chrono::seconds kHealPatience{60};

constexpr std::array<std::pair<std::string_view, Verb>, 4> kVerbs{
    {{"PAUSE", Verb::pause}, {"RESUME", Verb::resume}, {"RESTART", Verb::restart}, {"DROP", Verb::drop}}};

std::string show_text(const std::string& name) { return "SHOW CDC TASK " + sql::quote_name(name); }

// "Task x status can not be change, now it is Paused"
std::vector<std::string> now_it_is(std::initializer_list<const char*> states) {
  std::vector<std::string> out;
  for (const char* state : states) out.push_back(std::string("now it is ") + state);
  return out;
}

Step request_step(Verb verb, const std::string& name) {
  std::string task = " CDC TASK " + sql::quote_name(name);
  if (verb == Verb::drop) return step("DROP" + task);
  Step s =
      step((verb == Verb::pause ? "PAUSE" : "RESUME") + task + (verb == Verb::restart ? " 'restart'" : ""));
  s.patience = kRequestPatience;
  if (verb == Verb::pause) {
    s.passing_errors = now_it_is({"Created", "ResumeRequested", "RestartRequested"});
    s.harmless_errors = now_it_is({"Paused", "PauseRequested"});
  } else {
    s.passing_errors = now_it_is({"Created", "PauseRequested"});
    s.harmless_errors = now_it_is({"Running", "ResumeRequested", "RestartRequested"});
  }
  return s;
}

Step state_step(const std::string& name, std::string state, std::chrono::seconds patience) {
  Step s = step(show_text(name));
  s.expect = Expect::cdc_state;
  s.failure_hint = "CDC task " + name + " was not " + (state == "gone" ? "dropped" : state) + " within " +
                   std::to_string(patience.count()) + " s";
  s.compare_with = std::move(state);
  s.patience = patience;
  return s;
}

const char* wanted_state(Verb verb) {
  return verb == Verb::pause ? "paused" : verb == Verb::drop ? "gone" : "running";
}

protocol::SqlError cannot(const CdcTask& task, const std::string& why) {
  return internal_error("CDC task " + task.name + " " + why +
                        (task.error.empty() ? "" : "; its error: " + task.error));
}

// What would be done to no good, or do harm.
std::optional<protocol::SqlError> refusal(Verb verb, const CdcTask& task, const Dialect& dialect) {
  constexpr char kMakeAnew[] =
      "DROP CDC TASK and CREATE CDC TASK make it anew; if columns were added at the source, drop its table "
      "at the "
      "sink first";
  if (verb == Verb::drop) return std::nullopt;
  if (task.state == "stuck")
    return cannot(task, std::string("is stuck and takes no request any more: ") + kMakeAnew);
  if (task.state != "failed") return std::nullopt;
  if (!dialect.resume_heals_cdc())
    return cannot(task, std::string("has failed, and this MatrixOne cannot bring it back: ") + kMakeAnew);
  if (verb == Verb::pause)
    return cannot(task, "has failed; PAUSE would leave it stuck for ever: RESUME CDC TASK brings it back");
  return std::nullopt;
}

// A restart of a failed task would leave it stuck: it is brought back first.
std::vector<Step> steps_for(const ChangeCdcTask& statement, const CdcTask& task) {
  std::vector<Step> steps;
  if (statement.verb == Verb::restart && task.state == "failed") {
    steps.push_back(request_step(Verb::resume, statement.name));
    steps.push_back(state_step(statement.name, "running", kHealPatience));
  }
  bool there = (statement.verb == Verb::pause && task.state == "paused") ||
               (statement.verb == Verb::resume && task.state == "running");
  if (!there) steps.push_back(request_step(statement.verb, statement.name));
  if (statement.wait)
    steps.push_back(state_step(statement.name, wanted_state(statement.verb), *statement.wait));
  return steps;
}

}  // namespace

std::optional<ChangeCdcTask> parse_change_cdc_task(sql::Cursor& in) {
  ChangeCdcTask out;
  bool known = false;
  for (auto [word, verb] : kVerbs) {
    if (!in.peek().is(word)) continue;
    out.verb = verb;
    known = true;
  }
  if (!known || !in.peek2().is("CDC")) return std::nullopt;
  in.take();
  in.take();
  out.if_exists = out.verb == Verb::drop && in.accept_if_exists();
  if (in.peek().is("ALL")) return std::nullopt;
  // MatrixOne takes DROP CDC x without TASK, from 4.0 on.
  if (!in.accept("TASK") && out.verb != Verb::drop) in.fail("TASK");
  if (out.verb == Verb::drop && in.accept_if_exists()) out.if_exists = true;
  out.name = in.name("a task's name");
  if (out.verb == Verb::resume && in.peek().kind == sql::TokenKind::string) {
    in.take();  // any string means 'restart' to MatrixOne
    out.verb = Verb::restart;
  }
  if (!in.accept("WAIT")) return out;
  std::uint64_t seconds = in.number("a number of seconds");
  if (seconds > kLongestWait) in.fail("at most 3600 seconds");
  out.wait = std::chrono::seconds(seconds);
  return out;
}

Planned plan_change_cdc_task(const ChangeCdcTask& statement, Planning& p) {
  p.want("task", show_text(statement.name));
  if (p.waiting()) return p.questions();
  if (!p.any("task")) {
    if (statement.if_exists) return ok_plan();
    return internal_error("no cdc task found, accountId: " + std::to_string(p.self().account_id) +
                          ", taskName: " + statement.name);
  }
  CdcTask task = read_cdc_task(p.rows("task").rows.front());
  if (auto error = refusal(statement.verb, task, p.dialect())) return *error;
  return ok_plan(steps_for(statement, task));
}

}  // namespace mogate::rewrite
