#include "proxy/observe/gateway_metrics.h"

#include "proxy/cli/version.h"
#include "proxy/observe/process_metrics.h"
#include "proxy/server/shared.h"

#include <algorithm>
#include <map>

namespace mogate::proxy {
namespace {

using Type = MetricType;

struct AccountTotal {
  std::uint64_t logins = 0, bytes_in = 0, bytes_out = 0, rows = 0;
  std::array<std::uint64_t, kMostKinds> statements{}, errors{};
  Latencies latency;
};
using AccountTotals = std::map<std::string, AccountTotal, std::less<>>;

AccountTotals account_totals(const Shared& shared) {
  AccountTotals totals;
  for (const auto* shard : shared.shard_metrics) {
    shard->accounts.each([&](const std::string& name, const AccountMetrics& one) {
      auto& total = totals[name];
      total.logins += one.logins.value();
      total.bytes_in += one.bytes_in.value();
      total.bytes_out += one.bytes_out.value();
      total.rows += one.rows.value();
      total.latency.add(one.latency.read());
      for (Kind kind = 0; kind < kMostKinds; ++kind) {
        total.statements[kind] += one.statements[kind].value();
        total.errors[kind] += one.errors[kind].value();
      }
    });
  }
  return totals;
}

using KindCounts = std::array<std::uint64_t, kMostKinds>;

void add_by_kind(MetricsPage& page, const AccountTotals& totals, KindCounts AccountTotal::*which) {
  for (const auto& [name, total] : totals) {
    for (Kind kind = 0; kind < kMostKinds; ++kind) {
      auto count = (total.*which)[kind];
      if (count != 0) page.sample(count, {{"account", name}, {"kind", std::string(name_of_kind(kind))}});
    }
  }
}

void add_accounts(MetricsPage& page, const AccountTotals& totals) {
  page.family("mogate_logins_total", Type::counter, "Logins that succeeded.");
  for (const auto& [name, total] : totals) page.sample(total.logins, {{"account", name}});
  page.family("mogate_statements_total", Type::counter, "Commands of clients that were answered.");
  add_by_kind(page, totals, &AccountTotal::statements);
  page.family("mogate_statement_errors_total", Type::counter, "Those whose answer was an error.");
  add_by_kind(page, totals, &AccountTotal::errors);
  page.family("mogate_rows_total", Type::counter, "Rows sent to clients or changed for them.");
  for (const auto& [name, total] : totals) page.sample(total.rows, {{"account", name}});
  page.family("mogate_client_bytes_total", Type::counter,
              "Bytes of the MySQL protocol from (in) and to (out) clients, before TLS and compression.");
  for (const auto& [name, total] : totals) {
    page.sample(total.bytes_in, {{"account", name}, {"direction", "in"}});
    page.sample(total.bytes_out, {{"account", name}, {"direction", "out"}});
  }
  page.family("mogate_statement_seconds", Type::histogram,
              "From a command's first byte to the last byte of its answer, by account.");
  for (const auto& [name, total] : totals) page.histogram(total.latency, {{"account", name}});
}

void add_kinds(MetricsPage& page, const Shared& shared) {
  page.family("mogate_statement_kind_seconds", Type::histogram, "The same by kind of statement.");
  for (Kind kind = 0; kind < kMostKinds; ++kind) {
    Latencies total;
    for (const auto* shard : shared.shard_metrics) total.add(shard->latency[kind].read());
    if (total.count != 0) page.histogram(total, {{"kind", std::string(name_of_kind(kind))}});
  }
}

void add_sessions(MetricsPage& page, const Shared& shared) {
  std::map<std::pair<std::string, std::string_view>, std::uint64_t> sessions;
  std::map<std::string, std::uint64_t> accounts;
  for (const auto& session : shared.registry.all()) {
    auto name = session->user.account;
    if (!accounts.contains(name) && accounts.size() >= shared.config.metrics.accounts) name = kOthers;
    accounts[name]++;
    sessions[{name, name_of(session->state)}]++;
  }
  page.family("mogate_sessions", Type::gauge, "Sessions that are logged in, by what they do.");
  for (const auto& [key, count] : sessions)
    page.sample(count, {{"account", key.first}, {"state", std::string(key.second)}});
  page.family("mogate_client_connections", Type::gauge, "Clients that are connected, logged in or not.");
  page.sample(std::uint64_t{shared.sessions});
}

void add_counters(MetricsPage& page, const Shared& shared) {
  const auto& counters = shared.counters;
  auto count = [&page](const char* name, const char* help, std::uint64_t value) {
    page.family(name, Type::counter, help);
    page.sample(value);
  };
  count("mogate_connections_total", "Connections that clients made.", counters.connections);
  count("mogate_connections_refused_total", "Those above [gateway] max_sessions.",
        counters.refused_connections);
  count("mogate_logins_failed_total", "Logins that the backend or the gateway refused.",
        counters.failed_logins);
  count("mogate_extended_statements_total", "Statements of the gateway's own.", counters.extended_statements);
  count("mogate_refused_statements_total", "Statements refused for want of a privilege.",
        counters.refused_statements);
}

void add_backends(MetricsPage& page, const Shared& shared) {
  page.family("mogate_backend_up", Type::gauge, "1 if the last connection to it was answered.");
  page.sample(shared.backend.answers() ? 1.0 : 0.0, {{"backend", to_string(shared.config.backend.address)}});
  auto totals = backend_totals(shared);
  auto each = [&](const char* name, Type type, const char* help, auto value) {
    page.family(name, type, help);
    for (const auto& total : totals) page.sample(value(total), {{"backend", total.name}});
  };
  each("mogate_backend_connects_total", Type::counter, "Connections made for sessions.",
       [](auto& t) { return t.connects; });
  each("mogate_backend_failures_total", Type::counter, "Those that failed.",
       [](auto& t) { return t.failures; });
  each("mogate_backend_statements_total", Type::counter, "Commands of clients, by where they ran.",
       [](auto& t) { return t.statements; });
  each("mogate_backend_errors_total", Type::counter, "Those whose answer was an error.",
       [](auto& t) { return t.errors; });
  page.family("mogate_backend_seconds", Type::histogram, "Their latencies.");
  for (const auto& total : totals) page.histogram(total.latency, {{"backend", total.name}});
}

void add_operations(MetricsPage& page, const Shared& shared) {
  std::map<std::string, std::uint64_t> running;
  for (const auto& operation : shared.operations.all()) running[operation.statement]++;
  page.family("mogate_operations", Type::gauge, "Statements of the gateway's own that run now.");
  for (const auto& [kind, count] : running) page.sample(count, {{"kind", kind}});
}

void add_logs(MetricsPage& page, const Shared& shared) {
  const std::pair<const char*, const LineFile*> files[] = {{"audit", shared.audit.file()},
                                                           {"slow", shared.slow_log.file()}};
  auto each = [&](const char* name, const char* help, auto value) {
    page.family(name, Type::counter, help);
    for (const auto& [log, file] : files)
      if (file != nullptr) page.sample(value(*file), {{"log", log}});
  };
  each("mogate_log_lines_total", "Lines written to files of logs.", [](auto& f) { return f.written(); });
  each("mogate_log_lines_dropped_total", "Lines lost: the queue or the disk was full.",
       [](auto& f) { return f.dropped(); });
}

}  // namespace

std::vector<BackendTotal> backend_totals(const Shared& shared) {
  std::map<std::string, BackendTotal> by_name;
  for (const auto* shard : shared.shard_metrics) {
    shard->backends.each([&](const std::string& name, const BackendMetrics& one) {
      auto& total = by_name[name];
      total.name = name;
      total.connects += one.connects.value();
      total.failures += one.failures.value();
      total.statements += one.statements.value();
      total.errors += one.errors.value();
      total.latency.add(one.latency.read());
    });
  }
  std::vector<BackendTotal> totals;
  for (auto& [name, total] : by_name) totals.push_back(std::move(total));
  return totals;
}

std::vector<DigestTotal> digest_totals(const Shared& shared) {
  std::map<std::uint64_t, DigestTotal> by_hash;
  for (const auto* shard : shared.shard_metrics) {
    shard->digests.each([&](const DigestMetrics& one) {
      auto& total = by_hash[one.hash];
      total.hash = one.hash;
      total.text = one.text;
      total.kind = name_of_kind(one.kind);
      total.count += one.count.value();
      total.errors += one.errors.value();
      total.rows += one.rows.value();
      total.latency.add(one.latency.read());
    });
  }
  std::vector<DigestTotal> totals;
  for (auto& [hash, total] : by_hash)
    if (total.count != 0) totals.push_back(std::move(total));  // else its first execution still runs
  std::sort(totals.begin(), totals.end(),
            [](auto& a, auto& b) { return a.latency.seconds > b.latency.seconds; });
  return totals;
}

void collect_gateway(const Shared& shared, MetricsPage& page) {
  page.family("mogate_info", Type::gauge, "1, with what runs in its labels.");
  auto greeting = shared.backend.greeting();
  page.sample(1.0, {{"version", kVersion},
                    {"node", std::to_string(shared.config.gateway.node)},
                    {"backend_version", greeting ? greeting->server_version : ""}});
  page.family("mogate_draining", Type::gauge, "1 while the gateway ends and takes no new sessions.");
  page.sample(shared.draining ? 1.0 : 0.0);
  add_process(page, shared.started);
  add_sessions(page, shared);
  add_counters(page, shared);
  auto totals = account_totals(shared);
  add_accounts(page, totals);
  add_kinds(page, shared);
  add_backends(page, shared);
  add_operations(page, shared);
  add_logs(page, shared);
}

}  // namespace mogate::proxy
