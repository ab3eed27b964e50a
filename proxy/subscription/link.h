// A connection of the subscription engine: to an upstream, or to the gateway's own MatrixOne. Its errors name
// the side.
#pragma once

#include "proxy/client/client.h"
#include "proxy/net/file_descriptor.h"
#include "rewrite/dialect.h"

#include <chrono>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace mogate::proxy {

// Ends what waits on any of the sockets in it: at the end of the gateway. For all threads.
class OpenSockets {
 public:
  void add(int socket);
  void remove(int socket);
  // Those added later are shut down at once.
  void shut_down();

 private:
  std::mutex mutex_;
  std::set<int> sockets_;
  bool shut_down_ = false;
};

class Link {
 public:
  Link(OpenSockets& sockets, std::string side) : sockets_(sockets), side_(std::move(side)) {}
  ~Link() { forget_socket(); }
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  // Logs in and sets the session's times to UTC. `silence` bounds each wait afterwards.
  std::optional<protocol::SqlError> open(const ServerLogin& login, std::chrono::milliseconds silence);
  bool is_open() const { return client_.connected(); }
  void close();

  ClientAnswer run(std::string_view sql);
  // Outside a transaction: a deadlock of MatrixOne's catalog, which a second try does not meet, is tried
  // again.
  ClientAnswer run_alone(std::string_view sql);
  // True if it affected one row.
  bool affects_one(std::string_view sql, std::optional<protocol::SqlError>& error);
  RowReader read(std::string_view sql) { return client_.read_rows(sql, silence_); }
  ClientAnswer load(std::string_view sql, const LoadSource& source);

  const rewrite::Dialect& dialect() const { return dialect_; }
  std::uint32_t connection_id() const { return client_.connection_id(); }
  // The error with the side in front of its text.
  protocol::SqlError sided(protocol::SqlError error) const;

 private:
  void forget_socket();

  OpenSockets& sockets_;
  std::string side_;
  Client client_;
  FileDescriptor watched_;  // the same socket, so that its number is not another's when it is shut down
  std::chrono::milliseconds silence_{};
  rewrite::Dialect dialect_;
};

}  // namespace mogate::proxy
