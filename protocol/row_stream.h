// Walks over the rows of one result set as they stream by, behind its column definitions: numbers their
// frames anew and stops after a number of rows, so that a result can be handed out in parts (COM_STMT_FETCH).
#pragma once

#include "protocol/constants.h"
#include "protocol/frame.h"

#include <cstdint>
#include <span>

namespace mogate::protocol {

class RowStream {
 public:
  enum class Stop : std::uint8_t {
    need_more,  // show the unconsumed rest again with more bytes behind it
    limit,      // as many rows as were asked for
    end,        // the packet that ends the result is at the head of the rest, whole or not
    error,      // an ERR packet is at the head of the rest, whole or not
  };
  struct Progress {
    std::size_t bytes = 0;  // consumed, with new sequence numbers in place
    Stop stop = Stop::need_more;
  };

  // `caps` are those agreed on with the server.
  explicit RowStream(Capabilities caps) : caps_(caps) {}

  // Begins a part: its first frame gets `sequence`, and it has at most `rows` rows. Only between rows.
  void begin(std::uint8_t sequence, std::uint64_t rows) {
    sequence_ = sequence;
    left_ = rows;
  }
  Progress consume(std::span<std::uint8_t> input);
  // Part of a row was consumed, and the rest was not there yet.
  bool in_row() const { return in_row_; }
  // Of the packet behind those consumed.
  std::uint8_t next_sequence() const { return sequence_; }

 private:
  Capabilities caps_;
  FrameCursor frames_;
  bool in_row_ = false;
  std::uint8_t sequence_ = 0;
  std::uint64_t left_ = 0;
};

}  // namespace mogate::protocol
