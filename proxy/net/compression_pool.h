// The contexts for compression that the sessions of one thread share, because an idle session holds none.
#pragma once

#include "protocol/compression.h"

#include <array>
#include <map>
#include <memory>
#include <vector>

namespace mogate::proxy {

class CompressionPool {
 public:
  using DecompressorPtr = std::unique_ptr<protocol::Decompressor>;

  // Serves all connections; lives as long as the pool. `zstd_level` as in make_encoder().
  protocol::StreamEncoder& encoder(protocol::Compression compression, std::uint8_t zstd_level) {
    if (compression != protocol::Compression::zstd) zstd_level = 0;
    auto& encoder = encoders_[{compression, zstd_level}];
    if (!encoder) encoder = protocol::make_encoder(compression, zstd_level);
    return *encoder;
  }
  DecompressorPtr take(protocol::Compression compression) {
    auto& free = free_of(compression);
    if (free.empty()) return std::make_unique<protocol::Decompressor>(compression);
    auto one = std::move(free.back());
    free.pop_back();
    return one;
  }
  // One that is in the middle of a packet is of no further use.
  void give_back(protocol::Compression compression, DecompressorPtr one) {
    auto& free = free_of(compression);
    if (one && one->at_border() && free.size() < kKept) free.push_back(std::move(one));
  }

 private:
  // A decompressor for zstd keeps the largest window that it has met: up to 16 MiB.
  static constexpr std::size_t kKept = 4;

  std::vector<DecompressorPtr>& free_of(protocol::Compression compression) {
    return free_[compression == protocol::Compression::zstd];
  }

  std::map<std::pair<protocol::Compression, std::uint8_t>, std::unique_ptr<protocol::StreamEncoder>>
      encoders_;
  std::array<std::vector<DecompressorPtr>, 2> free_;
};

}  // namespace mogate::proxy
