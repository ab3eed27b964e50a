#include "tests/simulator/packet_stream.h"

#include "protocol/frame.h"

#include <array>
#include <cerrno>
#include <sys/socket.h>
#include <unistd.h>

namespace mogate::simulator {
namespace {

constexpr std::size_t kFlushAt = 1U << 16;
constexpr std::size_t kLargestPacket = 64U << 20;  // max_allowed_packet

}  // namespace

PacketStream::~PacketStream() {
  if (fd_ >= 0) ::close(fd_);
}

void PacketStream::shutdown() { ::shutdown(fd_, SHUT_RDWR); }

void PacketStream::fill(std::size_t wanted) {
  if (at_ != 0 && at_ == in_.size()) {
    in_.clear();
    at_ = 0;
  }
  std::array<char, 1U << 16> chunk;
  while (in_.size() - at_ < wanted) {
    auto n = ::recv(fd_, chunk.data(), chunk.size(), 0);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) throw Disconnected{};
    in_.append(chunk.data(), static_cast<std::size_t>(n));
  }
}

std::string PacketStream::read() {
  std::string payload;
  for (bool more = true; more;) {
    fill(protocol::kFrameHeader);
    protocol::ByteReader header(
        protocol::as_bytes(std::string_view(in_).substr(at_, protocol::kFrameHeader)));
    std::size_t length = header.u24();
    sequence_ = static_cast<std::uint8_t>(header.u8() + 1);
    at_ += protocol::kFrameHeader;
    fill(length);
    payload.append(in_, at_, length);
    at_ += length;
    if (payload.size() > kLargestPacket) reset();
    more = length == protocol::kMaxFramePayload;
  }
  return payload;
}

// A packet that is too large is not answered: the connection is reset (FINDINGS, trap 14).
void PacketStream::reset() {
  linger now{1, 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  throw Disconnected{};
}

std::string PacketStream::take_unread() {
  auto rest = in_.substr(at_);
  in_.clear();
  at_ = 0;
  return rest;
}

void PacketStream::write(std::string_view payload) {
  protocol::append_packet(out_, protocol::as_bytes(payload), sequence_);
  if (out_.size() >= kFlushAt) flush();
}

void PacketStream::write_raw(std::string_view bytes) { out_ += bytes; }

bool PacketStream::rewind(Mark mark) {
  if (mark.flushes != flushes_) return false;
  out_.resize(mark.written);
  sequence_ = mark.sequence;
  return true;
}

void PacketStream::flush() {
  ++flushes_;
  std::size_t done = 0;
  while (done < out_.size()) {
    auto n = ::send(fd_, out_.data() + done, out_.size() - done, MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) throw Disconnected{};
    done += static_cast<std::size_t>(n);
  }
  out_.clear();
}

}  // namespace mogate::simulator
