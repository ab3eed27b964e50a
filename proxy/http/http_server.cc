#include "proxy/http/http_server.h"

#include "proxy/config/secret_file.h"
#include "proxy/net/tls.h"

#include <fmt/format.h>

#include <array>

namespace mogate::proxy {
namespace {

constexpr std::size_t kMostConnections = 32;
constexpr std::chrono::seconds kRequestLimit{10};  // for the request, TLS included, and its answer
constexpr std::chrono::seconds kLinger{1};

// One of fewer characters can be guessed.
constexpr std::size_t kShortestToken = 16;

constexpr char kHeadEnd[] = "\r\n\r\n";

HttpResponse plain(int status, std::string body, std::string headers = {}) {
  return {status, "text/plain; charset=utf-8", std::move(body), std::move(headers)};
}

bool is_open_to_all(const HttpRequest& request) {
  return request.path == "/healthz" || request.path == "/readyz";
}

// Until the empty line behind the head; empty if the peer does not send one.
Task<std::string> read_head(Leg& leg, bool& too_long) {
  std::string head;
  std::string block(kMostRequestBytes, '\0');
  while (true) {
    auto read = co_await leg.read_some({reinterpret_cast<std::uint8_t*>(block.data()), block.size()});
    if (read.error) co_return std::string();
    head.append(block, 0, read.bytes);
    auto end = head.find(kHeadEnd);
    too_long = (end == std::string::npos ? head.size() : end) > kMostRequestBytes;
    if (too_long) co_return std::string();
    if (end != std::string::npos) co_return head.substr(0, end);
  }
}

// Closing with bytes unread would reset the connection and take the answer with it.
Task<void> let_client_read(Leg& leg, Readiness& readiness) {
  if (leg.has_tls()) co_return;
  readiness.set_deadline_in(kLinger);
  leg.shut_down_write();
  std::array<std::uint8_t, 1024> room;
  auto error = IoError{};
  while (!error) {
    auto read = co_await leg.read_some(room);
    error = read.error;
  }
}

}  // namespace

HttpServer::HttpServer(const Config::Http& config, Handler handler)
    : config_(config),
      handler_(std::move(handler)),
      listener_(resources_.reactor, [this](FileDescriptor socket) { welcome(std::move(socket)); }) {}

std::optional<std::string> HttpServer::load() {
  auto fresh = std::make_shared<Keys>();
  if (config_.tls.mode != TlsMode::off) {
    auto made = make_server_context(config_.tls);
    if (auto* error = std::get_if<std::string>(&made)) return *error;
    fresh->tls = std::move(std::get<SslContext>(made));
  }
  if (!config_.token_file.empty()) {
    auto token = read_secret_file(config_.token_file);
    if (!token || token->size() < kShortestToken)
      return fmt::format("http.token_file: {} has no token of at least {} characters", config_.token_file,
                         kShortestToken);
    fresh->token = std::move(*token);
  }
  std::lock_guard lock(mutex_);
  keys_ = std::move(fresh);
  return std::nullopt;
}

std::optional<std::string> HttpServer::bind() {
  auto resolved = resolve(config_.listen);
  if (auto* error = std::get_if<std::string>(&resolved)) return "http.listen: " + *error;
  endpoint_ = std::get<Endpoint>(resolved);
  if (auto error = listener_.open(endpoint_, FileMode{0660}))
    return fmt::format("http.listen: {}: {}", to_string(config_.listen), *error);
  return std::nullopt;
}

std::shared_ptr<const HttpServer::Keys> HttpServer::keys() const {
  std::lock_guard lock(mutex_);
  return keys_;
}

void HttpServer::start() {
  listener_.start();
  thread_ = std::thread([this] { resources_.reactor.run(); });
}

void HttpServer::leave_listener() {
  resources_.reactor.post([this] { listener_.leave(); });
}

void HttpServer::stop() {
  if (!thread_.joinable()) return;
  resources_.reactor.post([this] {
    listener_.close();
    while (!open_.empty()) {
      auto* one = *open_.begin();
      open_.erase(open_.begin());
      one->raise(event::stop);
    }
    resources_.reactor.stop();
  });
  thread_.join();
}

void HttpServer::welcome(FileDescriptor socket) {
  if (open_.size() < kMostConnections) serve(std::move(socket));
}

Detached HttpServer::serve(FileDescriptor socket) {
  Readiness readiness;
  Watched watched(resources_.watchdog, readiness);
  Leg leg(resources_.reactor, Side::client, readiness);
  open_.insert(&readiness);
  readiness.set_deadline_in(kRequestLimit);
  leg.adopt(std::move(socket));
  co_await talk(leg, readiness);
  open_.erase(&readiness);
}

Task<void> HttpServer::talk(Leg& leg, Readiness& readiness) {
  auto held = keys();
  if (held->tls) {
    if (co_await leg.start_tls(held->tls.get(), true)) co_return;
  }
  bool too_long = false;
  auto head = co_await read_head(leg, too_long);
  HttpResponse response;
  if (too_long) {
    response = plain(431, "the request is too long\n");
  } else if (head.empty()) {
    co_return;
  } else {
    response = co_await answer(head, *held, readiness);
  }
  auto bytes = to_string(response);
  if (co_await leg.write_all(std::string_view(bytes))) co_return;
  co_await let_client_read(leg, readiness);
}

Task<HttpResponse> HttpServer::answer(std::string_view head, const Keys& held, Readiness& readiness) {
  auto request = parse_request(head);
  if (!request) co_return plain(400, "not an HTTP request\n");
  if (request->method != "GET") co_return plain(405, "GET only\n", "Allow: GET\r\n");
  if (!is_open_to_all(*request)) {
    if (held.token.empty() && !is_local_host_name(request->host))
      co_return plain(403, "mogate is asked for by its address, or needs token_file in [http]\n");
    if (!held.token.empty() && !is_authorised(request->authorization, held.token))
      co_return plain(401, "the token of token_file in [http] is needed\n",
                      "WWW-Authenticate: Basic realm=\"mogate\", charset=\"UTF-8\"\r\n");
  }
  co_return co_await handler_(*request, resources_, readiness);
}

}  // namespace mogate::proxy
