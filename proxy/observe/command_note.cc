#include "proxy/observe/command_note.h"

#include "rewrite/native_kind.h"

#include <utility>

namespace mogate::proxy {

void CommandNote::begin(Clock::time_point now) {
  begun_ = now;
  rows_ = 0;
  error_ = 0;
  sight_ = {};
  running_ = true;
}

CommandNote::Sight CommandNote::look(std::string_view sql, rewrite::sql::SqlMode mode) {
  auto kind = rewrite::native_kind_index(sql);
  return {kind, metrics_->digests.find(sql, mode, kind)};
}

std::optional<std::chrono::nanoseconds> CommandNote::end(Clock::time_point now, std::uint64_t bytes_in,
                                                         std::uint64_t bytes_out) {
  if (!std::exchange(running_, false) || account_ == nullptr) return std::nullopt;
  auto took = now - begun_;
  auto [kind, digest] = sight_;
  bool failed = error_ != 0;
  account_->statements[kind].add();
  account_->bytes_in.add(bytes_in - std::exchange(bytes_in_, bytes_in));
  account_->bytes_out.add(bytes_out - std::exchange(bytes_out_, bytes_out));
  account_->rows.add(rows_);
  account_->latency.add(took);
  metrics_->latency[kind].add(took);
  if (failed) account_->errors[kind].add();
  if (backend_ != nullptr) {
    backend_->statements.add();
    backend_->latency.add(took);
    if (failed) backend_->errors.add();
  }
  if (digest != nullptr) {
    digest->count.add();
    digest->rows.add(rows_);
    digest->latency.add(took);
    if (failed) digest->errors.add();
  }
  return took;
}

}  // namespace mogate::proxy
