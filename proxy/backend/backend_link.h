// A session's connection to MatrixOne: connecting, TLS, and the gateway's own statements on it.
#pragma once

#include "protocol/handshake.h"
#include "protocol/messages.h"
#include "proxy/backend/packet_io.h"
#include "proxy/config/config.h"
#include "proxy/net/tls.h"
#include "rewrite/plan.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace mogate::proxy {

// A result collected whole. Either `io` or `error` says what went wrong.
struct QueryResult {
  IoError io;
  std::optional<protocol::SqlError> error;
  rewrite::Rows rows;
  std::vector<protocol::ColumnView> columns;  // names stripped: see rows.columns
  std::uint64_t affected = 0;

  bool ok() const { return !io && !error; }
};

// The proof that a server asks for by `plugin` with `salt`; empty for a plugin that it does not know.
using Prover = std::function<std::string(std::string_view plugin, std::string_view salt)>;

class BackendLink {
 public:
  // `readiness` outlives the link; its deadline bounds every call.
  BackendLink(Reactor& reactor, Readiness& readiness, BufferPool& pool);

  // Connects, sends Shared::backend_preamble() and reads the greeting; an ERR in its place (too many
  // connections …) is in `refusal`.
  Task<IoError> connect(const Endpoint& to, std::string_view preamble);
  std::optional<protocol::SqlError> refusal;

  // Sends the SSL request and starts TLS, if `settings` ask for it and the server offers it. A server that
  // doesn't, where it is required, is IoFault::tls.
  Task<IoError> start_tls(const TlsSettings& settings, SSL_CTX* context, const protocol::SslRequest& request);
  // Why IoFault::tls.
  std::string tls_failure() const {
    return leg_->tls_failure().empty() ? "the server offers none" : leg_->tls_failure();
  }

  // Logs in for statements of the gateway's own: by the service credentials, or as a session's sibling.
  // Nullopt if the server let it in; `io` or the server's error otherwise. `prove` must outlive the call.
  Task<std::optional<protocol::SqlError>> login(const std::string& user, const Prover& prove,
                                                const TlsSettings& settings, SSL_CTX* context, IoError& io);

  // Ends the connection and forgets all of it, so that connect() may follow.
  void close();
  // Both links belong to the same session.
  void swap(BackendLink& other);

  // Runs one statement and collects its (first) result. Only between commands.
  Task<QueryResult> query(std::string_view sql);
  // Its two halves, for those who watch more than the backend in between.
  Task<IoError> send_query(std::string_view sql);
  Task<QueryResult> read_answer();

  const protocol::Greeting& greeting() const { return greeting_; }
  Leg& leg() { return *leg_; }
  Buffer& buffer() { return buffer_; }
  protocol::Capabilities capabilities() const { return capabilities_; }
  void set_capabilities(protocol::Capabilities caps) { capabilities_ = caps; }
  std::uint16_t status() const { return status_; }
  void set_status(std::uint16_t status) { status_ = status; }
  bool in_transaction() const { return (status_ & protocol::status::in_transaction) != 0; }
  bool autocommit() const { return (status_ & protocol::status::autocommit) != 0; }
  // Sequence number that the next packet of the login must have.
  std::uint8_t& login_sequence() { return login_sequence_; }

 private:
  Task<QueryResult> read_result();
  Task<IoError> read_columns(QueryResult& result, std::uint64_t count);
  Task<IoError> read_rows(QueryResult& result, bool& more);
  Task<PacketRead> next_packet();
  Task<std::optional<protocol::SqlError>> finish_login(const Prover& prove, IoError& io);

  std::unique_ptr<Leg> leg_;  // stays where it is, because the reactor knows it
  Buffer buffer_;
  protocol::Greeting greeting_;
  protocol::Capabilities capabilities_ = 0;
  std::uint16_t status_ = 0;
  std::uint8_t login_sequence_ = 1;
};

}  // namespace mogate::proxy
