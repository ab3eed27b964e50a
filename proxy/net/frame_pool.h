// Memory for coroutine frames: a query takes and gives back a dozen of a few sizes, always on its own thread.
#pragma once

#include <array>
#include <cstddef>
#include <new>
#include <utility>

namespace mogate::proxy {

class FramePool {
 public:
  static void* take(std::size_t size) {
    auto c = class_of(size);
    if (c >= kClasses || !lists()[c].first) return ::operator new(rounded(size));
    auto& list = lists()[c];
    auto* frame = list.first;
    list.first = frame->next;
    --list.length;
    return frame;
  }

  static void give_back(void* memory, std::size_t size) {
    auto c = class_of(size);
    if (c >= kClasses || lists()[c].length == kKept) return ::operator delete(memory, rounded(size));
    auto& list = lists()[c];
    list.first = new (memory) Free{list.first};
    ++list.length;
  }

 private:
  struct Free {
    Free* next;
  };
  // Frees what it holds when its thread ends.
  struct List {
    Free* first = nullptr;
    std::size_t length = 0;
    List() = default;
    List(const List&) = delete;
    List& operator=(const List&) = delete;
    ~List() {
      while (first) ::operator delete(std::exchange(first, first->next));
    }
  };

  static constexpr std::size_t kStep = 64;
#if defined(__SANITIZE_ADDRESS__)
  static constexpr std::size_t kClasses = 0;  // so that a frame used after its end is found
#else
  static constexpr std::size_t kClasses = 16;
#endif
  static constexpr std::size_t kKept = 128;

  static std::size_t class_of(std::size_t size) { return (size - 1) / kStep; }
  static std::size_t rounded(std::size_t size) { return (size + kStep - 1) / kStep * kStep; }
  static std::array<List, kClasses>& lists() {
    thread_local std::array<List, kClasses> all;
    return all;
  }
};

}  // namespace mogate::proxy
