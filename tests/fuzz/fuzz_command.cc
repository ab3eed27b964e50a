// Byte 0: how many parameters the statement has; byte 1: which of them were sent as long data; byte 2: types
// known from before, or none. The rest is a command's payload.
#include "fuzz/check.h"
#include "protocol/execute.h"

namespace {

using namespace mogate::protocol;
using mogate::fuzz::require;

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
  auto piece = parse_long_data(payload);
  if (piece) require(id == piece->statement_id && piece->data.size() == payload.size() - 7, "long data");
  return 0;
}
