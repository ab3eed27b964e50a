#include "tests/simulator/backend.h"

#include "protocol/auth.h"
#include "protocol/handshake.h"
#include "tests/simulator/failure.h"

#include <cerrno>
#include <cstring>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace mogate::simulator {
namespace {

using namespace protocol;

constexpr int kTcpLimitSeconds = 10;

int connect_unix(const std::string& path) {
  int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path)
    throw failure(errc::unknown_error, "socket path too long: " + path);
  std::memcpy(address.sun_path, path.data(), path.size());
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return fd;
  ::close(fd);
  return -1;
}

std::string go_text(int error) {
  return error == ECONNREFUSED  ? "connection refused"
         : error == EINPROGRESS ? "i/o timeout"
                                : std::strerror(error);
}

int connect_tcp(const Endpoint& endpoint) {
  auto port = std::to_string(endpoint.port);
  auto fail = [&](const std::string& why) {
    return failure(errc::server_gone, "dial tcp " + endpoint.host + ":" + port + ": " + why);
  };
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(endpoint.host.c_str(), port.c_str(), &hints, &found) != 0)
    throw fail("lookup " + endpoint.host + ": no such host");
  int fd = ::socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  timeval limit{kTcpLimitSeconds, 0};
  ::setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);  // for connect(), too
  ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  int failed = ::connect(fd, found->ai_addr, found->ai_addrlen) == 0 ? 0 : errno;
  ::freeaddrinfo(found);
  if (failed == 0) return fd;
  ::close(fd);
  throw fail("connect: " + go_text(failed));
}

Column to_column(const std::string& packet) {
  auto view = parse_column(as_bytes(packet));
  if (!view) throw failure(errc::malformed_packet, "column definition");
  return {std::string(view->name), view->type, view->charset};
}

Failure to_failure(const std::string& packet) {
  auto view = parse_err(as_bytes(packet), Backend::capabilities());
  return {view ? to_error(*view) : SqlError{errc::malformed_packet, "malformed error", {}}, true};
}

}  // namespace

std::string Rows::value() const { return rows.empty() || !rows[0][0] ? "" : *rows[0][0]; }

Backend::Backend(const std::string& socket_path, bool found_rows) : stream_(connect_unix(socket_path)) {
  if (stream_.fd() < 0) throw failure(errc::server_gone, "cannot connect to the account's MariaDB");
  login("root", {}, found_rows);
}

Backend::Backend(const Endpoint& endpoint) : stream_(connect_tcp(endpoint)) {
  login(endpoint.user, endpoint.password, false);
}

void Backend::login(const std::string& user, const std::string& password, bool found_rows) {
  auto packet = stream_.read();
  if (!packet.empty() && static_cast<std::uint8_t>(packet[0]) == 0xFF) throw to_failure(packet);
  auto greeting = parse_greeting(as_bytes(packet));
  if (!greeting) throw Disconnected{};
  thread_id_ = greeting->connection_id;
  auto salt = std::string(greeting->salt);
  auto proof = native_scramble(password, salt);
  HandshakeResponse response;
  response.capabilities = capabilities() | (found_rows ? cap::found_rows : 0);
  response.max_packet = 1U << 30;
  response.collation = kUtf8mb4General;
  response.user = user;
  response.auth_response = proof;
  response.plugin = kNativePassword;
  std::string payload;
  write_handshake_response(payload, response);
  stream_.write(payload);
  stream_.flush();
  prove(password, salt);
}

// Answers what the server asks until it is content.
void Backend::prove(const std::string& password, std::string salt) {
  for (;;) {
    auto answer = stream_.read();
    if (!answer.empty() && answer[0] == '\0') return;
    auto request = parse_auth_switch(as_bytes(answer));
    if (!request) throw to_failure(answer);
    if (!request->data.empty()) salt = request->data;
    stream_.write(scramble_for(request->plugin, password, salt));
    stream_.flush();
  }
}

void Backend::send(Command command, std::string_view payload) {
  stream_.restart_sequence();
  std::string packet(1, static_cast<char>(command));
  packet += payload;
  stream_.write(packet);
  stream_.flush();
}

void Backend::send_packet(std::string_view payload) {
  stream_.write(payload);
  stream_.flush();
}

Rows Backend::query(std::string_view sql) {
  send(Command::query, sql);
  auto first = stream_.read();
  if (first.empty()) throw Disconnected{};
  if (static_cast<std::uint8_t>(first[0]) == 0xFF) throw to_failure(first);
  Rows result;
  if (first[0] == '\0') {
    if (auto ok = parse_ok(as_bytes(first), capabilities())) result.affected = ok->affected_rows;
    return result;
  }
  auto count = ByteReader(as_bytes(first)).lenenc_int();
  for (std::uint64_t i = 0; i < count; ++i) result.columns.push_back(to_column(stream_.read()));
  std::vector<CellView> cells;
  for (;;) {
    auto packet = stream_.read();
    auto head = packet.empty() ? std::uint8_t{0} : static_cast<std::uint8_t>(packet[0]);
    if (head == 0xFF) throw to_failure(packet);
    if (is_result_end(head, packet.size(), capabilities())) return result;
    if (!parse_text_row(as_bytes(packet), count, cells)) throw failure(errc::malformed_packet, "row");
    Row row;
    for (const auto& cell : cells) row.push_back(cell ? Cell(std::string(*cell)) : std::nullopt);
    result.rows.push_back(std::move(row));
  }
}

void read_out(Backend& backend) {
  while (backend.mid_result) {
    auto packet = backend.read();
    auto head = packet.empty() ? std::uint8_t{0} : static_cast<std::uint8_t>(packet[0]);
    backend.mid_result = head != 0xFF && !is_result_end(head, packet.size(), Backend::capabilities());
  }
}

RowStream::RowStream(Backend& backend, std::string_view sql) : backend_(backend) {
  backend.send(Command::query, sql);
  auto first = backend.read();
  if (first.empty()) throw Disconnected{};
  if (static_cast<std::uint8_t>(first[0]) == 0xFF) throw to_failure(first);
  auto count = ByteReader(as_bytes(first)).lenenc_int();
  for (std::uint64_t i = 0; i < count; ++i) definitions_.push_back(backend.read());
  backend.mid_result = true;
}

bool RowStream::next(std::string& row) {
  row = backend_.read();
  auto head = row.empty() ? std::uint8_t{0} : static_cast<std::uint8_t>(row[0]);
  bool end = is_result_end(head, row.size(), Backend::capabilities());
  if (head != 0xFF && !end) return true;
  backend_.mid_result = false;
  if (!end) throw to_failure(row);
  return false;
}

}  // namespace mogate::simulator
