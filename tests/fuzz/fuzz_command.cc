// Byte 0: how many parameters the statement has; byte 1: which of them were sent as long data; byte 2: types
// known from before, or none. The rest is a command's payload. For a change of user byte 0 says which
// capabilities there are.
#include "fuzz/check.h"
#include "protocol/commands.h"
#include "protocol/execute.h"

#include <functional>
#include <tuple>

namespace {

using namespace mogate::protocol;
using mogate::fuzz::require;
using mogate::fuzz::round_trip;

constexpr std::size_t kHead = 3;

std::map<std::uint16_t, std::string> long_data(std::uint8_t which) {
  std::map<std::uint16_t, std::string> sent;
  for (std::uint16_t i = 0; i < 8; ++i)
    if (which >> i & 1) sent.emplace(i, "sent ahead");
  return sent;
}

bool has_digit(const std::string& text) { return text.find_first_of("0123456789") != std::string::npos; }

void check_values(const Execute& e, std::size_t params, std::size_t packet_size) {
  require(e.values.size() == params, "one value for each parameter");
  for (const auto& v : e.values) {
    using Kind = BoundValue::Kind;
    require(v.kind != Kind::null || v.value.empty(), "NULL has no text");
    bool bare = v.value.find_first_not_of("0123456789+-.eE") == std::string::npos && has_digit(v.value);
    require(v.kind != Kind::number || bare, "a number may stand without quotes");
    require(v.value.size() <= packet_size + 64, "a value is no longer than its packet");
  }
}

Capabilities some_capabilities(std::uint8_t which) {
  Capabilities caps = 0;
  int bit = 0;
  for (auto one : {cap::protocol_41, cap::secure_connection, cap::plugin_auth, cap::connect_attrs})
    if (which >> bit++ & 1) caps |= one;
  return caps;
}

void change_user(Bytes payload, Capabilities caps) {
  round_trip(
      parse_change_user(payload, caps), [&](Bytes b) { return parse_change_user(b, caps); },
      [&](std::string& out, const ChangeUser& c) { write_change_user(out, c, caps); },
      [](const ChangeUser& a, const ChangeUser& b) {
        auto fields = [](const ChangeUser& c) {
          return std::tuple(c.user, c.auth_response, c.database, c.collation, c.plugin, c.attributes);
        };
        return fields(a) == fields(b);
      },
      "change of user");
}

void small_commands(Bytes payload) {
  round_trip(
      parse_field_list(payload), parse_field_list, write_field_list,
      [](const FieldList& a, const FieldList& b) { return a.table == b.table && a.pattern == b.pattern; },
      "field list");
  round_trip(parse_process_kill(payload), parse_process_kill, write_process_kill, std::equal_to<>(), "kill");
  round_trip(parse_set_option(payload), parse_set_option, write_set_option, std::equal_to<>(), "set option");
  round_trip(parse_stmt_fetch(payload), parse_stmt_fetch, write_stmt_fetch, std::equal_to<>(), "fetch");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < kHead) return 0;
  Bytes payload(data + kHead, size - kHead);
  std::size_t params = data[0];
  std::vector<ParamType> known;
  if (data[2] != 0) known.assign(params, {data[2], (data[1] & 1) != 0});
  auto e = parse_execute(payload, params, known, long_data(data[1]));
  if (e) check_values(*e, params, payload.size());
  auto id = statement_id(payload);
  if (e) require(id == e->statement_id, "the same statement");
  if (e) require(execute_flags(payload) == e->flags, "the same flags");
  change_user(payload, some_capabilities(data[0]));
  small_commands(payload);
  auto piece = parse_long_data(payload);
  if (piece) require(id == piece->statement_id && piece->data.size() == payload.size() - 7, "long data");
  return 0;
}
