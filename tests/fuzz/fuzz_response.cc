// Bytes 0-3: capabilities; 4: the command; 5: bits (1: renumber, 2: MORE_RESULTS, 4: refuse LOCAL INFILE);
// 6: how large the pieces are. The rest is a server's stream: whole and in pieces the tracker stops at the
// same places. It is also one payload that every parser of answers sees.
#include "fuzz/check.h"
#include "protocol/messages.h"
#include "unit/protocol/relay.h"

#include <functional>
#include <tuple>

namespace {

using namespace mogate::protocol;
using mogate::fuzz::require;
using mogate::fuzz::round_trip;
using mogate::protocol::test::Relay;
using mogate::protocol::test::Relayed;

constexpr std::size_t kHead = 7;

ResponseTracker make_tracker(const std::uint8_t* head, Capabilities caps) {
  ResponseTracker tracker(static_cast<Command>(head[4]), caps);
  if (head[5] & 3) tracker.renumber(head[5] & 1 ? 250 : 0, (head[5] & 2) != 0);
  if (head[5] & 4) tracker.refuse_local_infile();
  return tracker;
}

Relayed follow(ResponseTracker tracker, std::string_view stream, std::size_t piece) {
  Relay relay(tracker);
  for (std::size_t at = 0; at < stream.size(); at += piece) relay.feed(stream.substr(at, piece));
  const auto& seen = relay.relayed();
  require(seen.forwarded.size() + seen.taken.size() + seen.left.size() == stream.size(), "no byte is lost");
  return seen;
}

void track(const std::uint8_t* head, Capabilities caps, std::string_view stream) {
  auto whole = follow(make_tracker(head, caps), stream, stream.size());
  for (auto piece : {std::size_t{1}, head[6] % 64U + std::size_t{1}})
    require(follow(make_tracker(head, caps), stream, piece) == whole, "pieces give the same");
  bool rewrites = (head[5] & 3) != 0;
  if (!rewrites && whole.taken.empty())
    require(stream.starts_with(whole.forwarded), "bytes are passed on as they came");
}

void ends(Bytes payload, Capabilities caps) {
  round_trip(
      parse_ok(payload, caps), [&](Bytes b) { return parse_ok(b, caps); },
      [&](std::string& out, const OkView& ok) { write_ok(out, ok, caps, payload[0]); },
      [](const OkView& a, const OkView& b) {
        auto fields = [](const OkView& ok) {
          return std::tuple(ok.affected_rows, ok.insert_id, ok.status, ok.warnings, ok.info,
                            ok.session_state);
        };
        return fields(a) == fields(b);
      },
      "OK");
  round_trip(
      parse_err(payload, caps), [&](Bytes b) { return parse_err(b, caps); },
      [&](std::string& out, const ErrView& e) { write_err(out, to_error(e), caps); },
      [](const ErrView& a, const ErrView& b) { return a.code == b.code && a.message == b.message; }, "ERR");
  round_trip(
      parse_eof(payload, caps), [&](Bytes b) { return parse_eof(b, caps); },
      [&](std::string& out, const Eof& e) { write_eof(out, e, caps); },
      [](const Eof& a, const Eof& b) { return a.status == b.status && a.warnings == b.warnings; }, "EOF");
}

void metadata(Bytes payload) {
  round_trip(
      parse_column(payload), parse_column, write_column,
      [](const ColumnView& a, const ColumnView& b) {
        auto fields = [](const ColumnView& c) {
          return std::tuple(c.catalog, c.schema, c.table, c.org_table, c.name, c.org_name, c.charset,
                            c.length, c.type, c.flags, c.decimals);
        };
        return fields(a) == fields(b);
      },
      "column definition");
  round_trip(parse_prepare_ok(payload), parse_prepare_ok, write_prepare_ok, std::equal_to<>(), "prepare OK");
  round_trip(parse_local_infile(payload), parse_local_infile, write_local_infile, std::equal_to<>(),
             "LOCAL INFILE");
}

void rows(Bytes payload, const std::uint8_t* head) {
  std::vector<CellView> cells, again;
  std::string out;
  if (parse_text_row(payload, head[6], cells)) {
    write_text_row(out, cells);
    require(parse_text_row(as_bytes(out), head[6], again) && cells == again, "text row");
  }
  std::vector<std::uint8_t> types(head[6] % 12U);
  for (std::size_t i = 0; i < types.size(); ++i) types[i] = static_cast<std::uint8_t>(head[4] + i);
  if (parse_binary_row(payload, types, cells)) {
    out.clear();
    write_binary_row(out, types, cells);
    require(parse_binary_row(as_bytes(out), types, again) && cells == again, "binary row");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < kHead) return 0;
  ByteReader r({data, kHead});
  auto caps = r.u32();
  Bytes rest(data + kHead, size - kHead);
  track(data, caps, as_text(rest));
  ends(rest, caps);
  metadata(rest);
  rows(rest, data);
  return 0;
}
