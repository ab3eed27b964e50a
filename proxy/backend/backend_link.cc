#include "proxy/backend/backend_link.h"

#include "protocol/auth.h"

namespace mogate::proxy {

namespace {

using protocol::as_bytes;

// The gateway's own statements read catalogs and snapshots' rows, not user data.
constexpr std::size_t kMaxPacket = 16U << 20;
constexpr std::size_t kMaxRows = 1'000'000;
constexpr std::size_t kMaxBytes = 256U << 20;

const IoError kBroken{Side::backend, IoFault::protocol};
const IoError kTooMuch{Side::backend, IoFault::too_large};

std::uint8_t first_of(const std::string& payload) {
  return payload.empty() ? std::uint8_t{0} : static_cast<std::uint8_t>(payload[0]);
}

}  // namespace

BackendLink::BackendLink(Reactor& reactor, Readiness& readiness, BufferPool& pool)
    : leg_(std::make_unique<Leg>(reactor, Side::backend, readiness)), buffer_(pool) {}

Task<PacketRead> BackendLink::next_packet() {
  co_return co_await read_packet(*leg_, buffer_, Side::backend, kMaxPacket);
}

Task<IoError> BackendLink::connect(const Endpoint& to, std::string_view preamble) {
  if (auto error = co_await leg_->connect(to)) co_return error;
  if (auto error = co_await leg_->write_all(preamble)) co_return error;
  auto packet = co_await next_packet();
  if (packet.error) co_return packet.error;
  if (auto err = protocol::parse_err(as_bytes(packet.payload), protocol::cap::protocol_41)) {
    refusal = protocol::to_error(*err);
    co_return IoError{};
  }
  auto greeting = protocol::parse_greeting(as_bytes(packet.payload));
  if (!greeting) co_return kBroken;
  greeting_ = std::move(*greeting);
  co_return IoError{};
}

Task<IoError> BackendLink::start_tls(const TlsSettings& settings, SSL_CTX* context,
                                     const protocol::SslRequest& request) {
  if (settings.mode == TlsMode::off) co_return IoError{};
  if (!(greeting_.capabilities & protocol::cap::ssl)) {
    co_return settings.mode == TlsMode::required ? IoError{Side::backend, IoFault::tls} : IoError{};
  }
  std::string payload;
  protocol::write_ssl_request(payload, request);
  if (auto error = co_await write_packet(*leg_, payload, login_sequence_)) co_return error;
  co_return co_await leg_->start_tls(context, false, settings.host);
}

void BackendLink::close() {
  leg_->close();
  buffer_.release();
  refusal.reset();
  greeting_ = {};
  capabilities_ = 0;
  status_ = 0;
  login_sequence_ = 1;
}

void BackendLink::swap(BackendLink& other) {
  std::swap(leg_, other.leg_);
  buffer_.swap(other.buffer_);
  std::swap(refusal, other.refusal);
  std::swap(greeting_, other.greeting_);
  std::swap(capabilities_, other.capabilities_);
  std::swap(status_, other.status_);
  std::swap(login_sequence_, other.login_sequence_);
}

Task<std::optional<protocol::SqlError>> BackendLink::login(const std::string& user, const Prover& prove,
                                                           const TlsSettings& settings, SSL_CTX* context,
                                                           IoError& io) {
  using namespace protocol;
  capabilities_ = greeting_.capabilities & (cap::long_password | cap::protocol_41 | cap::transactions |
                                            cap::secure_connection | cap::plugin_auth | cap::deprecate_eof);
  capabilities_ |= cap::protocol_41 | cap::secure_connection;
  bool tls = settings.mode != TlsMode::off && (greeting_.capabilities & cap::ssl);
  HandshakeResponse response;
  response.capabilities = capabilities_ | (tls ? cap::ssl : 0);
  response.max_packet = kMaxPacket;
  response.collation = static_cast<std::uint8_t>(kUtf8mb4General);
  io =
      co_await start_tls(settings, context, {response.capabilities, response.max_packet, response.collation});
  if (io) co_return std::nullopt;
  auto proof = prove(greeting_.plugin, greeting_.salt);
  response.user = user;
  response.auth_response = proof;
  response.plugin = greeting_.plugin;
  std::string payload;
  write_handshake_response(payload, response);
  io = co_await write_packet(*leg_, payload, login_sequence_);
  if (io) co_return std::nullopt;
  co_return co_await finish_login(prove, io);
}

Task<std::optional<protocol::SqlError>> BackendLink::finish_login(const Prover& prove, IoError& io) {
  while (true) {
    auto packet = co_await next_packet();
    io = packet.error;
    if (io) co_return std::nullopt;
    auto bytes = as_bytes(packet.payload);
    if (auto err = protocol::parse_err(bytes, capabilities_)) co_return protocol::to_error(*err);
    if (protocol::parse_ok(bytes, capabilities_) && first_of(packet.payload) == 0) co_return std::nullopt;
    auto change = protocol::parse_auth_switch(bytes);
    if (protocol::parse_auth_more_data(bytes) == protocol::kSha2FastSuccess) continue;
    if (!change) {
      io = kBroken;
      co_return std::nullopt;
    }
    auto sequence = static_cast<std::uint8_t>(packet.sequence + 1);
    io = co_await write_packet(*leg_, prove(change->plugin, change->data), sequence);
    if (io) co_return std::nullopt;
  }
}

Task<IoError> BackendLink::send_query(std::string_view sql) {
  std::string payload(1, static_cast<char>(protocol::Command::query));
  payload.append(sql);
  std::uint8_t sequence = 0;
  co_return co_await write_packet(*leg_, payload, sequence);
}

Task<QueryResult> BackendLink::read_answer() {
  auto result = co_await read_result();
  buffer_.release_if_empty();
  co_return result;
}

Task<QueryResult> BackendLink::query(std::string_view sql) {
  QueryResult failed;
  failed.io = co_await send_query(sql);
  if (failed.io) co_return failed;
  co_return co_await read_answer();
}

Task<IoError> BackendLink::read_columns(QueryResult& result, std::uint64_t count) {
  for (std::uint64_t i = 0; i < count; ++i) {
    auto packet = co_await next_packet();
    if (packet.error) co_return packet.error;
    auto column = protocol::parse_column(as_bytes(packet.payload));
    if (!column) co_return kBroken;
    result.rows.columns.emplace_back(column->name);
    protocol::ColumnView kept;
    kept.charset = column->charset;
    kept.length = column->length;
    kept.type = column->type;
    kept.flags = column->flags;
    kept.decimals = column->decimals;
    result.columns.push_back(kept);
  }
  if (capabilities_ & protocol::cap::deprecate_eof) co_return IoError{};
  auto eof = co_await next_packet();
  co_return eof.error;
}

Task<IoError> BackendLink::read_rows(QueryResult& result, bool& more) {
  std::vector<protocol::CellView> cells;
  std::size_t bytes = 0;
  while (true) {
    auto packet = co_await next_packet();
    if (packet.error) co_return packet.error;
    auto payload = as_bytes(packet.payload);
    if (auto err = protocol::parse_err(payload, capabilities_); err && first_of(packet.payload) == 0xFF) {
      result.error = protocol::to_error(*err);
      co_return IoError{};
    }
    if (protocol::is_result_end(first_of(packet.payload), packet.payload.size(), capabilities_)) {
      auto ok = capabilities_ & protocol::cap::deprecate_eof ? protocol::parse_ok(payload, capabilities_)
                                                             : std::nullopt;
      auto eof = protocol::parse_eof(payload, capabilities_);
      status_ = ok ? ok->status : eof ? eof->status : status_;
      more = (status_ & protocol::status::more_results) != 0;
      co_return IoError{};
    }
    if (!protocol::parse_text_row(payload, result.columns.size(), cells)) co_return kBroken;
    bytes += packet.payload.size();
    if (result.rows.rows.size() >= kMaxRows || bytes > kMaxBytes) co_return kTooMuch;
    auto& row = result.rows.rows.emplace_back();
    for (const auto& cell : cells) row.push_back(cell ? std::optional<std::string>(*cell) : std::nullopt);
  }
}

Task<QueryResult> BackendLink::read_result() {
  QueryResult result;
  auto packet = co_await next_packet();
  result.io = packet.error;
  if (result.io) co_return result;
  auto payload = as_bytes(packet.payload);
  if (first_of(packet.payload) == 0xFF) {
    auto err = protocol::parse_err(payload, capabilities_);
    err ? void(result.error = protocol::to_error(*err)) : void(result.io = kBroken);
    co_return result;
  }
  if (first_of(packet.payload) == 0x00) {
    auto ok = protocol::parse_ok(payload, capabilities_);
    if (!ok) result.io = kBroken;
    if (ok) status_ = ok->status;
    if (ok) result.affected = ok->affected_rows;
    co_return result;
  }
  protocol::ByteReader r(payload);
  auto count = r.lenenc_int();
  if (!r.done()) result.io = kBroken;
  if (!result.io) result.io = co_await read_columns(result, count);
  bool more = false;
  if (!result.io) result.io = co_await read_rows(result, more);
  // Own statements are single ones: a further result means that the two sides have lost step.
  if (more) result.io = kBroken;
  co_return result;
}

}  // namespace mogate::proxy
