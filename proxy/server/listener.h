// A listening socket of one shard.
#pragma once

#include "proxy/net/endpoint.h"
#include "proxy/net/reactor.h"
#include "proxy/server/socket_file.h"

#include <functional>
#include <optional>
#include <string>

namespace mogate::proxy {

class Listener final : Pollable {
 public:
  using Welcome = std::function<void(FileDescriptor client)>;

  // `welcome` gets each client's non-blocking socket, on the thread of `reactor`.
  Listener(Reactor& reactor, Welcome welcome) : reactor_(reactor), welcome_(std::move(welcome)) {}

  // Binds `to`, or says why not. With port 0 the kernel chooses one, which is written back. Several listeners
  // may bind the same IP address: the kernel spreads connections over them. "[::]" takes IPv4 as well.
  std::optional<std::string> open(Endpoint& to, FileMode socket_mode);
  void start() { reactor_.add(socket_.get(), *this); }
  // Takes what waits; without descriptors left, clients wait until the next call.
  void accept_waiting();
  // The process had no descriptors left for the last client.
  bool is_starved() const { return starved_; }
  void close();

 private:
  void on_events(std::uint32_t /*events*/) override { accept_waiting(); }

  Reactor& reactor_;
  Welcome welcome_;
  FileDescriptor socket_;
  SocketFile file_;
  bool starved_ = false;
};

}  // namespace mogate::proxy
