// A blocking MySQL client over mariadb-connector-c, for what is not a session: the command lines, and whoever
// has a thread to wait on. Never on a shard. mysql.h is included in client.cc alone.
#pragma once

#include "protocol/error.h"
#include "proxy/net/secret.h"
#include "rewrite/statement_run.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

struct st_mysql;
struct st_mysql_res;

namespace mogate::proxy {

enum class ClientTls : std::uint8_t { off, preferred, required };

struct ServerLogin {
  std::string host = "127.0.0.1";
  std::uint16_t port = 6001;
  std::string user;
  Secret password;
  ClientTls tls = ClientTls::preferred;
  std::string tls_ca;     // a file of authorities; the server's certificate is then checked
  bool may_load = false;  // load() works; LOCAL INFILE is off otherwise
  std::chrono::seconds connect_timeout{30};  // of each attempt
  std::chrono::seconds silence{30};          // within an answer
};

// `error` is as the server gave it, or the client library's (2000 to 2999) when the connection is gone.
struct ClientAnswer : rewrite::QueryAnswer {
  std::string info;  // of the OK packet
  std::uint64_t affected = 0;
};

// NULL is nullopt. Valid until the next row is asked for.
using RowView = std::vector<std::optional<std::string_view>>;

// Rows of one answer that are not held in memory. While it lives, its client can send nothing else.
class RowReader {
 public:
  RowReader(RowReader&&) noexcept = default;
  RowReader& operator=(RowReader&&) noexcept = default;
  // What is left unread costs the connection.
  ~RowReader();

  // The next row, until nullptr: then all were read, or error() says why not.
  const RowView* next();
  const std::optional<protocol::SqlError>& error() const { return error_; }
  const std::vector<rewrite::ColumnSpec>& columns() const { return columns_; }

 private:
  friend class Client;
  struct Free {
    void operator()(st_mysql_res* result) const;
  };
  explicit RowReader(class Client& client) : client_(&client) {}

  class Client* client_;
  std::unique_ptr<st_mysql_res, Free> result_;
  std::vector<rewrite::ColumnSpec> columns_;
  RowView row_;
  std::optional<protocol::SqlError> error_;
};

// Writes the next bytes of a file to load: how many, 0 at its end, -1 to give up.
using LoadSource = std::function<std::ptrdiff_t(char* to, std::size_t room)>;

class Client {
 public:
  Client();
  ~Client();
  Client(Client&&) noexcept;
  Client& operator=(Client&&) noexcept;

  // nullopt: logged in. Only mysql_native_password and caching_sha2_password prove a password, so that none
  // leaves in clear text; LOCAL INFILE is off.
  std::optional<protocol::SqlError> connect(const ServerLogin& login);
  // False before connect() and after an error of the client library, when nothing more can be sent.
  bool connected() const { return handle_ != nullptr; }
  // As the server greeted.
  std::string server_version() const;
  std::uint32_t connection_id() const;

  // One statement, whole. `limit` bounds the wait for its answer; after it the connection is closed.
  ClientAnswer query(std::string_view sql, std::chrono::milliseconds limit);

  // The parts of query(), for those who do something while they wait.
  std::optional<protocol::SqlError> send_query(std::string_view sql);
  // True once read_answer() will not wait for the server; false after `slice`, or earlier when a signal came.
  bool wait_answer(std::chrono::milliseconds slice);
  ClientAnswer read_answer();

  // A query whose rows are read one by one. `limit` bounds the wait for the head of the answer; silence among
  // its rows is bounded as while connecting.
  RowReader read_rows(std::string_view sql, std::chrono::milliseconds limit);

  // LOAD DATA LOCAL INFILE of what `source` gives, on this thread. Needs ServerLogin::may_load. The server
  // takes what came before `source` gave up for the whole file: roll back then.
  ClientAnswer load(std::string_view sql, const LoadSource& source);

  // -1 without a connection. For shutdown() by another thread, which ends what waits here.
  int socket() const;

 private:
  friend class RowReader;
  struct Closer {
    void operator()(st_mysql* handle) const;
  };
  protocol::SqlError take_error();
  void store_rows(ClientAnswer& answer);
  bool head_comes(std::chrono::milliseconds limit);

  std::unique_ptr<st_mysql, Closer> handle_;
  int waits_for_ = 0;  // what the library waits for on the socket
  char result_ = 0;    // of reading the head of the answer; not 0 is an error
};

// True for the numbers of the client library: the connection is of no use any more.
bool is_client_error(const protocol::SqlError& error);

}  // namespace mogate::proxy
