#include "proxy/policy/gate.h"

#include "proxy/policy/note.h"
#include "proxy/policy/safety_snapshot.h"
#include "proxy/session/client_error.h"
#include "rewrite/session/changes.h"
#include "rewrite/sql/first_word.h"
#include "rewrite/sql/lexer.h"
#include "rewrite/sql/quoting.h"

#include <algorithm>

namespace mogate::proxy {
namespace {

using policies::Part;
using policies::Reading;
using policies::StatementClass;
using protocol::SqlError;

// What leaves role, database and sql_mode as they are.
bool keeps_state(const Part& part) {
  auto kind = part.facts.kind_class;
  return kind == StatementClass::read || kind == StatementClass::dml || kind == StatementClass::transaction;
}

// The same for a text that is not read.
bool may_change_state(std::string_view text) {
  return rewrite::may_change_session(text) || text.find(';') != std::string_view::npos ||
         rewrite::sql::iequals(rewrite::sql::first_word(text), "EXECUTE");
}

const SqlError kLoadBesideOthers{
    protocol::errc::mo_not_supported,
    "not supported: LOAD DATA beside other statements in one packet, while policies look "
    "at this session's results; send it on its own",
    {}};

}  // namespace

// The rules that are in force now; a running session takes new ones with its next command.
void Gate::take_rules() {
  auto& p = policy();
  p.terms = {};
  if (p.stale && p.in_force) p.forget_state();
  p.stale = false;
  auto generation = c_.shared.policies.generation();
  if (generation == p.generation) return;
  p.in_force = c_.shared.policies.current();
  p.generation = generation;
  p.session_known = false;
}

// Whom the rules see. What is known of the role must be enough.
void Gate::take_session() {
  auto& p = policy();
  if (p.session_known) return;
  const auto& user = c_.entry->user;
  policies::SessionFacts facts;
  facts.account = p.account ? std::string_view(*p.account) : user.account;
  facts.user = user.user;
  facts.role = p.role ? std::string_view(*p.role) : user.role;
  facts.labels = policies::parse_labels(user.labels);
  bool by_socket = c_.is_local && !c_.origin.source;
  facts.client = by_socket || !c_.origin.source ? nullptr : &*c_.origin.source;
  p.session = rules().session_rules(facts);
  p.session_known = true;
}

bool Gate::knows_enough(std::string_view text) {
  auto& p = policy();
  if (rules().wants_role() && c_.dialect.is_matrixone && !p.role) return false;
  take_session();
  if (!p.session.any) return true;
  bool mode_matters = c_.dialect.honours_sql_mode() && text.find_first_of("\"\\") != std::string_view::npos;
  if (mode_matters && !p.mode_known) return false;
  if (!rules().wants_database() || p.database) return true;
  if (!c_.changes.unknowable().empty() || c_.changes.database().empty()) return false;
  p.database = rewrite::sql::fold(c_.changes.database());
  return true;
}

std::shared_ptr<const Reading> Gate::read(std::string_view text) {
  auto& p = policy();
  return c_.shard.readings.read(rules(), p.generation, text, mode(),
                                p.database ? std::string_view(*p.database) : std::string_view());
}

bool Gate::concerns_session() {
  take_rules();
  auto& p = policy();
  if (!p.in_force || p.in_force->rules->rules().empty()) return false;
  if (rules().wants_role() && c_.dialect.is_matrixone && !p.role) return true;
  take_session();
  return p.session.any;
}

bool Gate::passes(std::string_view text) {
  take_rules();
  auto& p = policy();
  bool none = !p.in_force || p.in_force->rules->rules().empty();
  if (!none && !knows_enough(text)) return false;
  if (none || !p.session.any) {
    p.stale = may_change_state(text);
    return true;
  }
  auto reading = read(text);
  const auto& parts = reading->parts;
  if (!std::all_of(parts.begin(), parts.end(),
                   [&](const Part& part) { return policies::is_free(p.session, part); }))
    return false;
  p.stale = !std::all_of(parts.begin(), parts.end(), keeps_state);
  remember(*reading, p.prepared);
  return true;
}

Task<Gate::Asked> Gate::learn_identity() {
  auto& p = policy();
  auto asked = co_await executor_.identity();
  if (asked.end || asked.error) co_return Asked{asked.end, asked.error};
  p.account = asked.identity.account;
  p.role = asked.identity.role;
  p.session_known = false;
  co_return Asked{};
}

Task<Gate::Asked> Gate::learn_database() {
  c_.readiness.set_deadline_in(c_.config().timeouts.orchestration);
  auto asked = co_await c_.backend.query("SELECT DATABASE()");
  if (!asked.ok()) co_return Asked{end_if(asked.io), asked.error};
  const auto& rows = asked.rows.rows;
  policy().database = rows.empty() || rows[0].empty() ? "" : rewrite::sql::fold(rows[0][0].value_or(""));
  co_return Asked{};
}

// Asks the backend for what the rules depend on and the session does not tell.
Task<Gate::Asked> Gate::learn(std::string_view text) {
  auto& p = policy();
  Asked asked;
  if (rules().wants_role() && c_.dialect.is_matrixone && !p.role) asked = co_await learn_identity();
  if (asked.ok()) take_session();
  if (asked.ok() && p.session.any && !knows_enough(text)) {
    if (rules().wants_database() && !p.database) asked = co_await learn_database();
    if (asked.ok() && c_.dialect.honours_sql_mode() && !p.mode_known) {
      auto mode_asked = co_await executor_.ask_sql_mode();
      asked = {mode_asked.end, mode_asked.error};
      p.mode_known = asked.ok();
    }
  }
  if (asked.refusal) asked.refusal = mend_native_error(*asked.refusal);
  if (!asked.ok()) co_return asked;
  auto settled = co_await executor_.settle();
  co_return Asked{settled.end, settled.error};
}

Task<Gate::Judgement> Gate::judge(std::string_view text, Stage stage) {
  std::string own(text);
  policy().stale = may_change_state(own);
  auto asked = co_await learn(own);
  if (!asked.ok()) co_return Judgement{asked.end, asked.refusal, {}};
  if (!policy().session.any) co_return Judgement{};
  auto before = own;
  if (stage == Stage::query) asked = co_await read_variables(own);
  if (!asked.ok()) co_return Judgement{asked.end, asked.refusal, {}};
  auto out = co_await judge_known(own, stage);
  if (!out.changed && own != before) out.changed = own;
  co_return out;
}

// PREPARE s FROM @v: what the variable holds takes its place, so that what is judged is what runs.
Task<Gate::Asked> Gate::read_variables(std::string& text) {
  auto reading = read(text);
  const auto& parts = reading->parts;
  for (auto part = parts.rbegin(); part != parts.rend(); ++part) {
    if (part->inner || part->variable.empty()) continue;
    c_.readiness.set_deadline_in(c_.config().timeouts.orchestration);
    auto asked = co_await c_.backend.query("SELECT " + part->variable);
    if (asked.io) co_return Asked{end_if(asked.io), {}};
    if (asked.error) co_return Asked{{}, mend_native_error(*asked.error)};
    const auto& rows = asked.rows.rows;
    auto value = rows.empty() || rows[0].empty() ? "" : rows[0][0].value_or("");
    auto literal =
        part->text.substr(0, part->text.rfind(part->variable)) + rewrite::sql::quote_string(value, mode());
    text.replace(part->offset, part->text.size(), literal);
  }
  auto settled = co_await executor_.settle();
  co_return Asked{settled.end, settled.error};
}

Task<Gate::Judgement> Gate::judge_known(std::string text, Stage stage) {
  auto reading = read(text);
  auto now = moment(stage == Stage::execute);
  auto prepared = [this](const std::string& name) {
    std::vector<std::shared_ptr<const Reading>> readings;
    for (auto one : policy().prepared.of(name)) readings.push_back(read(one));
    kept_.insert(kept_.end(), readings.begin(), readings.end());
    return readings;
  };
  auto judged = policies::Judge(rules(), policy().session, mode(), now).judge(*reading, prepared);
  for (auto index : judged.verdict.hits) policy().in_force->hits[index]->add();
  note_verdict(c_, *reading, judged.verdict, judged.refusal);
  Judgement out;
  out.refusal = judged.refusal;
  if (out.refusal) co_return out;
  policy().stale = !std::all_of(reading->parts.begin(), reading->parts.end(), keeps_state);
  out.changed = judged.rewritten(text);
  if (stage == Stage::prepare) co_return out;
  remember(*reading, policy().prepared);
  auto asked = co_await throttle(judged.verdict);
  if (asked.ok()) asked = co_await take_snapshots(judged);
  out.end = asked.end;
  out.refusal = asked.refusal;
  set_terms(judged);
  if (!out.end && !out.refusal) out.refusal = refuse_load(*reading);
  c_.set_statement_deadline();
  co_return out;
}

policies::Moment Gate::moment(bool prepared) {
  policies::Moment out;
  out.in_transaction = c_.client_in_transaction;
  out.prepared = prepared;
  if (rules().wants_time())
    out.now = week_minute(std::chrono::system_clock::now(), policy().in_force->local_time);
  return out;
}

void Gate::set_terms(const policies::Judgement& judged) {
  auto& terms = policy().terms;
  terms.touches_masked = judged.touches_masked;
  terms.timeout = judged.verdict.timeout;
  terms.max_rows = judged.verdict.max_rows;
  terms.max_bytes = judged.verdict.max_bytes;
  for (auto index : judged.verdict.masks) {
    const auto* rule = &rules().rules()[index];
    if (std::find(terms.masks.begin(), terms.masks.end(), rule) == terms.masks.end())
      terms.masks.push_back(rule);
  }
}

// LOAD has no rows to look at, and asks the client for a file in the middle of its answer.
std::optional<SqlError> Gate::refuse_load(const Reading& reading) {
  auto& terms = policy().terms;
  if (!terms.shape_answer()) return std::nullopt;
  auto loads = [](const Part& part) { return part.facts.kind == "LOAD"; };
  if (std::none_of(reading.parts.begin(), reading.parts.end(), loads)) return std::nullopt;
  if (reading.parts.size() > 1) return kLoadBesideOthers;
  terms.masks.clear();
  terms.max_rows = terms.max_bytes = {};
  return std::nullopt;
}

Task<Gate::Asked> Gate::throttle(const policies::Verdict& verdict) {
  for (auto index : verdict.throttles) {
    const auto& rule = rules().rules()[index];
    const auto& user = c_.entry->user;
    auto key = rule.throttle.of == policies::BucketOf::account ? user.account
               : rule.throttle.of == policies::BucketOf::user  ? user.account + ":" + user.user
                                                               : std::string();
    auto wait = c_.shared.policies.take_token(rule, key);
    if (wait > rule.throttle.max_wait) co_return Asked{{}, rule.refusal};
    if (wait.count() == 0) continue;
    if (auto end = co_await pause(wait)) co_return Asked{end, {}};
  }
  co_return Asked{};
}

Task<MaybeEnd> Gate::pause(std::chrono::milliseconds wait) {
  c_.readiness.set_deadline_in(wait);
  while (true) {
    auto events = co_await c_.readiness.wait(event::client_gone);
    if (events & event::stop) co_return SessionEnd{{Side::gateway, IoFault::stopped}, {}, false};
    if (events & event::client_gone) co_return SessionEnd{{Side::client, IoFault::closed}, {}, true};
    if (events & event::expired) break;
  }
  co_return std::nullopt;
}

Task<Gate::Asked> Gate::take_snapshots(const policies::Judgement& judged) {
  for (const auto& [index, part] : judged.snapshots) {
    const auto& rule = rules().rules()[index];
    auto failed = co_await take_safety_snapshot(c_, rule, *part, policy().account);
    if (!failed) continue;
    note_failed_snapshot(c_, rule, *failed);
    if (rule.deny_on_failure) co_return Asked{{}, failed};
  }
  co_return Asked{};
}

}  // namespace mogate::proxy
