// One client session on a plain socket: blocking login, then raw sends and reads for the load loops.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace mogate::bench {

struct Target {
  std::string host = "127.0.0.1";
  std::uint16_t port = 3306;
  std::string user;
  std::string password;
};

class Connection {
 public:
  // Connects and logs in by mysql_native_password, also through an AuthSwitch; throws std::runtime_error.
  explicit Connection(const Target& target);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  int fd() const { return fd_; }
  // A whole packet with header, ready to be sent again and again.
  void send(std::string_view packet) const;
  // COM_QUIT, then reads until the other side has closed.
  void quit();

 private:
  std::string read_packet();
  std::string read_exactly(std::size_t size);
  void log_in(const Target& target);

  int fd_ = -1;
  std::uint8_t sequence_ = 0;
};

// A COM_QUERY packet with sequence number 0.
std::string query_packet(std::string_view sql);

}  // namespace mogate::bench
