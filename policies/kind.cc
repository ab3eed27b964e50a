#include "policies/kind.h"

#include "rewrite/sql/quoting.h"

#include <algorithm>
#include <array>
#include <initializer_list>

namespace mogate::policies {
namespace {

using rewrite::sql::Cursor;
using rewrite::sql::Token;
using rewrite::sql::TokenKind;

bool is_any(const Token& t, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(), [&](auto word) { return t.is(word); });
}

std::string upper(std::string_view word) {
  std::string out(word);
  for (char& c : out) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return out;
}

struct Verb {
  std::string_view name;
  StatementClass kind_class;
};
using enum StatementClass;

// One word says it all.
constexpr std::array<Verb, 43> kVerbs{{
    {"SELECT", read},
    {"VALUES", read},
    {"TABLE", read},
    {"SHOW", read},
    {"HELP", read},
    {"EXPLAIN", read},
    {"DESCRIBE", read},
    {"INSERT", dml},
    {"UPDATE", dml},
    {"DELETE", dml},
    {"REPLACE", dml},
    {"LOAD", dml},
    {"MERGE", dml},
    {"IMPORT", dml},
    {"TRUNCATE", ddl},
    {"RENAME", ddl},
    {"RESTORE", ddl},
    {"DATA BRANCH", ddl},
    {"SET", session},
    {"USE", session},
    {"PREPARE", session},
    {"EXECUTE", session},
    {"DEALLOCATE", session},
    {"RESET", session},
    {"BEGIN", transaction},
    {"COMMIT", transaction},
    {"ROLLBACK", transaction},
    {"SAVEPOINT", transaction},
    {"RELEASE", transaction},
    {"CALL", other},
    {"DO", other},
    {"GRANT", other},
    {"REVOKE", other},
    {"KILL", other},
    {"FLUSH", other},
    {"CHECKPOINT", other},
    {"ANALYZE", other},
    {"LOCK", other},
    {"UNLOCK", other},
    {"PAUSE", other},
    {"RESUME", other},
    {"RESTART", other},
    {"UPGRADE", other},
}};

// CREATE, ALTER and DROP of these.
constexpr std::array<std::string_view, 24> kObjects{
    "ACCOUNT", "CDC",         "CONNECTOR", "DATABASE", "FUNCTION", "INDEX",  "PITR",      "PROCEDURE",
    "RULE",    "PUBLICATION", "ROLE",      "SEQUENCE", "SNAPSHOT", "SOURCE", "STAGE",     "SUBSCRIPTION",
    "TABLE",   "TABLES",      "TASK",      "TRIGGER",  "USER",     "VIEW",   "EXTENSION", "DYNAMIC"};

const Verb* verb_of(std::string_view name) {
  auto found = std::find_if(kVerbs.begin(), kVerbs.end(), [&](const Verb& v) { return v.name == name; });
  return found == kVerbs.end() ? nullptr : &*found;
}

Kind of_verb(std::string_view name) {
  const auto* verb = verb_of(name);
  return {std::string(name), verb ? verb->kind_class : other};
}

// CREATE [OR REPLACE] … TABLE: the first word that says what it is about.
Kind of_object(Cursor& in, std::string verb) {
  for (; in.peek().kind == TokenKind::word; in.take()) {
    auto word = upper(in.peek().text);
    if (word == "SCHEMA") word = "DATABASE";
    if (word == "TABLES") word = "TABLE";
    if (word == "PREPARE") return of_verb("DEALLOCATE");
    if (word == "CONNECTION" || word == "CONFIG") break;
    if (std::find(kObjects.begin(), kObjects.end(), word) == kObjects.end()) continue;
    return {std::move(verb += " ").append(word), ddl};
  }
  return {std::move(verb), ddl};
}

Kind of_snapshot(Cursor& in) {
  if (in.peek().is("SHOW") || in.peek().is("DIFF")) return {"SNAPSHOT " + upper(in.peek().text), read};
  if (in.peek().is("DROP") || in.peek().is("RESTORE")) return {"SNAPSHOT " + upper(in.peek().text), ddl};
  return {"SNAPSHOT CREATE", ddl};
}

// WITH …: what stands behind it outside parentheses.
Kind behind_with(Cursor& in) {
  for (int depth = 0; !in.peek().is_end(); in.take()) {
    depth += in.peek().is('(') ? 1 : in.peek().is(')') ? -1 : 0;
    if (depth != 0) continue;
    for (std::string_view verb : {"SELECT", "UPDATE", "DELETE", "INSERT", "REPLACE", "VALUES", "TABLE"})
      if (in.peek().is(verb)) return of_verb(verb);
  }
  return {};
}

// SET that outlives the session.
Kind of_set(Cursor& in) {
  for (; !in.peek().is_end(); in.take()) {
    const Token& t = in.peek();
    bool global = is_any(t, {"GLOBAL", "PERSIST", "PASSWORD"}) ||
                  (t.kind == TokenKind::system_variable &&
                   rewrite::sql::fold(t.text).find("global") != std::string::npos);
    if (global) return {"SET GLOBAL", other};
  }
  return of_verb("SET");
}

bool is_explained(const Token& t) {
  return is_any(t, {"SELECT", "WITH", "DELETE", "INSERT", "REPLACE", "UPDATE", "TABLE", "VALUES", "LOAD",
                    "CREATE", "ALTER", "DROP", "TRUNCATE", "RENAME", "CALL", "RESTORE", "GRANT", "REVOKE"});
}

// EXPLAIN t is DESCRIBE t; EXPLAIN GATEWAY runs nothing.
Kind explained(Cursor& in) {
  bool runs = false;
  for (; !in.peek().is_end(); in.take()) {
    if (in.peek().is("GATEWAY")) break;
    runs = runs || in.peek().is("ANALYZE");
    if (in.peek().is('(') || !is_explained(in.peek())) continue;
    if (runs) return read_kind(in);
    break;
  }
  return of_verb(runs ? std::string_view() : "EXPLAIN");
}

}  // namespace

