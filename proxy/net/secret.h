// Bytes that nobody may find in memory once they are not needed: wiped where they end, and where
// init_secrets() was called kept in pages that are neither swapped nor dumped.
#pragma once

#include "protocol/bytes.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

namespace mogate::proxy {

// Sets those pages apart, once for the process. Where the system refuses, or when they are full, secrets are
// wiped all the same.
void init_secrets();

class Secret {
 public:
  Secret() = default;
  // `size` bytes of 0, to be filled.
  explicit Secret(std::size_t size);
  explicit Secret(std::string_view bytes);
  Secret(const Secret& other) : Secret(other.view()) {}
  Secret(Secret&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}
  Secret& operator=(Secret other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    return *this;
  }
  ~Secret();

  std::string_view view() const { return {data_, size_}; }
  std::span<std::uint8_t> room() { return {reinterpret_cast<std::uint8_t*>(data_), size_}; }
  bool empty() const { return size_ == 0; }
  // Wipes what lies behind the first `size` bytes.
  void shorten(std::size_t size);

 private:
  char* data_ = nullptr;
  std::size_t size_ = 0;
};

// Wiped copy of a string, which is wiped too.
Secret take_secret(std::string& text);

}  // namespace mogate::proxy
