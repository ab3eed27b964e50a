#include "proxy/net/compressed_stream.h"

namespace mogate::proxy {
namespace {

using Stop = protocol::Decompressor::Stop;

IoFault fault_of(Stop stop) {
  switch (stop) {
    case Stop::out_of_order: return IoFault::out_of_order;
    case Stop::wrong_length:
    case Stop::corrupt: return IoFault::undecodable;
    default: return IoFault::none;
  }
}

}  // namespace

CompressedStream::Taken CompressedStream::take(std::span<std::uint8_t> room) {
  Taken taken;
  while (has_more() && taken.bytes == 0 && taken.fault == IoFault::none) {
    if (!decompressor_) decompressor_ = pool_.take(algorithm_);
    auto progress = decompressor_->feed(input_.data(), room, sequence_);
    input_.consume(progress.consumed);
    room_full_ = progress.stop == Stop::room_full;
    taken = {progress.produced, fault_of(progress.stop)};
    if (decompressor_->at_border()) pool_.give_back(algorithm_, std::move(decompressor_));
  }
  input_.release_if_empty();
  return taken;
}

}  // namespace mogate::proxy
