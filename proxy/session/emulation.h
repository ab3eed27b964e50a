// The commands of the protocol that MatrixOne lacks or answers wrongly (NATIVE.md 6), as the gateway answers
// them. Each is called with the command at the head of the request buffer.
#pragma once

#include "proxy/session/own_statement.h"

namespace mogate::proxy {

class Emulation {
 public:
  Emulation(SessionContext& context, Relay& relay) : c_(context), relay_(relay) {}

  // Natively an error; the figures are this gateway's.
  Task<MaybeEnd> statistics();
  // As KILL in the gateway's own id space, towards any server.
  Task<MaybeEnd> process_kill();
  // Natively an answer without columns.
  Task<MaybeEnd> field_list();
  // Natively an error; what needs nothing to be done is OK ([compat] flush).
  Task<MaybeEnd> refresh();
  // Natively an OK, where clients expect the end of a result.
  Task<MaybeEnd> set_option();

  // True if the backend has the command that consists of its own byte only. It is tried once for each
  // version, and has then been run: `answer` is its packet.
  Task<MaybeEnd> try_native(protocol::Command command, NativeSupport::Feature feature, std::string& answer,
                            bool& native);

 private:
  Task<MaybeEnd> load(std::string& payload);
  Task<MaybeEnd> answer_packet(std::string_view payload);
  Task<MaybeEnd> answer_result_end();

  SessionContext& c_;
  Relay& relay_;
};

}  // namespace mogate::proxy
