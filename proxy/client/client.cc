#include "proxy/client/client.h"

#include <algorithm>
#include <errmsg.h>
#include <mutex>
#include <mysql.h>
#include <poll.h>
#include <sys/socket.h>

namespace mogate::proxy {
namespace {

using protocol::SqlError;

// Before the first handle, once for the process: it is not safe in threads.
void init_library() {
  static std::once_flag once;
  std::call_once(once, [] { mysql_library_init(0, nullptr, nullptr); });
}

void set_options(MYSQL* handle, const ServerLogin& login) {
  auto connecting = static_cast<unsigned>(login.connect_timeout.count());
  auto silence = static_cast<unsigned>(login.silence.count());
  unsigned local_infile = login.may_load ? 1 : 0;
  unsigned protocol = MYSQL_PROTOCOL_TCP;  // also to "localhost"
  my_bool enforce = login.tls != ClientTls::off, verify = enforce && !login.tls_ca.empty();
  mysql_optionsv(handle, MYSQL_OPT_NONBLOCK, nullptr);
  mysql_optionsv(handle, MYSQL_OPT_PROTOCOL, &protocol);
  mysql_optionsv(handle, MYSQL_OPT_CONNECT_TIMEOUT, &connecting);
  mysql_optionsv(handle, MYSQL_OPT_READ_TIMEOUT, &silence);
  mysql_optionsv(handle, MYSQL_OPT_WRITE_TIMEOUT, &silence);
  mysql_optionsv(handle, MYSQL_OPT_LOCAL_INFILE, &local_infile);
  mysql_optionsv(handle, MYSQL_SET_CHARSET_NAME, "utf8mb4");
  mysql_optionsv(handle, MARIADB_OPT_RESTRICTED_AUTH, "mysql_native_password,caching_sha2_password");
  mysql_optionsv(handle, MYSQL_OPT_SSL_ENFORCE, &enforce);
  mysql_optionsv(handle, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &verify);
  if (verify) mysql_optionsv(handle, MYSQL_OPT_SSL_CA, login.tls_ca.c_str());
}

short to_poll(int waits) {
  int events = 0;
  if (waits & MYSQL_WAIT_READ) events |= POLLIN;
  if (waits & MYSQL_WAIT_WRITE) events |= POLLOUT;
  if (waits & MYSQL_WAIT_EXCEPT) events |= POLLPRI;
  return static_cast<short>(events);
}

int from_poll(short events) {
  int happened = 0;
  if (events & (POLLIN | POLLHUP | POLLERR)) happened |= MYSQL_WAIT_READ;
  if (events & POLLOUT) happened |= MYSQL_WAIT_WRITE;
  if (events & POLLPRI) happened |= MYSQL_WAIT_EXCEPT;
  return happened;
}

const SqlError kSilent{CR_SERVER_LOST, "the server did not answer in time", {}};
const SqlError kGone{CR_SERVER_GONE_ERROR, "the connection is closed", {}};

std::vector<rewrite::ColumnSpec> columns_of(MYSQL_RES* result) {
  std::vector<rewrite::ColumnSpec> out;
  const MYSQL_FIELD* fields = mysql_fetch_fields(result);
  for (unsigned i = 0; i < mysql_num_fields(result); ++i)
    out.push_back({std::string(fields[i].name, fields[i].name_length),
                   static_cast<std::uint8_t>(fields[i].type),
                   static_cast<std::uint16_t>(fields[i].charsetnr)});
  return out;
}

std::vector<std::optional<std::string>> texts(MYSQL_ROW row, const unsigned long* lengths, unsigned count) {
  std::vector<std::optional<std::string>> out;
  for (unsigned i = 0; i < count; ++i) {
    auto& cell = out.emplace_back();
    if (row[i]) cell.emplace(row[i], lengths[i]);
  }
  return out;
}

}  // namespace

void Client::Closer::operator()(st_mysql* handle) const { mysql_close(handle); }

Client::Client() { init_library(); }
Client::~Client() = default;
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;

bool is_client_error(const SqlError& error) {
  return (error.code >= 2000 && error.code < 3000) || (error.code >= 5000 && error.code < 6000);
}

std::optional<SqlError> Client::connect(const ServerLogin& login) {
  handle_.reset(mysql_init(nullptr));
  set_options(handle_.get(), login);
  std::string password(login.password.view());
  bool in = mysql_real_connect(handle_.get(), login.host.c_str(), login.user.c_str(), password.c_str(),
                               nullptr, login.port, nullptr, 0) != nullptr;
  std::fill(password.begin(), password.end(), '\0');
  std::optional<SqlError> error;
  if (!in) error = take_error();
  // Without an authority to check against, the library takes a server that offers no TLS.
  bool plain = in && mysql_get_ssl_cipher(handle_.get()) == nullptr;
  if (plain && login.tls == ClientTls::required)
    error = SqlError{CR_SSL_CONNECTION_ERROR, "TLS is required, but the server offers none", {}};
  if (error) handle_.reset();
  return error;
}

std::string Client::server_version() const { return mysql_get_server_info(handle_.get()); }

std::uint32_t Client::connection_id() const {
  return static_cast<std::uint32_t>(mysql_thread_id(handle_.get()));
}

SqlError Client::take_error() {
  SqlError error{static_cast<std::uint16_t>(mysql_errno(handle_.get())), mysql_error(handle_.get()),
                 mysql_sqlstate(handle_.get())};
  if (is_client_error(error)) handle_.reset();
  return error;
}

ClientAnswer Client::query(std::string_view sql, std::chrono::milliseconds limit) {
  ClientAnswer answer;
  answer.error = send_query(sql);
  if (answer.error) return answer;
  if (head_comes(limit)) return read_answer();
  answer.error = kSilent;
  return answer;
}

// False closes the connection.
bool Client::head_comes(std::chrono::milliseconds limit) {
  auto end = std::chrono::steady_clock::now() + limit;
  bool there = false;
  while (!there && std::chrono::steady_clock::now() < end)
    there = wait_answer(std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now()));
  if (!there) handle_.reset();
  return there;
}

