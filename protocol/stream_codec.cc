#include "protocol/stream_codec.h"

#include <new>
#include <zlib.h>
#include <zstd.h>

namespace mogate::protocol {
namespace {

// A compressed packet has less than 16 MiB: whoever announces a larger window wants the memory.
constexpr int kMaxWindowLog = 24;

void set_streams(z_stream& z, Bytes input, std::span<std::uint8_t> room) {
  z.next_in = const_cast<Bytef*>(input.data());  // zlib does not write there
  z.avail_in = static_cast<uInt>(input.size());
  z.next_out = room.data();
  z.avail_out = static_cast<uInt>(room.size());
}

class ZlibDecoder final : public StreamDecoder {
 public:
  ZlibDecoder() {
    if (inflateInit(&z_) != Z_OK) throw std::bad_alloc();
  }
  ~ZlibDecoder() override { inflateEnd(&z_); }
  ZlibDecoder(const ZlibDecoder&) = delete;
  ZlibDecoder& operator=(const ZlibDecoder&) = delete;

  void restart() override { inflateReset(&z_); }
  Step step(Bytes input, std::span<std::uint8_t> room) override {
    set_streams(z_, input, room);
    int result = inflate(&z_, Z_NO_FLUSH);
    return {input.size() - z_.avail_in, room.size() - z_.avail_out, result == Z_STREAM_END,
            result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR};
  }

 private:
  z_stream z_{};
};

class ZlibEncoder final : public StreamEncoder {
 public:
  ZlibEncoder() {
    if (deflateInit(&z_, Z_DEFAULT_COMPRESSION) != Z_OK) throw std::bad_alloc();
  }
  ~ZlibEncoder() override { deflateEnd(&z_); }
  ZlibEncoder(const ZlibEncoder&) = delete;
  ZlibEncoder& operator=(const ZlibEncoder&) = delete;

  std::optional<std::size_t> encode(Bytes plain, std::span<std::uint8_t> room) override {
    deflateReset(&z_);
    set_streams(z_, plain, room);
    if (deflate(&z_, Z_FINISH) != Z_STREAM_END) return std::nullopt;
    return room.size() - z_.avail_out;
  }

 private:
  z_stream z_{};
};

template <auto Free>
struct Freed {
  template <class Context>
  void operator()(Context* context) const {
    Free(context);
  }
};

class ZstdDecoder final : public StreamDecoder {
 public:
  ZstdDecoder() : context_(ZSTD_createDCtx()) {
    if (!context_) throw std::bad_alloc();
    ZSTD_DCtx_setParameter(context_.get(), ZSTD_d_windowLogMax, kMaxWindowLog);
  }

  void restart() override { ZSTD_DCtx_reset(context_.get(), ZSTD_reset_session_only); }
  Step step(Bytes input, std::span<std::uint8_t> room) override {
    ZSTD_inBuffer in{input.data(), input.size(), 0};
    ZSTD_outBuffer out{room.data(), room.size(), 0};
    auto hint = ZSTD_decompressStream(context_.get(), &out, &in);
    return {in.pos, out.pos, hint == 0, ZSTD_isError(hint) != 0};
  }

 private:
  std::unique_ptr<ZSTD_DCtx, Freed<ZSTD_freeDCtx>> context_;
};

class ZstdEncoder final : public StreamEncoder {
 public:
  explicit ZstdEncoder(int level) : context_(ZSTD_createCCtx()), level_(level) {
    if (!context_) throw std::bad_alloc();
  }

  std::optional<std::size_t> encode(Bytes plain, std::span<std::uint8_t> room) override {
    auto size =
        ZSTD_compressCCtx(context_.get(), room.data(), room.size(), plain.data(), plain.size(), level_);
    return ZSTD_isError(size) ? std::nullopt : std::optional(size);
  }

 private:
  std::unique_ptr<ZSTD_CCtx, Freed<ZSTD_freeCCtx>> context_;
  int level_;
};

}  // namespace

std::unique_ptr<StreamDecoder> make_decoder(Compression compression) {
  switch (compression) {
    case Compression::none: return nullptr;
    case Compression::zlib: return std::make_unique<ZlibDecoder>();
    case Compression::zstd: return std::make_unique<ZstdDecoder>();
  }
  return nullptr;
}

std::unique_ptr<StreamEncoder> make_encoder(Compression compression, std::uint8_t zstd_level) {
  bool known = zstd_level >= 1 && zstd_level <= ZSTD_maxCLevel();
  switch (compression) {
    case Compression::none: return nullptr;
    case Compression::zlib: return std::make_unique<ZlibEncoder>();
    case Compression::zstd: return std::make_unique<ZstdEncoder>(known ? zstd_level : ZSTD_CLEVEL_DEFAULT);
  }
  return nullptr;
}

}  // namespace mogate::protocol
