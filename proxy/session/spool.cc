#include "proxy/session/spool.h"

#include "protocol/bytes.h"

#include <algorithm>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <unistd.h>

namespace mogate::proxy {
namespace {

FileDescriptor unnamed_file(const std::string& directory) {
  std::error_code ec;
  auto in = directory.empty() ? std::filesystem::temp_directory_path(ec).string() : directory;
  FileDescriptor file(::open(in.c_str(), O_TMPFILE | O_RDWR | O_EXCL | O_CLOEXEC, 0600));
  if (file) return file;
  // A file system without O_TMPFILE.
  auto name = in + "/mogate-XXXXXX";
  FileDescriptor named(::mkostemp(name.data(), O_CLOEXEC));
  if (named) ::unlink(name.c_str());
  return named;
}

}  // namespace

bool Spool::append(std::span<const std::uint8_t> bytes) {
  if (end_ + bytes.size() > limits_.total) return false;
  if (!file_ && end_ + bytes.size() > limits_.memory && !move_to_file()) return false;
  if (file_ && !write_file(bytes)) return false;
  if (!file_) memory_.append(protocol::as_text(bytes));
  end_ += bytes.size();
  return true;
}

bool Spool::move_to_file() {
  file_ = unnamed_file(limits_.directory);
  if (!file_) return false;
  auto kept = std::exchange(memory_, {});
  end_ = 0;
  if (!write_file(protocol::as_bytes(kept))) return false;
  end_ = kept.size();
  return true;
}

bool Spool::write_file(std::span<const std::uint8_t> bytes) {
  auto at = end_;
  while (!bytes.empty()) {
    auto n = ::pwrite(file_.get(), bytes.data(), bytes.size(), static_cast<off_t>(at));
    if (n <= 0) return false;
    at += static_cast<std::uint64_t>(n);
    bytes = bytes.subspan(static_cast<std::size_t>(n));
  }
  return true;
}

std::size_t Spool::read(std::span<std::uint8_t> room) {
  auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(room.size(), end_ - begin_));
  if (wanted == 0) return 0;
  if (file_) {
    auto n = ::pread(file_.get(), room.data(), wanted, static_cast<off_t>(begin_));
    wanted = n > 0 ? static_cast<std::size_t>(n) : 0;
  } else {
    std::memcpy(room.data(), memory_.data() + begin_, wanted);
  }
  begin_ += wanted;
  return wanted;
}

}  // namespace mogate::proxy
