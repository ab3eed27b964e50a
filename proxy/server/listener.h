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
  // may bind the same IP address: the kernel spreads connections over them. "[::]" takes IPv4 as well. A
  // socket that the process before has left for `to` is taken in place of a new one.
  std::optional<std::string> open(Endpoint& to, FileMode socket_mode);
  void start();
  // Takes what waits; without descriptors left, clients wait until the next call.
  void accept_waiting();
  // The process had no descriptors left for the last client.
  bool is_starved() const { return starved_; }
  void close();
  // Another process accepts from the same socket from now on: its file stays.
  void leave();

 private:
  std::optional<std::string> make_socket(const Endpoint& to, FileMode socket_mode);
  void on_events(std::uint32_t /*events*/) override { accept_waiting(); }

  Reactor& reactor_;
  Welcome welcome_;
  FileDescriptor socket_;
  SocketFile file_;
  std::optional<FileMode> file_to_adopt_;  // of an inherited unix socket, once this process serves
  bool starved_ = false;
};

}  // namespace mogate::proxy
