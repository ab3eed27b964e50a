// A command that is looked at as a whole before it goes on its way, or is answered here.
#pragma once

#include "proxy/session/relay.h"

#include <string>
#include <string_view>

namespace mogate::proxy {

class TextCommand {
 public:
  // Both outlive it.
  TextCommand(SessionContext& context, Relay& relay) : c_(context), relay_(relay) {}

  // Reads until the packet is whole; one over [gateway] inspect_limit is left where it is.
  Task<MaybeEnd> load();
  // The same, of one that was left for its length: up to the longest frame.
  Task<MaybeEnd> load_long();
  // It was not loaded: only to be streamed.
  bool too_long() const { return too_long_; }

  // The payload behind the command byte; valid until forward() or detach().
  std::string_view text();
  // Takes the packet out of the client's stream and gives its text.
  std::string detach();
  // The same with the command byte in front.
  std::string take_payload();
  // Sends the packet on as it came.
  Task<MaybeEnd> forward();

 private:
  std::string_view packet();
  std::string take(std::size_t from);
  Task<MaybeEnd> load_up_to(std::size_t most);
  Task<MaybeEnd> gather(std::size_t size);

  SessionContext& c_;
  Relay& relay_;
  std::size_t size_ = 0;  // of the frame, header included
  std::string gathered_;  // one that doesn't fit in a buffer
  bool too_long_ = false;
};

}  // namespace mogate::proxy
