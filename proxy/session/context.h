// The state of one session, used by its login, relay and statements. Lives on one thread.
#pragma once

#include "proxy/backend/backend_link.h"
#include "proxy/net/buffer.h"
#include "proxy/net/leg.h"
#include "proxy/observe/command_note.h"
#include "proxy/policy/session_policy.h"
#include "proxy/server/shard_resources.h"
#include "proxy/server/shared.h"
#include "proxy/session/credentials.h"
#include "rewrite/dialect.h"
#include "rewrite/session/changes.h"

#include <memory>
#include <optional>

namespace mogate::proxy {

// Why a session ended; error_for_client() decides what the client may read of it.
struct SessionEnd {
  IoError error;
  std::optional<protocol::SqlError> say;  // instead of what error_for_client() would give
  bool quiet = false;                     // the client asked for it, or has its answer already
};
using MaybeEnd = std::optional<SessionEnd>;

struct SessionContext {
  SessionContext(Shared& shared_state, ShardResources& shard_resources)
      : shared(shared_state),
        shard(shard_resources),
        client(shard_resources.reactor, Side::client, readiness),
        request(shard_resources.buffers),
        backend(shard_resources.reactor, readiness, shard_resources.buffers),
        policy(make_policy(shared_state)),
        entry(std::make_shared<SessionEntry>()),
        note(shard_resources.metrics) {}

  Shared& shared;
  ShardResources& shard;
  Readiness readiness;
  Leg client;
  Buffer request;  // from the client, not consumed yet
  BackendLink backend;
  BackendLink* aside = nullptr;             // the client's own, while a sibling stands in for it (Sibling)
  protocol::Capabilities capabilities = 0;  // agreed on, the same on both legs
  // What the client said of itself at its first login, for later ones that do not say it.
  std::uint32_t max_packet = 0;
  std::uint8_t collation = 0;
  // Whose connection this is (learn_origin()); without addresses: a unix socket's.
  protocol::ProxyHeader origin;
  bool is_local = false;                     // a process of this host, through a unix socket
  std::unique_ptr<SessionPolicy> policy;     // null where no policy file is configured
  std::unique_ptr<Credentials> credentials;  // in a bridge login only
  SessionLimits::Place address_place, account_place, user_place;
  std::shared_ptr<SessionEntry> entry;  // not changed once it is in the registry
  CommandNote note;                     // of the command that runs
  struct SlowNote {
    std::string traceparent, text;
  };
  std::unique_ptr<SlowNote> slow_note;  // of the last statement with a text, where there is a slow log
  rewrite::Dialect dialect;
  rewrite::sql::SqlMode sql_mode;           // as the backend last said it is
  rewrite::SessionChanges changes;          // since the login or the last reset
  std::optional<std::uint32_t> account_id;  // once the backend was asked; a login's account never changes
  std::string login_role;                   // active before its first change; empty: not asked for yet
  std::uint8_t login_sequence = 0;          // of the next packet to the client before the login is over
  bool logged_in = false;
  bool in_command = false;
  // The client had a transaction open before its statement. Reads of the gateway's own begin one where
  // autocommit is 0.
  bool client_in_transaction = false;
  // The rows of a cursor are unread on the backend leg (session/cursors.h): it can take no command, and it is
  // not watched while the session is idle.
  bool backend_has_rows = false;
  // What an ERR that ends the session must carry; nullopt: the client is in the middle of a packet and cannot
  // be told.
  std::optional<std::uint8_t> error_sequence;

  static std::unique_ptr<SessionPolicy> make_policy(const Shared& shared) {
    return shared.policies.configured() ? std::make_unique<SessionPolicy>() : nullptr;
  }
  const Config& config() const { return shared.config; }
  // What the client sends cannot be read on its way: as for MySQL, unix sockets need no TLS for that.
  bool has_secure_transport() const { return client.has_tls() || is_local; }
  // The one place where everything that belongs to a login begins anew: the client's leg, what was agreed on
  // with it and the connection id remain. Also Commands has to be made anew.
  void begin_login() {
    backend.close();
    credentials.reset();
    account_place.leave();
    user_place.leave();
    policy = make_policy(shared);
    entry = successor(*entry);
    note.log_out();
    dialect = {};
    sql_mode = {};
    backend_has_rows = false;
    changes = {};
    account_id.reset();
    login_role.clear();
    client_in_transaction = false;
    logged_in = false;
    in_command = false;
  }
  // Counts the command that runs as ended.
  void count_command() {
    auto took = note.end(Clock::now(), client.bytes_received(), client.bytes_sent());
    if (took && logs_slow() && *took >= config().slow_log.threshold) tell_slow(*took);
  }
  // The text of the statement that runs, or the beginning of a long one.
  void note_text(std::string_view sql) {
    note.see(note.look(sql, dialect.lexer_mode(sql_mode)));
    if (logs_slow()) keep_for_slow_log(sql);
  }
  // To be called before the gateway asks the backend anything on behalf of a statement.
  void note_transaction() { client_in_transaction = backend.in_transaction(); }
  bool logs_slow() const { return config().slow_log.threshold.count() != 0; }
  void keep_for_slow_log(std::string_view sql);
  void tell_slow(std::chrono::nanoseconds took);
  // For what runs on the backend as the client sent it.
  void set_statement_deadline() {
    auto limit = config().timeouts.statement;
    if (policy && policy->terms.timeout.value != 0) {
      std::chrono::milliseconds own(policy->terms.timeout.value);
      if (limit.count() == 0 || own < limit) limit = own;
    }
    limit.count() == 0 ? readiness.no_deadline() : readiness.set_deadline_in(limit);
  }
};

inline MaybeEnd end_if(IoError error) {
  return error ? MaybeEnd(SessionEnd{error, {}, false}) : std::nullopt;
}

}  // namespace mogate::proxy
