#include "proxy/session/context.h"
#include "rewrite/mask_secrets.h"
#include "rewrite/traceparent.h"

#include <fmt/format.h>

namespace mogate::proxy {
namespace {

constexpr std::size_t kMostText = 4096;

}  // namespace

void SessionContext::keep_for_slow_log(std::string_view sql) {
  if (!slow_note) slow_note = std::make_unique<SlowNote>();
  slow_note->traceparent = rewrite::find_traceparent(sql);
  slow_note->text = config().slow_log.literals ? sql.substr(0, kMostText) : std::string_view();
}

void SessionContext::tell_slow(std::chrono::nanoseconds took) {
  auto [kind, digest] = note.sight();
  SlowStatement slow;
  slow.session = entry->id;
  slow.account = entry->user.account;
  slow.user = entry->user.user;
  slow.client = entry->client;
  slow.statement = name_of_kind(kind);
  slow.elapsed = took;
  slow.rows = note.rows();
  slow.code = note.error();
  if (digest != nullptr) {
    slow.digest = fmt::format("{:016x}", digest->hash);
    slow.text = digest->text;
  }
  if (auto kept = std::move(slow_note)) {
    slow.traceparent = std::move(kept->traceparent);
    if (!kept->text.empty()) slow.text = rewrite::mask_secrets(kept->text, dialect.lexer_mode(sql_mode));
  }
  shared.slow_log.write(slow);
}

}  // namespace mogate::proxy
