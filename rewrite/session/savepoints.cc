#include "rewrite/session/savepoints.h"

#include "rewrite/sql/quoting.h"

#include <algorithm>
#include <array>

namespace mogate::rewrite {
namespace {

// Who makes more in one transaction gets MatrixOne's own answer.
constexpr std::size_t kMost = 64;

constexpr std::array<std::string_view, 8> kReads{"SELECT", "SHOW", "DESC",    "DESCRIBE",
                                                 "USE",    "SET",  "PREPARE", "DEALLOCATE"};
constexpr std::array<std::string_view, 3> kMayRead{"WITH", "EXPLAIN", "VALUES"};
constexpr std::array<std::string_view, 5> kWrites{"INSERT", "UPDATE", "DELETE", "REPLACE", "LOAD"};
constexpr std::array<std::string_view, 3> kEnds{"COMMIT", "BEGIN", "START"};

bool is_any(const sql::Token& t, const auto& words) {
  return std::any_of(words.begin(), words.end(), [&](auto word) { return t.is(word); });
}

bool only_reads(sql::Cursor in) {
  if (is_any(in.peek(), kReads)) return true;
  if (!is_any(in.peek(), kMayRead)) return false;
  for (; !in.peek().is_end(); in.take())
    if (is_any(in.peek(), kWrites)) return false;
  return true;
}

std::string taken_name(sql::Cursor& in) { return sql::fold(sql::unquote(in.take(), in.mode())); }

}  // namespace

void Savepoints::observe(sql::Cursor in, Ran ran) {
  if (in.accept("SAVEPOINT")) {
    std::string name = taken_name(in);
    std::erase_if(all_, [&](const Savepoint& s) { return s.name == name; });
    if (ran == Ran::succeeded && all_.size() < kMost) all_.push_back({std::move(name)});
  } else if (in.accept("RELEASE", "SAVEPOINT")) {
    release(taken_name(in), true);
  } else if (in.accept("ROLLBACK")) {
    in.accept("WORK");
    if (!in.accept("TO")) return all_.clear();
    in.accept("SAVEPOINT");
    if (ran == Ran::succeeded) release(taken_name(in), false);
  } else if (is_any(in.peek(), kEnds)) {
    all_.clear();
  } else if (ran != Ran::failed && !only_reads(in)) {
    note_change();
  }
}

void Savepoints::note_change() {
  for (Savepoint& s : all_) s.changed = true;
}

std::vector<std::string> Savepoints::unchanged() const {
  std::vector<std::string> out;
  for (const Savepoint& s : all_)
    if (!s.changed) out.push_back(s.name);
  return out;
}

// Those made after it go too, as in MySQL.
void Savepoints::release(std::string_view name, bool itself) {
  auto at = std::find_if(all_.begin(), all_.end(), [&](const Savepoint& s) { return s.name == name; });
  if (at != all_.end()) all_.erase(itself ? at : at + 1, all_.end());
}

}  // namespace mogate::rewrite
