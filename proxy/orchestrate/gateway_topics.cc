#include "proxy/orchestrate/gateway_topics.h"

#include "proxy/cli/version.h"
#include "proxy/observe/gateway_metrics.h"
#include "proxy/observe/render.h"

#include <fmt/format.h>

namespace mogate::proxy {
namespace {

std::string seconds_since(std::chrono::system_clock::time_point since) {
  using std::chrono::duration_cast;
  return std::to_string(
      duration_cast<std::chrono::seconds>(std::chrono::system_clock::now() - since).count());
}

std::string guards_off(const rewrite::GuardSettings& g) {
  std::string out;
  auto add = [&out](bool on, const char* name) {
    if (!on) out.append(out.empty() ? "" : ",").append(name);
  };
  add(g.mo_ctl, "mo_ctl");
  add(g.remap_hint, "remap_hint");
  add(g.set_connection_id, "set_connection_id");
  add(g.kill, "kill");
  add(g.two_snapshots, "two_snapshots");
  add(g.snapshot_dml, "snapshot_dml");
  add(g.clone, "clone");
  add(g.data_branch, "data_branch");
  add(g.restore, "restore");
  add(g.joined_delete, "joined_delete");
  add(g.fk_parent_delete, "fk_parent_delete");
  return out;
}

std::string answers_off(const rewrite::CompatSettings& c) {
  std::string out;
  auto add = [&out](bool on, const char* name) {
    if (!on) out.append(out.empty() ? "" : ",").append(name);
  };
  add(c.flush, "flush");
  add(c.replication_status, "replication_status");
  add(c.read_write, "read_write");
  add(c.savepoints, "savepoints");
  add(c.prepared_transactions, "prepared_transactions");
  return out;
}

rewrite::Rows gateway_status(const Shared& shared) {
  rewrite::Rows rows;
  auto add = [&rows](const char* name, std::string value) { rows.rows.push_back({name, std::move(value)}); };
  const auto& counters = shared.counters;
  auto greeting = shared.backend.greeting();
  add("version", kVersion);
  add("uptime_s", seconds_since(shared.started));
  add("node", std::to_string(shared.config.gateway.node));
  add("backend", to_string(shared.config.backend.address));
  add("backend_version", greeting ? greeting->server_version : "");
  auto sessions = shared.registry.all();
  auto commands = counters.commands.load();  // of sessions that ended
  for (const auto& s : sessions) commands += s->commands;
  add("sessions", std::to_string(sessions.size()));
  add("connections", std::to_string(counters.connections));
  add("refused_connections", std::to_string(counters.refused_connections));
  add("failed_logins", std::to_string(counters.failed_logins));
  add("commands", std::to_string(commands));
  add("extended_statements", std::to_string(counters.extended_statements));
  add("refused_statements", std::to_string(counters.refused_statements));
  add("backend_failures", std::to_string(counters.backend_failures));
  add("service_credentials", shared.config.service.configured() ? "yes" : "no");
  add("guards_off", guards_off(shared.config.guards));
  add("answers_off", answers_off(shared.config.compat));
  return rows;
}

rewrite::Rows gateway_sessions(const Shared& shared) {
  rewrite::Rows rows;
  for (const auto& s : shared.registry.all()) {
    rows.rows.push_back({std::to_string(s->id), std::to_string(s->native_id), s->user.account, s->user.user,
                         s->user.role, s->client, s->tls ? "yes" : "no", std::string(name_of(s->state)),
                         std::to_string(s->commands), seconds_since(s->since)});
  }
  return rows;
}

rewrite::Rows gateway_operations(const Shared& shared) {
  rewrite::Rows rows;
  for (const auto& o : shared.operations.all()) {
    std::string state(name_of(o.state));
    if (o.client_gone) state += ", client gone";
    rows.rows.push_back({std::to_string(o.id), o.account, o.user, o.client, o.statement,
                         std::to_string(o.step), std::to_string(o.steps), o.text, seconds_since(o.since),
                         std::move(state)});
  }
  return rows;
}

std::string milliseconds(double seconds) { return fmt::format("{:.3f}", seconds * 1e3); }

rewrite::Rows gateway_backends(const Shared& shared) {
  auto name = to_string(shared.config.backend.address);
  auto greeting = shared.backend.greeting();
  BackendTotal total;
  for (auto& one : backend_totals(shared))
    if (one.name == name) total = std::move(one);
  rewrite::Rows rows;
  rows.rows.push_back({name, greeting ? greeting->server_version : "",
                       shared.backend.answers() ? "up" : "down", std::to_string(total.connects),
                       std::to_string(total.failures), std::to_string(total.statements),
                       std::to_string(total.errors), milliseconds(total.latency.quantile(0.5)),
                       milliseconds(total.latency.quantile(0.99))});
  return rows;
}

rewrite::Rows gateway_digests(const Shared& shared) {
  rewrite::Rows rows;
  for (auto& d : digest_totals(shared)) {
    rows.rows.push_back({fmt::format("{:016x}", d.hash), std::string(d.kind), std::to_string(d.count),
                         std::to_string(d.errors), std::to_string(d.rows),
                         fmt::format("{:.3f}", d.latency.seconds), milliseconds(d.latency.quantile(0.5)),
                         milliseconds(d.latency.quantile(0.99)), std::move(d.text)});
  }
  return rows;
}

rewrite::Rows gateway_policies(const Shared& shared) {
  rewrite::Rows rows;
  auto in_force = shared.policies.current();
  if (!in_force) return rows;
  const auto& rules = in_force->rules->rules();
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const auto& rule = rules[i];
    rows.rows.push_back({std::to_string(i + 1), rule.name, std::string(name_of(rule.action)),
                         rule.goes_on ? "yes" : "no", rule.dry_run ? "yes" : "no", std::to_string(rule.line),
                         std::to_string(in_force->hits[i]->total())});
  }
  return rows;
}

}  // namespace

rewrite::Rows gateway_rows(const Shared& shared, std::string_view topic) {
  if (topic == "SESSIONS") return gateway_sessions(shared);
  if (topic == "OPERATIONS") return gateway_operations(shared);
  if (topic == "BACKENDS") return gateway_backends(shared);
  if (topic == "DIGESTS") return gateway_digests(shared);
  if (topic == "METRICS") return metrics_rows(shared.metrics.collect());
  if (topic == "POLICIES") return gateway_policies(shared);
  return gateway_status(shared);
}

}  // namespace mogate::proxy
