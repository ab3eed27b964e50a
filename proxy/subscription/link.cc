#include "proxy/subscription/link.h"

#include <sys/socket.h>
#include <unistd.h>

namespace mogate::proxy {

using protocol::SqlError;

void OpenSockets::add(int socket) {
  std::lock_guard lock(mutex_);
  sockets_.insert(socket);
  if (shut_down_) ::shutdown(socket, SHUT_RDWR);
}

void OpenSockets::remove(int socket) {
  std::lock_guard lock(mutex_);
  sockets_.erase(socket);
}

void OpenSockets::shut_down() {
  std::lock_guard lock(mutex_);
  shut_down_ = true;
  for (int socket : sockets_) ::shutdown(socket, SHUT_RDWR);
}

std::optional<SqlError> Link::open(const ServerLogin& login, std::chrono::milliseconds silence) {
  close();
  silence_ = silence;
  if (auto error = client_.connect(login)) return sided(*error);
  watched_ = FileDescriptor(::dup(client_.socket()));
  sockets_.add(watched_.get());
  dialect_ = rewrite::parse_version(client_.server_version());
  return run("set time_zone = '+00:00'").error;
}

void Link::close() {
  forget_socket();
  client_ = Client();
}

void Link::forget_socket() {
  if (watched_.get() >= 0) sockets_.remove(watched_.get());
  watched_ = FileDescriptor();
}

SqlError Link::sided(SqlError error) const {
  error.message = side_ + ": " + error.message;
  return error;
}

ClientAnswer Link::run(std::string_view sql) {
  auto answer = client_.query(sql, silence_);
  if (answer.error) answer.error = sided(*std::move(answer.error));
  return answer;
}

ClientAnswer Link::run_alone(std::string_view sql) {
  constexpr std::uint16_t kDeadlock = 20701;
  constexpr int kTries = 5;
  auto answer = run(sql);
  for (int i = 1; i < kTries && answer.error && answer.error->code == kDeadlock; ++i) answer = run(sql);
  return answer;
}

bool Link::affects_one(std::string_view sql, std::optional<SqlError>& error) {
  auto answer = run(sql);
  error = answer.error;
  return !error && answer.affected == 1;
}

ClientAnswer Link::load(std::string_view sql, const LoadSource& source) {
  auto answer = client_.load(sql, source);
  if (answer.error) answer.error = sided(*std::move(answer.error));
  return answer;
}

}  // namespace mogate::proxy
