#include "rewrite/sync_tables.h"

#include "rewrite/sql/quoting.h"

#include <utility>

namespace mogate::rewrite {
namespace {

using sql::Token;

constexpr std::string_view kFrom = "mo_catalog", kTo = "mogate", kPrefix = "mo_sync_";

// Follows the tokens of a text and says where it has to change.
class Redirection {
 public:
  Redirection(std::string_view text, sql::SqlMode mode, std::string_view database)
      : text_(text), mode_(mode), in_catalog_(sql::iequals(database, kFrom)) {}

  std::optional<std::string> run() {
    sql::Lexer lexer(text_, mode_);
    for (Token t = lexer.next(); !t.is_end(); t = lexer.next()) take(t);
    if (done_ == 0) return std::nullopt;
    return out_.append(text_.substr(done_));
  }

 private:
  bool is_name(const Token& t, std::string_view name) const {
    return t.is_name() && sql::iequals(sql::unquote(t, mode_), name);
  }

  void take(const Token& t) {
    bool sync = is_name(t, "mo_sync_configs") || is_name(t, "mo_sync_tasks");
    bool qualified = last_.is('.');
    if (sync && qualified && is_name(before_, kFrom)) replace(before_.begin, before_.end, kTo);
    if (sync && !qualified && in_catalog_ && !last_.is("AS")) replace(t.begin, t.begin, "mogate.");
    bool uses = statement_begins_ && t.is("USE");
    if (using_ && t.is_name()) in_catalog_ = is_name(t, kFrom);
    using_ = uses;
    statement_begins_ = t.is(';');
    before_ = std::exchange(last_, t);
  }

  void replace(std::size_t begin, std::size_t end, std::string_view by) {
    out_.append(text_.substr(done_, begin - done_)).append(by);
    done_ = end;
  }

  std::string_view text_;
  sql::SqlMode mode_;
  bool in_catalog_;
  bool statement_begins_ = true, using_ = false;
  Token last_, before_;
  std::size_t done_ = 0;  // up to here the text is in out_
  std::string out_;
};

}  // namespace

bool mentions_sync_tables(std::string_view text) noexcept {
  for (std::size_t at = 0; at + kPrefix.size() <= text.size(); ++at) {
    at = text.find_first_of("mM", at);
    if (at == std::string_view::npos) return false;
    if (sql::iequals(text.substr(at, kPrefix.size()), kPrefix)) return true;
  }
  return false;
}

std::optional<std::string> redirect_sync_tables(std::string_view text, sql::SqlMode mode,
                                                std::string_view database) {
  if (!mentions_sync_tables(text)) return std::nullopt;
  return Redirection(text, mode, database).run();
}

}  // namespace mogate::rewrite
