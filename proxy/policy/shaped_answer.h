// An answer whose columns are masked or whose size is limited: read packet by packet on its way to the
// client.
#pragma once

#include "policies/masks.h"
#include "protocol/frame.h"
#include "protocol/response_tracker.h"
#include "proxy/policy/session_policy.h"
#include "proxy/session/relay.h"

#include <optional>
#include <string>
#include <vector>

namespace mogate::proxy {

class ShapedAnswer {
 public:
  // All outlive it. The tracker has seen nothing of the answer yet.
  ShapedAnswer(SessionContext& context, Relay& relay, protocol::ResponseTracker& tracker)
      : c_(context), relay_(relay), tracker_(tracker), terms_(context.policy->terms) {}

  // Until the backend has said everything. `failed`: the client got an ERR.
  Task<MaybeEnd> run(bool& failed);

 private:
  enum class State { first, columns, columns_end, rows, done };
  struct Column {
    std::uint8_t type = 0;
    const policies::MaskMethod* mask = nullptr;
  };

  Task<MaybeEnd> read_packet(std::string& payload);
  MaybeEnd take(std::string& payload);
  MaybeEnd first(std::string_view payload);
  bool column(std::string& payload);
  bool row(std::string& payload);
  bool mask_row(std::string& payload);
  void result_ends(std::uint16_t status);
  void put(std::string_view payload);
  void refuse(protocol::SqlError error);
  Task<MaybeEnd> flush();
  Task<MaybeEnd> give_up();
  bool is_binary() const { return tracker_.command() == protocol::Command::stmt_execute; }
  protocol::Capabilities caps() const { return c_.capabilities; }

  SessionContext& c_;
  Relay& relay_;
  protocol::ResponseTracker& tracker_;
  const Terms& terms_;
  State state_ = State::first;
  protocol::PacketAssembler packets_;
  std::string out_;
  std::uint8_t sequence_ = 1;
  std::uint64_t left_ = 0;  // column definitions still to come
  std::vector<Column> columns_;
  // Where the result's column count stands: all of its definitions are kept back until they may be shown.
  std::size_t result_begin_ = 0;
  std::uint8_t result_sequence_ = 1;
  bool masks_ = false;  // a column of this result
  std::uint64_t rows_ = 0, bytes_ = 0;
  std::optional<protocol::SqlError> refusal_;
  bool told_ = false;  // the client has its ERR: the rest of the answer is dropped
};

}  // namespace mogate::proxy
