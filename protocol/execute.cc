#include "protocol/execute.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstdio>

namespace mogate::protocol {
namespace {

constexpr std::uint8_t kUnsignedFlag = 0x80;

std::string number_text(std::uint64_t raw, unsigned bytes, bool is_unsigned) {
  if (is_unsigned) return std::to_string(raw);
  unsigned shift = 64 - 8 * bytes;
  return std::to_string(static_cast<std::int64_t>(raw << shift) >> shift);
}

template <class Float>
std::string float_text(Float value) {
  char text[64];
  auto end = std::to_chars(text, text + sizeof text, value).ptr;
  return {text, end};
}

template <class... Numbers>
std::string format(const char* pattern, Numbers... numbers) {
  char text[96];
  int n = std::snprintf(text, sizeof text, pattern, numbers...);
  return {text, static_cast<std::size_t>(n)};
}

// [+-] digits [. digits] [e [+-] digits], as a statement may have it without quotes.
bool is_number(std::string_view text) {
  auto take = [&text](std::string_view any_of) {
    bool there = !text.empty() && any_of.find(text.front()) != std::string_view::npos;
    if (there) text.remove_prefix(1);
    return there;
  };
  auto digits = [&text] {
    auto count = std::min(text.find_first_not_of("0123456789"), text.size());
    text.remove_prefix(count);
    return count;
  };
  take("+-");
  auto all = digits();
  if (take(".")) all += digits();
  if (all == 0) return false;
  if (!take("eE")) return text.empty();
  take("+-");
  return digits() != 0 && text.empty();
}

// Clients may send anything as a decimal, and a double may be nan: that is a text.
BoundValue number_or_text(std::string text) {
  auto kind = is_number(text) ? BoundValue::Kind::number : BoundValue::Kind::text;
  return {kind, std::move(text)};
}

// length, year, month, day [, hour, minute, second [, microseconds]]
std::string datetime_text(ByteReader& r) {
  ByteReader v(r.bytes(r.u8()));
  auto length = v.left();
  if (length == 0) return "0000-00-00 00:00:00";
  unsigned year = v.u16(), month = v.u8(), day = v.u8();
  auto date = format("%04u-%02u-%02u", year, month, day);
  if (length > 4) {
    unsigned hour = v.u8(), minute = v.u8(), second = v.u8();
    date += format(" %02u:%02u:%02u", hour, minute, second);
  }
  if (length > 7) date += format(".%06u", v.u32());
  if (!v.done()) r.refuse();
  return date;
}

// length, negative, days, hour, minute, second [, microseconds]
std::string time_text(ByteReader& r) {
  ByteReader v(r.bytes(r.u8()));
  auto length = v.left();
  if (length == 0) return "00:00:00";
  bool negative = v.u8() != 0;
  std::uint64_t days = v.u32();
  unsigned hour = v.u8(), minute = v.u8(), second = v.u8();
  auto text = format("%s%02llu:%02u:%02u", negative ? "-" : "",
                     static_cast<unsigned long long>(days * 24 + hour), minute, second);
  if (length > 8) text += format(".%06u", v.u32());
  if (!v.done()) r.refuse();
  return text;
}

BoundValue read_value(ByteReader& r, ParamType type) {
  using Kind = BoundValue::Kind;
  switch (static_cast<FieldType>(type.type)) {
    case FieldType::null: return {};
    case FieldType::tiny: return {Kind::number, number_text(r.u8(), 1, type.is_unsigned)};
    case FieldType::short_int:
    case FieldType::year: return {Kind::number, number_text(r.u16(), 2, type.is_unsigned)};
    case FieldType::long_int:
    case FieldType::int24: return {Kind::number, number_text(r.u32(), 4, type.is_unsigned)};
    case FieldType::long_long: return {Kind::number, number_text(r.u64(), 8, type.is_unsigned)};
    case FieldType::float_: return number_or_text(float_text(std::bit_cast<float>(r.u32())));
    case FieldType::double_: return number_or_text(float_text(std::bit_cast<double>(r.u64())));
    case FieldType::date:
    case FieldType::datetime:
    case FieldType::timestamp: return {Kind::text, datetime_text(r)};
    case FieldType::time: return {Kind::text, time_text(r)};
    case FieldType::decimal:
    case FieldType::new_decimal: return number_or_text(std::string(r.lenenc_string()));
    default: return {Kind::text, std::string(r.lenenc_string())};
  }
}

}  // namespace

std::optional<std::uint32_t> statement_id(Bytes command_payload) {
  ByteReader r(command_payload);
  r.skip(1);
  auto id = r.u32();
  return r.failed() ? std::nullopt : std::optional(id);
}

std::optional<std::uint8_t> execute_flags(Bytes payload) {
  return payload.size() > kExecuteFlagsAt ? std::optional(payload[kExecuteFlagsAt]) : std::nullopt;
}

std::optional<Execute> parse_execute(Bytes payload, std::size_t params,
                                     const std::vector<ParamType>& known_types,
                                     const std::map<std::uint16_t, std::string>& long_data) {
  ByteReader r(payload);
  Execute e;
  r.skip(1);
  e.statement_id = r.u32();
  e.flags = r.u8();
  r.skip(4);  // iteration count, always 1
  if (r.failed()) return std::nullopt;
  if (params == 0) return e;
  auto nulls = r.bytes((params + 7) / 8);
  bool brings_types = r.u8() != 0;
  e.types = known_types;
  if (brings_types) e.types.clear();
  for (std::size_t i = 0; brings_types && i < params; ++i) {
    auto type = r.u8();
    e.types.push_back({type, (r.u8() & kUnsignedFlag) != 0});
  }
  if (r.failed() || e.types.size() != params) return std::nullopt;
  for (std::size_t i = 0; i < params; ++i) {
    auto sent = long_data.find(static_cast<std::uint16_t>(i));
    bool is_null = (nulls[i / 8] >> (i % 8) & 1) != 0;
    if (sent != long_data.end()) {
      e.values.push_back({BoundValue::Kind::text, sent->second});
    } else {
      e.values.push_back(is_null ? BoundValue{} : read_value(r, e.types[i]));
    }
  }
  if (!r.done()) return std::nullopt;
  return e;
}

std::optional<LongData> parse_long_data(Bytes payload) {
  ByteReader r(payload);
  LongData d;
  r.skip(1);
  d.statement_id = r.u32();
  d.param = r.u16();
  d.data = r.rest_text();
  if (r.failed()) return std::nullopt;
  return d;
}

}  // namespace mogate::protocol
