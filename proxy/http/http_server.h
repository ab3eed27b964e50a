// The HTTP port: one thread of its own, few connections, GET only (DESIGN 8).
#pragma once

#include "proxy/config/config.h"
#include "proxy/http/request.h"
#include "proxy/net/leg.h"
#include "proxy/server/listener.h"
#include "proxy/server/shard_resources.h"

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>

namespace mogate::proxy {

class HttpServer {
 public:
  // Answers a request, on the server's thread, which it must not block. Both legs' events of `readiness` but
  // the client's are free for it.
  using Handler = std::function<Task<HttpResponse>(const HttpRequest& request, ShardResources& resources,
                                                   Readiness& readiness)>;

  HttpServer(const Config::Http& config, Handler handler);
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;
  ~HttpServer() { stop(); }

  // Reads the certificate and the token. Says what is wrong, if something is; what was loaded before stays.
  // Any thread.
  std::optional<std::string> load();
  // Listener::open() with the address of the configuration, which tells where it listens then.
  std::optional<std::string> bind();
  const Endpoint& endpoint() const { return endpoint_; }
  void start();
  // Another process serves the address from now on.
  void leave_listener();
  void stop();

 private:
  // What may be loaded anew while it serves.
  struct Keys {
    SslContext tls;     // empty: none
    std::string token;  // empty: nobody is asked
  };

  void welcome(FileDescriptor socket);
  Detached serve(FileDescriptor socket);
  Task<void> talk(Leg& leg, Readiness& readiness);
  Task<HttpResponse> answer(std::string_view head, const Keys& keys, Readiness& readiness);
  std::shared_ptr<const Keys> keys() const;

  const Config::Http config_;
  const Handler handler_;
  ShardResources resources_;
  Listener listener_;
  Endpoint endpoint_;
  mutable std::mutex mutex_;  // of keys_
  std::shared_ptr<const Keys> keys_ = std::make_shared<Keys>();
  std::set<Readiness*> open_;  // the connections
  std::thread thread_;
};

}  // namespace mogate::proxy
