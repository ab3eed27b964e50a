#include "rewrite/sql/quoting.h"
#include "rewrite/statements/cdc_task_create.h"

#include <algorithm>
#include <array>

namespace mogate::rewrite {
namespace {

using Pattern = CreateCdcTask::Pattern;

// MatrixOne takes other keys, and other spellings of these, without a word (NATIVE.md 3.2).
constexpr std::array<std::string_view, 9> kOptions{
    "Exclude",      "StartTs", "EndTs",      "SendSqlTimeout", "InitSnapshotSplitTxn",
    "MaxSqlLength", "NoFull",  "ConfigFile", "Frequency"};

// A name that MatrixOne's patterns, which know no quoting, can hold.
std::string plain_name(sql::Cursor& in, std::string_view what) {
  std::string name = in.name(what);
  if (name.find_first_of(",.:`") != std::string::npos)
    in.fail(protocol::SqlError{protocol::errc::mo_not_supported,
                               "not supported: a CDC task over the name `" + name +
                                   "`: MatrixOne allows no comma, dot, colon or back-quote there",
                               {}});
  return name;
}

sql::TableName parse_side(sql::Cursor& in, Level level) {
  if (level == Level::database) return {plain_name(in, "a database name"), {}};
  sql::TableName t{{}, plain_name(in, "a table name")};
  if (!in.accept('.')) return t;
  return {std::move(t.table), plain_name(in, "a table name")};
}

void parse_patterns(sql::Cursor& in, CreateCdcTask& out) {
  do {
    Pattern pattern{parse_side(in, out.level), {}};
    if (in.accept(':')) {
      pattern.sink = parse_side(in, out.level);
      if (pattern.sink.database.empty()) in.fail("a table name with its database");
    }
    bool twice = std::any_of(out.patterns.begin(), out.patterns.end(),
                             [&](const Pattern& one) { return one.source == pattern.source; });
    if (twice)
      in.fail(protocol::SqlError{protocol::errc::mo_internal,
                                 "internal error: " + pattern.source.database +
                                     (pattern.source.table.empty() ? "" : "." + pattern.source.table) +
                                     " stands twice in the CDC task",
                                 {}});
    out.patterns.push_back(std::move(pattern));
  } while (in.accept(','));
}

void parse_level(sql::Cursor& in, CreateCdcTask& out) {
  if (in.accept("ACCOUNT")) return;
  if (in.accept("DATABASE")) {
    out.level = Level::database;
  } else if (in.accept("TABLE")) {
    out.level = Level::table;
  } else {
    return in.fail("ACCOUNT, DATABASE or TABLE");
  }
  parse_patterns(in, out);
}

std::string known_options() {
  std::string out;
  for (auto option : kOptions) out.append(out.empty() ? "" : ", ").append(option);
  return out;
}

std::string parse_value(sql::Cursor& in) {
  if (in.accept("TRUE")) return "true";
  if (in.accept("FALSE")) return "false";
  if (in.peek().kind == sql::TokenKind::number) return std::string(in.take().text);
  return in.string("a value");
}

void parse_option(sql::Cursor& in, CreateCdcTask& out) {
  std::string key = in.peek().kind == sql::TokenKind::string ? in.string("an option") : in.name("an option");
  const auto* known =
      std::find_if(kOptions.begin(), kOptions.end(), [&](auto option) { return sql::iequals(option, key); });
  if (known == kOptions.end())
    return in.fail(protocol::SqlError{
        protocol::errc::mo_invalid_input,
        "invalid input: unknown option " + key + " of a CDC task; known are " + known_options(),
        {}});
  in.expect('=');
  out.options.emplace_back(*known, parse_value(in));
}

void parse_options(sql::Cursor& in, CreateCdcTask& out) {
  if (!in.accept("OPTIONS")) return;
  in.expect('(');
  do parse_option(in, out);
  while (in.accept(','));
  in.expect(')');
}

}  // namespace

CreateCdcTask parse_create_cdc_task(sql::Cursor& in) {
  CreateCdcTask out;
  out.if_not_exists = in.accept_if_not_exists();
  out.name = in.name("a task's name");
  in.expect("FROM");
  out.source = in.string("the source's uri in quotes");
  in.expect("TO");
  if (in.accept("MATRIXONE")) {
    out.sink_type = "matrixone";
  } else if (in.accept("MYSQL")) {
    out.sink_type = "mysql";
  } else {
    in.fail("MATRIXONE or MYSQL");
  }
  out.sink = in.string("the sink's uri in quotes");
  parse_level(in, out);
  parse_options(in, out);
  if (in.accept("WITH")) {
    in.expect("PITR");
    out.with_pitr = true;
  }
  return out;
}

}  // namespace mogate::rewrite
