// Fixed-size buffers, borrowed from the thread's pool only while a command runs, so that an idle session
// holds none.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace mogate::proxy {

inline constexpr std::size_t kBufferSize = 64U << 10;

class BufferPool {
 public:
  using Block = std::unique_ptr<std::uint8_t[]>;

  Block take() {
    if (free_.empty()) return Block(new std::uint8_t[kBufferSize]);
    auto block = std::move(free_.back());
    free_.pop_back();
    return block;
  }
  void give_back(Block block) {
    if (block && free_.size() < kKept) free_.push_back(std::move(block));
  }

 private:
  static constexpr std::size_t kKept = 64;
  std::vector<Block> free_;
};

// Bytes that were read and not yet consumed, at the front of a borrowed block.
class Buffer {
 public:
  explicit Buffer(BufferPool& pool) : pool_(&pool) {}
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;
  ~Buffer() { release(); }
  // Both borrow from the same pool.
  void swap(Buffer& other) {
    std::swap(block_, other.block_);
    std::swap(begin_, other.begin_);
    std::swap(end_, other.end_);
  }

  std::span<std::uint8_t> data() { return {block_.get() + begin_, end_ - begin_}; }
  bool empty() const { return begin_ == end_; }
  std::size_t size() const { return end_ - begin_; }

  // Room behind the data; moves the data to the front when there is none. Borrows a block when there is none.
  std::span<std::uint8_t> room() {
    if (!block_) block_ = pool_->take();
    if (end_ == kBufferSize && begin_ != 0) {
      std::memmove(block_.get(), block_.get() + begin_, end_ - begin_);
      end_ -= std::exchange(begin_, 0);
    }
    return {block_.get() + end_, kBufferSize - end_};
  }
  // Makes the room behind the data as large as it can be.
  void compact() {
    if (begin_ == 0) return;
    std::memmove(block_.get(), block_.get() + begin_, end_ - begin_);
    end_ -= std::exchange(begin_, 0);
  }
  void filled(std::size_t n) { end_ += n; }
  void consume(std::size_t n) {
    begin_ += n;
    if (begin_ == end_) begin_ = end_ = 0;
  }
  // Gives the block back if no data is in it.
  void release_if_empty() {
    if (empty()) release();
  }
  void release() {
    begin_ = end_ = 0;
    if (block_) pool_->give_back(std::move(block_));
  }

 private:
  BufferPool* pool_;
  BufferPool::Block block_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace mogate::proxy
