#include "rewrite/session/set_statement.h"

#include "rewrite/sql/quoting.h"

#include <array>
#include <utility>

namespace mogate::rewrite {
namespace {

using sql::Token;
using sql::TokenKind;

// SET NAMES sets user variables of these names; the session's own are put back too, should a version set
// those.
constexpr std::array<std::string_view, 3> kCharsets{"character_set_client", "character_set_connection",
                                                    "character_set_results"};

bool is_scope(const Token& t) { return t.is("SESSION") || t.is("LOCAL"); }
bool is_global(const Token& t) { return t.is("GLOBAL") || t.is("PERSIST") || t.is("PERSIST_ONLY"); }

class Reader {
 public:
  explicit Reader(sql::Cursor& in) : in_(in) {}

  SetStatement read() {
    in_.take();
    if (assigns_nothing()) return {};
    do assignment();
    while (to_next());
    return std::move(out_);
  }

 private:
  // SET ROLE r, SET SECONDARY ROLE …, SET DEFAULT ROLE …, SET PASSWORD [FOR u] = …, SET CONNECTION ID TO …,
  // SET LOGSERVICE SETTINGS …
  bool assigns_nothing() const {
    const Token& t = in_.peek();
    const Token& next = in_.peek2();
    return t.is("PASSWORD") || t.is("ROLE") || (t.is("SECONDARY") && next.is("ROLE")) ||
           (t.is("DEFAULT") && next.is("ROLE")) || (t.is("CONNECTION") && next.is("ID")) ||
           (t.is("LOGSERVICE") && next.is("SETTINGS"));
  }

  void assignment() {
    const Token& t = in_.peek();
    if (is_global(t) && !is_assignment(in_.peek2())) return;
    if (is_scope(t) && !is_assignment(in_.peek2())) in_.take();
    if (in_.peek().is("TRANSACTION")) return void(out_.variables.emplace_back("transaction_isolation"));
    if (charset()) return;
    if (in_.peek().kind == TokenKind::variable) {
      out_.user_variables.emplace_back(in_.take().text);
    } else if (in_.peek().kind == TokenKind::system_variable) {
      system_variable(sql::fold(sql::unquote(in_.take(), in_.mode())));
    } else if (in_.peek().is_name()) {
      plain_name();
    }
  }

  static bool is_assignment(const Token& t) { return t.is('=') || t.is(':'); }

  // NAMES …, CHARACTER SET …, CHARSET …
  bool charset() {
    const Token& t = in_.peek();
    bool names = t.is("NAMES");
    bool set = t.is("CHARSET") || (t.is("CHARACTER") && in_.peek2().is("SET"));
    if ((!names && !set) || is_assignment(in_.peek2())) return false;
    for (std::string_view name : kCharsets) {
      out_.variables.emplace_back(name);
      if (names) out_.user_variables.push_back("@" + std::string(name));
    }
    if (set) out_.user_variables.push_back("@" + sql::quote_name(sql::fold(t.text)));
    return true;
  }

  void system_variable(std::string name) {
    if (name.starts_with("global.") || name.starts_with("persist.") || name.starts_with("persist_only."))
      return;
    for (std::string_view scope : {"session.", "local."})
      if (name.starts_with(scope)) name.erase(0, scope.size());
    out_.variables.push_back(std::move(name));
  }

  void plain_name() {
    std::string name = sql::fold(sql::unquote(in_.take(), in_.mode()));
    if (in_.accept('.') && in_.peek().is_name())
      name += "." + sql::fold(sql::unquote(in_.take(), in_.mode()));
    out_.variables.push_back(std::move(name));
  }

  // Behind the next ',' outside parentheses.
  bool to_next() {
    for (int depth = 0; !in_.peek().is_end(); in_.take()) {
      depth += in_.peek().is('(') ? 1 : in_.peek().is(')') ? -1 : 0;
      if (depth == 0 && in_.peek().is(',')) return in_.take(), true;
    }
    return false;
  }

  sql::Cursor& in_;
  SetStatement out_;
};

}  // namespace

SetStatement read_set(sql::Cursor in) { return Reader(in).read(); }

}  // namespace mogate::rewrite
