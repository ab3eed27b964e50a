// The new process's side of a seamless restart; restart.h is the old one's.
#pragma once

#include "proxy/net/file_descriptor.h"

#include <cstdint>
#include <optional>
#include <string>

namespace mogate::proxy {

class Takeover {
 public:
  // The variable of the environment that makes a process take over: "CONTROL FIRST_ID\nSOCKETS", the
  // descriptor that leads to the old one, the first connection id, and ListeningSockets::to_text().
  static constexpr char kVariable[] = "MOGATE_TAKEOVER";
  // What the two say to each other.
  static constexpr char kReady = 'R';  // followed by the new one's process id
  static constexpr char kGo = 'G';

  // Nullopt if the process was started in the usual way. Otherwise the listening sockets are inherited, and
  // the process is no child of the old one from here on: whoever supervises both shall hear of its end.
  // Before any thread.
  static std::optional<Takeover> find();

  // Connection ids begin behind it: the lower ones are the old process's.
  std::uint32_t first_id() const { return first_id_; }
  // Says that this process could serve, and waits until the old one no longer does. False: it does not want
  // this one.
  bool take_place();

 private:
  FileDescriptor control_;
  std::uint32_t first_id_ = 0;
};

}  // namespace mogate::proxy
