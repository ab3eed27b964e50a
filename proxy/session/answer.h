// The gateway's own answers as packets: OK, ERR and small result sets in the text or the binary protocol.
#pragma once

#include "protocol/messages.h"
#include "rewrite/plan.h"

#include <cstdint>
#include <string>
#include <vector>

namespace mogate::proxy {

// How one answer has to look on the client's leg.
struct AnswerFormat {
  protocol::Capabilities capabilities = 0;
  std::uint16_t status = protocol::status::autocommit;
  bool more_results = false;
  bool binary = false;        // rows of COM_STMT_EXECUTE
  std::uint8_t sequence = 1;  // of the first packet; moved behind the last one
};

void append_ok(std::string& out, AnswerFormat& format, std::uint64_t affected = 0,
               std::string_view info = {});
void append_error(std::string& out, AnswerFormat& format, const protocol::SqlError& error);
// `columns` and `rows.rows` must agree in width. Integer columns (LONGLONG, LONG) are given as decimal text.
void append_rows(std::string& out, AnswerFormat& format, const std::vector<rewrite::ColumnSpec>& columns,
                 const rewrite::Rows& rows);
void append_columns(std::string& out, AnswerFormat& format, const std::vector<rewrite::ColumnSpec>& columns);
// The packet behind the last row.
void append_result_end(std::string& out, AnswerFormat& format);
protocol::ColumnView column_view(const rewrite::ColumnSpec& column);

}  // namespace mogate::proxy