Kind read_kind(Cursor in) {
  while (in.accept('(')) continue;
  if (in.peek().kind != TokenKind::word) return {};
  auto first = upper(in.take().text);
  if (first == "WITH") return behind_with(in);
  if (first == "EXPLAIN" || first == "DESC" || first == "DESCRIBE") return explained(in);
  if (first == "SET") return of_set(in);
  if (first == "START") return of_verb("BEGIN");
  if (first == "CREATE" || first == "ALTER" || first == "DROP") return of_object(in, std::move(first));
  if (first == "SNAPSHOT") return of_snapshot(in);
  if (first == "DATA" && in.peek().is("BRANCH"))
    return in.take(), in.peek().is("DIFF") ? Kind{"DATA BRANCH", read} : of_verb("DATA BRANCH");
  if (first == "GLOBAL" || first == "INCREMENTAL") return of_verb("CHECKPOINT");
  if (first == "SYNC") return {"SYNC SUBSCRIPTION", other};
  if (first == "RELOAD") return {"RELOAD GATEWAY", other};
  return of_verb(first);
}

bool is_kind_pattern(std::string_view pattern) {
  for (std::string_view name : {"read", "write", "dml", "ddl", "session", "transaction"})
    if (pattern == name) return true;
  auto space = pattern.find(' ');
  auto first = pattern.substr(0, space);
  if (first == "CREATE" || first == "ALTER" || first == "DROP")
    return space == std::string_view::npos ||
           std::find(kObjects.begin(), kObjects.end(), pattern.substr(space + 1)) != kObjects.end();
  for (std::string_view name :
       {"SNAPSHOT", "SNAPSHOT SHOW", "SNAPSHOT DIFF", "SNAPSHOT DROP", "SNAPSHOT RESTORE", "SNAPSHOT CREATE",
        "SET GLOBAL", "SYNC SUBSCRIPTION", "RELOAD GATEWAY"})
    if (pattern == name) return true;
  return verb_of(pattern) != nullptr;
}

bool kind_matches(const StatementFacts& facts, std::string_view pattern) {
  if (pattern == "read") return facts.kind_class == read;
  if (pattern == "write") return !changes_nothing(facts);
  if (pattern == "dml") return facts.kind_class == dml;
  if (pattern == "ddl") return facts.kind_class == ddl;
  if (pattern == "session") return facts.kind_class == session;
  if (pattern == "transaction") return facts.kind_class == transaction;
  std::string_view kind = facts.kind;
  return kind.starts_with(pattern) && (kind.size() == pattern.size() || kind[pattern.size()] == ' ');
}

}  // namespace mogate::policies