std::optional<SqlError> Client::send_query(std::string_view sql) {
  if (!handle_) return kGone;
  if (mysql_send_query(handle_.get(), sql.data(), sql.size()) != 0) return take_error();
  waits_for_ = mysql_read_query_result_start(&result_, handle_.get());
  return std::nullopt;
}

bool Client::wait_answer(std::chrono::milliseconds slice) {
  auto end = std::chrono::steady_clock::now() + slice;
  while (waits_for_ != 0) {
    auto left = std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    pollfd socket{mysql_get_socket(handle_.get()), to_poll(waits_for_), 0};
    if (left.count() <= 0 || ::poll(&socket, 1, static_cast<int>(left.count())) <= 0) return false;
    waits_for_ = mysql_read_query_result_cont(&result_, handle_.get(), from_poll(socket.revents));
  }
  return true;
}

ClientAnswer Client::read_answer() {
  ClientAnswer answer;
  if (result_ != 0) {
    answer.error = take_error();
    return answer;
  }
  if (mysql_field_count(handle_.get()) != 0) store_rows(answer);
  if (answer.error) return answer;
  answer.affected = mysql_affected_rows(handle_.get());
  if (const char* info = mysql_info(handle_.get())) answer.info = info;
  return answer;
}

void Client::store_rows(ClientAnswer& answer) {
  std::unique_ptr<MYSQL_RES, RowReader::Free> result(mysql_store_result(handle_.get()));
  if (!result) {
    answer.error = take_error();
    return;
  }
  answer.columns = columns_of(result.get());
  for (const auto& column : answer.columns) answer.rows.columns.push_back(column.name);
  auto count = static_cast<unsigned>(answer.columns.size());
  while (MYSQL_ROW row = mysql_fetch_row(result.get()))
    answer.rows.rows.push_back(texts(row, mysql_fetch_lengths(result.get()), count));
}

int Client::socket() const { return handle_ ? mysql_get_socket(handle_.get()) : -1; }

void RowReader::Free::operator()(st_mysql_res* result) const { mysql_free_result(result); }

RowReader Client::read_rows(std::string_view sql, std::chrono::milliseconds limit) {
  RowReader reader(*this);
  reader.error_ = send_query(sql);
  if (reader.error_) return reader;
  if (!head_comes(limit)) {
    reader.error_ = kSilent;
    return reader;
  }
  if (result_ == 0 && mysql_field_count(handle_.get()) == 0) return reader;
  if (result_ == 0) reader.result_.reset(mysql_use_result(handle_.get()));
  if (!reader.result_) {
    reader.error_ = take_error();
    return reader;
  }
  reader.columns_ = columns_of(reader.result_.get());
  reader.row_.resize(reader.columns_.size());
  return reader;
}

// Freeing a result reads what is left of it: not from a socket that was shut down.
RowReader::~RowReader() {
  if (!result_ || !client_->connected()) return;
  ::shutdown(client_->socket(), SHUT_RDWR);
  result_.reset();
  client_->handle_.reset();
}

const RowView* RowReader::next() {
  if (!result_) return nullptr;
  MYSQL_ROW row = mysql_fetch_row(result_.get());
  if (row == nullptr) {
    bool failed = mysql_errno(client_->handle_.get()) != 0;
    result_.reset();
    if (failed) error_ = client_->take_error();
    return nullptr;
  }
  const unsigned long* lengths = mysql_fetch_lengths(result_.get());
  for (std::size_t i = 0; i < row_.size(); ++i) {
    row_[i].reset();
    if (row[i]) row_[i].emplace(row[i], lengths[i]);
  }
  return &row_;
}

namespace {

struct Loading {
  const LoadSource& source;
  bool gave_up = false;
};

int begin_load(void** self, const char* /*name*/, void* given) {
  *self = given;
  return 0;
}

int read_load(void* self, char* to, unsigned room) {
  auto* loading = static_cast<Loading*>(self);
  auto count = loading->source(to, room);
  loading->gave_up = count < 0;
  return static_cast<int>(count);
}

void end_load(void* /*self*/) {}

int load_error(void* /*self*/, char* text, unsigned room) {
  constexpr std::string_view kText = "the source of the rows gave up";
  auto length = std::min<std::size_t>(kText.size(), room - 1);
  std::copy_n(kText.data(), length, text);
  text[length] = '\0';
  return CR_UNKNOWN_ERROR;
}

}  // namespace

ClientAnswer Client::load(std::string_view sql, const LoadSource& source) {
  ClientAnswer answer;
  if (!handle_) {
    answer.error = kGone;
    return answer;
  }
  Loading loading{source};
  mysql_set_local_infile_handler(handle_.get(), begin_load, read_load, end_load, load_error, &loading);
  if (mysql_real_query(handle_.get(), sql.data(), sql.size()) != 0) {
    SqlError error{static_cast<std::uint16_t>(mysql_errno(handle_.get())), mysql_error(handle_.get()),
                   mysql_sqlstate(handle_.get())};
    // The connection is whole then: the server has answered, or never saw the file.
    if (!loading.gave_up) error = take_error();
    answer.error = error;
    return answer;
  }
  answer.affected = mysql_affected_rows(handle_.get());
  return answer;
}

}  // namespace mogate::proxy
