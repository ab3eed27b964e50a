#include "policies/reading.h"

#include "rewrite/guards/statement_starts.h"
#include "rewrite/sql/quoting.h"
#include "rewrite/sql/splitter.h"

#include <utility>

namespace mogate::policies {
namespace {

using rewrite::sql::Cursor;
using rewrite::sql::SqlMode;
using rewrite::sql::TokenKind;

// Statements in statements in statements: nobody writes more.
constexpr int kDeepest = 4;

class Reader {
 public:
  Reader(const RuleSet& rules, SqlMode mode, std::string_view database)
      : rules_(rules), mode_(mode), database_(rewrite::sql::fold(database)) {}

  void read(std::string_view text, int depth) {
    for (const auto& part : rewrite::sql::split(text, mode_)) one(part.text, depth, part.offset);
  }
  Reading take() { return std::move(out_); }

 private:
  void one(std::string_view text, int depth, std::size_t offset) {
    Cursor in(text, mode_);
    // COM_STMT_PREPARE becomes PREPARE s FROM <text>.
    if (in.peek().kind == TokenKind::string && depth <= kDeepest)
      return quoted(rewrite::sql::unquote(in.peek(), mode_), depth);
    Part part{std::string(text),
              depth > 0 ? Part::kNowhere : offset,
              read_statement(text, mode_),
              {},
              database_,
              depth > 0,
              {},
              {}};
    if (depth > kDeepest) part.facts.kind.clear(), part.facts.kind_class = StatementClass::other;
    part.rules = rules_.statement_rules(part.facts, database_);
    auto kind = part.facts.kind;
    prepared_name(in, part);
    out_.parts.push_back(std::move(part));
    if (depth > kDeepest) return;
    if (kind == "PREPARE") return prepared_text(in, depth);
    if (kind == "USE") return use(in);
    bool compound = kind == "BEGIN" || out_.parts.back().facts.kind_class == StatementClass::other ||
                    kind.ends_with(" TASK");
    if (compound) blocks(text, depth);
  }

  void quoted(const std::string& text, int depth) {
    for (const auto& part : rewrite::sql::split(text, mode_)) one(part.text, depth, Part::kNowhere);
  }

  void prepared_name(Cursor in, Part& part) const {
    const auto& kind = part.facts.kind;
    if (kind != "PREPARE" && kind != "EXECUTE" && kind != "DEALLOCATE") return;
    in.take();
    in.accept("PREPARE");
    part.prepared = rewrite::sql::unquote(in.take(), mode_);
    if (in.accept("FROM") && in.peek().kind == TokenKind::variable) part.variable = in.peek().text;
  }

  // PREPARE s FROM 'text' | statement; of a variable the caller knows what it holds.
  void prepared_text(Cursor in, int depth) {
    in.take();
    in.take();
    if (!in.accept("FROM") || in.peek().is_end() || in.peek().kind == TokenKind::variable) return;
    if (in.peek().kind == TokenKind::string) return inner(rewrite::sql::unquote(in.peek(), mode_), depth);
    read(in.text().substr(in.peek().begin), depth + 1);
  }

  void inner(const std::string& text, int depth) { read(text, depth + 1); }

  // USE d holds for what follows in the same text.
  void use(Cursor in) {
    in.take();
    if (in.peek().is_name()) database_ = rewrite::sql::fold(rewrite::sql::unquote(in.peek(), mode_));
  }

  void blocks(std::string_view text, int depth) {
    auto statements = rewrite::inner_statements(text, mode_);
    for (auto statement = statements.begin() + 1; statement < statements.end(); ++statement) {
      auto parts = rewrite::sql::split(*statement, mode_);
      for (const auto& part : parts) one(part.text, depth + 1, part.offset);
    }
  }

  const RuleSet& rules_;
  SqlMode mode_;
  std::string database_;
  Reading out_;
};

}  // namespace

Reading read_text(const RuleSet& rules, std::string_view text, SqlMode mode, std::string_view database) {
  Reader reader(rules, mode, database);
  reader.read(text, 0);
  return reader.take();
}

}  // namespace mogate::policies
