#include "tests/simulator/backend.h"

#include "protocol/handshake.h"
#include "tests/simulator/failure.h"

#include <cstring>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace mogate::simulator {
namespace {

using namespace protocol;

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
  login(found_rows);
}

void Backend::login(bool found_rows) {
  auto greeting = parse_greeting(as_bytes(stream_.read()));
  if (!greeting) throw Disconnected{};
  thread_id_ = greeting->connection_id;
  HandshakeResponse response;
  response.capabilities = capabilities() | (found_rows ? cap::found_rows : 0);
  response.max_packet = 1U << 30;
  response.collation = kUtf8mb4General;
  response.user = "root";
  response.plugin = kNativePassword;
  std::string payload;
  write_handshake_response(payload, response);
  stream_.write(payload);
  stream_.flush();
  auto answer = stream_.read();
  if (answer.empty() || answer[0] != '\0') throw to_failure(answer);
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

}  // namespace mogate::simulator
