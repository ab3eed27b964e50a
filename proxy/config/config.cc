#include "proxy/config/config.h"

#include "proxy/config/http_config.h"
#include "proxy/config/secret_file.h"
#include "proxy/config/section.h"
#include "proxy/config/tls_config.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <cstdlib>
#include <fstream>
#include <optional>
#include <sstream>

namespace mogate::proxy {
namespace {

struct Reader {
  const toml::table& root;
  const std::string& path;
  Faults faults;

  Section section(Section& top, const char* name) {
    const auto* node = top.find(name);
    if (node && !node->is_table()) top.fail(*node, name, "must be a [section]");
    return {node ? node->as_table() : nullptr, name, path, faults};
  }
};

void read_gateway(Section s, Config::Gateway& g) {
  s.read("listen", g.listen);
  s.read("socket_mode", g.socket_mode);
  s.read("proxy_protocol_from", g.proxy_protocol_from);
  s.read("threads", g.threads, 0, 256);
  s.read("node", g.node, 1, 255);
  s.read("max_sessions", g.max_sessions, 1, 1'000'000);
  s.read("max_handshake_bytes", g.max_handshake_bytes, 1024, 60'000);
  s.read("inspect_limit", g.inspect_limit, 1024, 64 << 20);
  s.read("max_statement_bytes", g.max_statement_bytes, 1024, 1 << 30);
  s.read("max_prepared", g.max_prepared, 1, 100'000);
  s.read("off_comment", g.off_comment,
         {{"all", OffComment::all}, {"sys", OffComment::sys}, {"none", OffComment::none}});
  s.read("core_files", g.core_files);
}

void read_limits(Section s, Config::Limits& l) {
  constexpr std::int64_t kMost = 1'000'000;
  s.read("sessions_per_account", l.sessions_per_account, 0, kMost);
  s.read("sessions_per_user", l.sessions_per_user, 0, kMost);
  s.read("sessions_per_address", l.sessions_per_address, 0, kMost);
  s.read("failed_logins", l.failed_logins, 0, 1000);
  s.read("login_delay", l.login_delay, 0.01);
  s.read("max_login_delay", l.max_login_delay, 0.01);
}

void read_cursors(Section s, Config::Cursors& c) {
  s.read("memory_bytes", c.memory_bytes, 0, 1 << 30);
  s.read("limit_bytes", c.limit_bytes, 0, std::int64_t{1} << 40);
  s.read("directory", c.directory);
}

void read_login(Section s, Config::Login& l) {
  s.read("mode", l.mode, {{"passthrough", LoginMode::passthrough}, {"bridge", LoginMode::bridge}});
  s.read("switch_native_clients", l.switch_native_clients);
  s.read("cache_lifetime", l.cache_lifetime, 0);
  s.read("rsa_key", l.rsa_key);
}

void read_compression(Section s, Config::Compression& c) {
  s.read_set("algorithms", c.offered, {{"zlib", protocol::cap::compress}, {"zstd", protocol::cap::zstd}});
  s.read("max_zstd_level", c.max_zstd_level, 1, 19);
}

void read_timeouts(Section s, Config::Timeouts& t) {
  s.read("connect", t.connect, 0.01);
  s.read("handshake", t.handshake, 0.01);
  s.read("idle", t.idle, 0.01);
  s.read("write", t.write, 0.01);
  s.read("statement", t.statement, 0);
  s.read("orchestration", t.orchestration, 0.01);
  s.read("restore", t.restore, 0.01);
  s.read("drain", t.drain, 0);
  s.read("handover", t.handover, 0);
}

void read_guards(Section s, rewrite::GuardSettings& g) {
  s.read("mo_ctl", g.mo_ctl);
  s.read("remap_hint", g.remap_hint);
  s.read("set_connection_id", g.set_connection_id);
  s.read("kill", g.kill);
  s.read("two_snapshots", g.two_snapshots);
  s.read("snapshot_dml", g.snapshot_dml);
  s.read("clone", g.clone);
  s.read("data_branch", g.data_branch);
  s.read("restore", g.restore);
  s.read("joined_delete", g.joined_delete);
  s.read("fk_parent_delete", g.fk_parent_delete);
}

void read_compat(Section s, rewrite::CompatSettings& c) {
  s.read("flush", c.flush);
  s.read("replication_status", c.replication_status);
  s.read("read_write", c.read_write);
  s.read("savepoints", c.savepoints);
  s.read("prepared_transactions", c.prepared_transactions);
}

// A variable that is not set has no password in it.
std::optional<std::string> read_secret_variable(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value ? std::optional<std::string>(value) : std::nullopt;
}

void read_login(Section& s, UserPassword& out) {
  std::string file, variable;
  s.read("user", out.user);
  s.read("password_file", file);
  s.read("password_env", variable);
  if (out.user.empty() && file.empty() && variable.empty()) return;
  const char* source = variable.empty() ? "password_file" : "password_env";
  const auto* node = s.find(out.user.empty() ? source : "user");
  if (out.user.empty() || (file.empty() && variable.empty()))
    return s.fail(*node, "user", "and password_file go together");
  if (!file.empty() && !variable.empty())
    return s.fail(*s.find("password_env"), "password_env", "and password_file are one too many");
  auto secret = variable.empty() ? read_secret_file(file) : read_secret_variable(variable);
  secret ? void(out.password = *secret)
         : s.fail(*s.find(source), source,
                  variable.empty() ? "cannot be read" : "names a variable that is not set");
}

void read_service(Section s, Config::Service& service) {
  read_login(s, service);
  s.read_sections("accounts",
                  [&](const std::string& name, Section one) { read_login(one, service.accounts[name]); });
}

void read_uri(Section& s, Config::Uri& uri) {
  read_login(s, uri.login);
  s.read("address", uri.address);
  s.read("accounts", uri.accounts);
}

void read_subscriptions(Section s, Config::Subscriptions& subscriptions) {
  s.read("for_accounts", subscriptions.for_accounts);
  s.read("show_subscriptions", subscriptions.native_show, {{"gateway", false}, {"native", true}});
  s.read("key_file", subscriptions.key_file);
  s.read("parallel", subscriptions.parallel, 1, 256);
  s.read("parallel_tables", subscriptions.parallel_tables, 1, 64);
  s.read("statement_timeout", subscriptions.statement_timeout, 1);
}

void read_upstreams(Section s, Config::Upstreams& upstreams) {
  s.read("allow", upstreams.allow);
  s.read("allow_accounts", upstreams.allow_accounts);
  s.read("tls", upstreams.tls,
         {{"off", TlsMode::off}, {"preferred", TlsMode::preferred}, {"required", TlsMode::required}});
  s.read("ca", upstreams.ca);
}

void read_log_file(Section& s, Config::LogFile& f) {
  s.read("file", f.file);
  s.read("max_bytes", f.max_bytes, 4096, std::int64_t{1} << 40);
  s.read("keep", f.keep, 0, 1000);
  s.read("queue_bytes", f.queue_bytes, 65536, std::int64_t{1} << 32);
}

void read_all(Reader& r, Config& c) {
  Section top(&r.root, "", r.path, r.faults);
  read_gateway(r.section(top, "gateway"), c.gateway);
  read_limits(r.section(top, "limits"), c.limits);
  read_compression(r.section(top, "compression"), c.compression);
  {
    auto s = r.section(top, "backend");
    s.read("address", c.backend.address);
    s.read("early_connect", c.backend.early_connect);
    s.read("send_proxy_header", c.backend.send_proxy_header);
  }
  read_cursors(r.section(top, "cursors"), c.cursors);
  read_login(r.section(top, "login"), c.login);
  read_timeouts(r.section(top, "timeouts"), c.timeouts);
  read_client_tls(r.section(top, "client_tls"), c.client_tls);
  read_backend_tls(r.section(top, "backend_tls"), c.backend_tls);
  read_service(r.section(top, "service"), c.service);
  top.read_sections("uris", [&](const std::string& name, Section one) { read_uri(one, c.uris[name]); });
  {
    auto s = r.section(top, "restore");
    s.read("allow_unbounded", c.allow_unbounded_restore);
  }
  read_subscriptions(r.section(top, "subscriptions"), c.subscriptions);
  read_upstreams(r.section(top, "upstreams"), c.upstreams);
  {
    auto s = r.section(top, "policies");
    s.read("file", c.policies.file);
    s.read("watch", c.policies.watch);
  }
  read_guards(r.section(top, "guards"), c.guards);
  read_compat(r.section(top, "compat"), c.compat);
  read_http(r.section(top, "http"), c.http);
  {
    auto s = r.section(top, "metrics");
    s.read("accounts", c.metrics.accounts, 1, 10'000);
    s.read("digests", c.metrics.digests, 0, 100'000);
  }
  {
    auto s = r.section(top, "audit");
    read_log_file(s, c.audit);
  }
  {
    auto s = r.section(top, "slow_log");
    read_log_file(s, c.slow_log);
    s.read("threshold", c.slow_log.threshold, 0);
    s.read("literals", c.slow_log.literals);
  }
  auto s = r.section(top, "log");
  s.read("level", c.log.level,
         {{"debug", std::string("debug")}, {"info", "info"}, {"warn", "warn"}, {"error", "error"}});
  s.read("format", c.log.format, {{"text", std::string("text")}, {"json", "json"}});
}

}  // namespace

const UserPassword* Config::service_login(const std::string& account) const {
  if (account == "sys") return service.configured() ? &service : nullptr;
  auto found = service.accounts.find(account);
  return found == service.accounts.end() || found->second.user.empty() ? nullptr : &found->second;
}

std::variant<Config, std::string> parse_config(std::string_view text, const std::string& path) {
  toml::table root;
  try {
    root = toml::parse(text, path);
  } catch (const toml::parse_error& e) {
    return fmt::format("{}:{}: {}", path, e.source().begin.line, e.description());
  }
  Config config;
  config.file = path;
  Reader reader{root, path, {}};
  read_all(reader, config);
  if (reader.faults.empty()) return config;
  std::string all;
  for (const auto& [line, fault] : reader.faults) all += (all.empty() ? "" : "\n") + fault;
  return all;
}

std::variant<Config, std::string> load_config(const std::string& path) {
  std::ifstream in(path);
  if (!in) return fmt::format("{}:0: cannot be read", path);
  std::stringstream text;
  text << in.rdbuf();
  return parse_config(text.str(), path);
}

}  // namespace mogate::proxy
