// A connection to one account's MariaDB, or over TCP to any server, on the project's own protocol library, so
// that answers can be passed on packet by packet.
#pragma once

#include "protocol/constants.h"
#include "protocol/messages.h"
#include "tests/simulator/packet_stream.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mogate::simulator {

using Cell = std::optional<std::string>;
using Row = std::vector<Cell>;

struct Column {
  std::string name;
  std::uint8_t type = 0;
  std::uint16_t charset = 0;
};

struct Rows {
  std::vector<Column> columns;
  std::vector<Row> rows;
  std::uint64_t affected = 0;

  // The only cell, or "" when there is none or it is NULL.
  std::string value() const;
};

// A server to log in to over TCP; every wait for it is bounded.
struct Endpoint {
  std::string host;
  int port = 0;
  std::string user;
  std::string password;
};

class Backend {
 public:
  Backend(const Backend&) = delete;
  Backend& operator=(const Backend&) = delete;
  // `found_rows`: an UPDATE counts the rows that it found, not those that it changed.
  explicit Backend(const std::string& socket_path, bool found_rows = false);
  // Throws Failure: server_gone in a Go program's words, or the server's own error.
  explicit Backend(const Endpoint& endpoint);

  // Runs a statement of the simulator's own; throws Failure with MariaDB's error.
  Rows query(std::string_view sql);

  // For the relay: a command, then its packets one by one.
  void send(protocol::Command command, std::string_view payload);
  std::string read() { return stream_.read(); }
  // Whether rows of a result are still to be read; kept by those who read them.
  bool mid_result = false;
  std::string settings = {};                   // the last SET … of those that share it
  void send_packet(std::string_view payload);  // LOCAL INFILE data

  bool has_unread() const { return stream_.has_unread(); }
  int fd() const { return stream_.fd(); }
  std::uint32_t thread_id() const { return thread_id_; }
  static constexpr protocol::Capabilities capabilities() {
    using namespace protocol::cap;
    return long_password | long_flag | local_files | protocol_41 | transactions | secure_connection |
           multi_results | ps_multi_results | plugin_auth | deprecate_eof;
  }
  void shutdown() { stream_.shutdown(); }  // any thread: ends what is running

 private:
  void login(const std::string& user, const std::string& password, bool found_rows);
  void prove(const std::string& password, std::string salt);

  PacketStream stream_;
  std::uint32_t thread_id_ = 0;
};

// The rest of a result.
void read_out(Backend& backend);

// A result that is read row by row.
class RowStream {
 public:
  RowStream(Backend& backend, std::string_view sql);  // throws Failure with MariaDB's error
  const std::vector<std::string>& definitions() const { return definitions_; }  // the packets
  bool next(std::string& row);  // the packet; false at the end. Throws Failure

 private:
  Backend& backend_;
  std::vector<std::string> definitions_;
};

}  // namespace mogate::simulator
