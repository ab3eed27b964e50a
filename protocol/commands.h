// Commands of a client that carry more than a text or a statement id, and the two answers that only they
// have. Payloads begin with the command byte; views borrow from them. A parser gives nullopt for a packet
// that is too short; bytes behind the last field are ignored, as servers do.
#pragma once

#include "protocol/bytes.h"
#include "protocol/constants.h"
#include "protocol/messages.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mogate::protocol {

// `caps` are those that both sides agreed on.
struct ChangeUser {
  std::string_view user = {};
  std::string_view auth_response = {};  // for the salt of the login; servers ask again by an AuthSwitch
  std::string_view database = {};
  std::uint16_t collation = 0;       // with PROTOCOL_41; 0: not said
  std::string_view plugin = {};      // with PLUGIN_AUTH
  std::string_view attributes = {};  // raw key-value pairs, with CONNECT_ATTRS
};
std::optional<ChangeUser> parse_change_user(Bytes payload, Capabilities caps);
// An auth response that is too long for its length byte is left out.
void write_change_user(std::string& out, const ChangeUser& change, Capabilities caps);

struct FieldList {
  std::string_view table = {};
  std::string_view pattern = {};  // as LIKE has it; empty: all columns
};
std::optional<FieldList> parse_field_list(Bytes payload);
void write_field_list(std::string& out, const FieldList& request);
// The answer is these, with each column's default (nullopt: NULL), and a result's end.
void write_field_definition(std::string& out, const ColumnView& column, CellView default_value);

// The connection to be killed.
std::optional<std::uint32_t> parse_process_kill(Bytes payload);
void write_process_kill(std::string& out, std::uint32_t connection_id);

enum class SetOption : std::uint16_t { multi_statements_on = 0, multi_statements_off = 1 };
// Any number; servers refuse those that are not in the enum with error 1047. The answer is a result's end.
std::optional<SetOption> parse_set_option(Bytes payload);
void write_set_option(std::string& out, SetOption option);

struct StmtFetch {
  std::uint32_t statement_id = 0;
  std::uint32_t rows = 0;
  bool operator==(const StmtFetch&) const = default;
};
std::optional<StmtFetch> parse_stmt_fetch(Bytes payload);
void write_stmt_fetch(std::string& out, const StmtFetch& fetch);

struct Statistics {
  std::uint64_t uptime_seconds = 0;
  std::uint64_t threads = 0;
  std::uint64_t questions = 0;
  std::uint64_t slow_queries = 0;
  std::uint64_t opens = 0;
  std::uint64_t flush_tables = 0;
  std::uint64_t open_tables = 0;
};
// The one packet that answers COM_STATISTICS, in MySQL's words: there are clients that take it apart at
// double blanks and colons.
std::string statistics_text(const Statistics& statistics);

}  // namespace mogate::protocol
