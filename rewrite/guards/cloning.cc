#include "rewrite/guards/cloning.h"

#include "rewrite/sql/quoting.h"

namespace mogate::rewrite {
namespace {

// {…} after a table's name, as written.
std::string braces(sql::Cursor& in) {
  if (!in.peek().is('{')) return {};
  std::size_t begin = in.peek().begin, end = begin;
  while (!in.peek().is('}') && !in.peek().is_end()) in.take();
  end = in.peek().end;
  in.expect('}');
  return in.failed() ? std::string() : std::string(in.text().substr(begin, end - begin));
}

TableAt table_at(sql::Cursor& in, bool database) {
  TableAt out;
  if (database) {
    out.table.database = in.name("a database name");
  } else {
    out.table = in.table();
  }
  out.at = braces(in);
  return out;
}

std::string to_account(sql::Cursor& in) {
  if (!in.accept("TO", "ACCOUNT")) return {};
  return in.name("an account name");
}

void if_not_exists(sql::Cursor& in) {
  if (!in.accept("IF", "NOT")) return;
  in.expect("EXISTS");
}

// CREATE [TEMPORARY] TABLE | DATABASE | SCHEMA; false for anything else.
bool object_kind(sql::Cursor& in, bool& database) {
  in.accept("TEMPORARY");
  database = in.peek().is("DATABASE") || in.peek().is("SCHEMA");
  if (!database && !in.peek().is("TABLE")) return false;
  in.take();
  return true;
}

void parse_create(sql::Cursor& in, DataBranch& out) {
  if (!object_kind(in, out.database)) return in.fail("TABLE or DATABASE");
  out.creates.push_back(table_at(in, out.database));
  in.expect("FROM");
  out.reads.push_back(table_at(in, out.database));
  out.to_account = to_account(in);
}

void parse_delete(sql::Cursor& in, DataBranch& out) {
  if (!object_kind(in, out.database)) return in.fail("TABLE or DATABASE");
  out.writes.push_back(table_at(in, out.database));
}

void parse_diff(sql::Cursor& in, DataBranch& out) {
  out.reads.push_back(table_at(in, false));
  in.expect("AGAINST");
  out.reads.push_back(table_at(in, false));
  while (!in.peek().is_end()) {
    out.output_file |= in.peek().is("OUTPUT") && in.peek2().is("FILE");
    if (in.accept("OUTPUT", "AS")) {
      out.creates.push_back(table_at(in, false));
    } else {
      in.take();
    }
  }
}

void parse_merge(sql::Cursor& in, DataBranch& out) {
  out.reads.push_back(table_at(in, false));
  in.expect("INTO");
  out.writes.push_back(table_at(in, false));
  for (; !in.peek().is_end(); in.take()) out.subquery |= in.peek().is("SELECT");
}

}  // namespace

std::optional<Clone> parse_clone(sql::Cursor& in) {
  Clone out;
  if (!object_kind(in, out.database)) return std::nullopt;
  if_not_exists(in);
  if (!in.at_name()) return std::nullopt;
  out.target = table_at(in, out.database).table;
  if (in.failed() || !in.accept("CLONE")) return std::nullopt;
  TableAt source = table_at(in, out.database);
  out.source = std::move(source.table);
  out.at = std::move(source.at);
  in.accept("COPY", "GRANTS");
  out.to_account = to_account(in);
  in.end();
  return out;
}

std::optional<DataBranch> parse_data_branch(sql::Cursor& in) {
  if (!in.accept("DATA", "BRANCH")) return std::nullopt;
  DataBranch out;
  out.verb = sql::fold(in.peek().text);
  if (in.accept("CREATE")) {
    parse_create(in, out);
  } else if (in.accept("DELETE")) {
    parse_delete(in, out);
  } else if (in.accept("DIFF")) {
    parse_diff(in, out);
  } else if (in.accept("MERGE") || in.accept("PICK")) {
    parse_merge(in, out);
  } else {
    in.fail("CREATE, DELETE, DIFF, MERGE or PICK");
  }
  return out;
}

}  // namespace mogate::rewrite
