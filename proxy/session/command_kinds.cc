#include "proxy/session/command_kinds.h"

#include <array>
#include <cstdint>

namespace mogate::proxy {
namespace {

using protocol::Command;

std::string_view name_of(Command command) {
  switch (command) {
    case Command::init_db: return "USE";
    case Command::field_list: return "FIELD LIST";
    case Command::statistics: return "STATISTICS";
    case Command::process_kill: return "KILL";
    case Command::ping: return "PING";
    case Command::change_user: return "CHANGE USER";
    case Command::stmt_prepare: return "PREPARE";
    case Command::stmt_execute: return "EXECUTE";
    case Command::stmt_send_long_data: return "LONG DATA";
    case Command::stmt_close: return "CLOSE";
    case Command::stmt_reset: return "RESET";
    case Command::set_option: return "SET OPTION";
    case Command::stmt_fetch: return "FETCH";
    case Command::reset_connection: return "RESET CONNECTION";
    default: return "OTHER";
  }
}

std::array<Kind, 256> all_kinds() {
  std::array<Kind, 256> kinds{};
  for (std::size_t i = 0; i < kinds.size(); ++i) kinds[i] = kind_of(name_of(static_cast<Command>(i)));
  return kinds;
}

}  // namespace

Kind kind_of_command(Command command) {
  static const auto kinds = all_kinds();
  return kinds[static_cast<std::uint8_t>(command)];
}

}  // namespace mogate::proxy
