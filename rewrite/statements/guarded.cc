#include "rewrite/statements/guarded.h"

#include "rewrite/parser.h"
#include "rewrite/planner.h"
#include "rewrite/privilege.h"

#include <utility>

namespace mogate::rewrite {
namespace {

// Made and dropped at once on the client's session.
constexpr std::string_view kProbeName = "`__mogate_probe`";

protocol::SqlError admin_needed() {
  return protocol::privilege_error("needs role accountadmin, or account sys with role moadmin");
}

// Before 4.0 anybody may DATA BRANCH anything (FINDINGS_3.0 trap 1).
bool checks_data_branch(const Dialect& dialect) { return dialect.version >= Version{4, 0, 0}; }

Step select_probe(const TableAt& t) {
  return step("SELECT 1 FROM " + Planning::dotted(t.table) + (t.at.empty() ? "" : " " + t.at) + " LIMIT 0");
}

// PREPARE checks the rights that a statement needs, and runs nothing (tried on 4.2 and 3.0).
void probe(std::vector<Step>& steps, const std::string& statement) {
  steps.push_back(step("PREPARE " + std::string(kProbeName) + " FROM " + statement));
  steps.push_back(step("DEALLOCATE PREPARE " + std::string(kProbeName)));
}

void create_probe(std::vector<Step>& steps, const sql::TableName& t) {
  probe(steps, "CREATE TABLE IF NOT EXISTS " + Planning::dotted(t) + " (a INT)");
}

// Fills in the current database where none is written. False: it must be asked for first.
bool qualify(std::vector<TableAt*> tables, Planning& p, std::optional<protocol::SqlError>& error) {
  for (TableAt* t : tables) {
    if (!t->table.database.empty()) continue;
    p.want_database();
    if (p.waiting()) return false;
    error = p.qualify(t->table);
    if (error) return true;
  }
  return true;
}

std::optional<protocol::SqlError> untouchable(const std::vector<TableAt*>& tables, std::string_view what) {
  for (const TableAt* t : tables)
    if (is_system_database(t->table.database))
      return internal_error(std::string(what) + " of the system database " + t->table.database +
                            " is refused");
  return std::nullopt;
}

std::vector<TableAt*> all_tables(DataBranch& s) {
  std::vector<TableAt*> out;
  for (auto* list : {&s.reads, &s.creates, &s.writes})
    for (TableAt& t : *list) out.push_back(&t);
  return out;
}

std::vector<Step> branch_probes(const DataBranch& s) {
  std::vector<Step> steps;
  for (const TableAt& t : s.reads) steps.push_back(select_probe(t));
  for (const TableAt& t : s.creates) create_probe(steps, t.table);
  for (const TableAt& t : s.writes) {
    std::string name = Planning::dotted(t.table);
    if (s.verb == "delete") {
      probe(steps, "DROP TABLE " + name);
    } else {
      probe(steps, "INSERT INTO " + name + " SELECT * FROM " + name);
      probe(steps, "DELETE FROM " + name + " WHERE false");
    }
  }
  return steps;
}

// Everybody may read this view, on 3.0 as on 4.2.
std::string children_of(const std::vector<TableAt>& parents, const Planning& p) {
  std::string sql =
      "SELECT unique_constraint_schema, referenced_table_name, constraint_schema, table_name FROM "
      "information_schema.referential_constraints WHERE ";
  for (const TableAt& t : parents)
    sql += (&t == parents.data() ? "" : " OR ") + std::string("unique_constraint_schema = ") +
           p.literal(t.table.database) + " AND referenced_table_name = " + p.literal(t.table.table);
  return sql + " LIMIT 1";
}

protocol::SqlError breaks_children(const Planning& p) {
  auto name = [&](std::size_t column) {
    return p.cell("children", 0, column) + "." + p.cell("children", 0, column + 1);
  };
  return {protocol::errc::mo_not_supported,
          "not supported: DELETE without WHERE on " + name(0) +
              " with foreign_key_checks = 0: it would become a TRUNCATE after which nothing can be inserted "
              "into " +
              name(2) + ", whose foreign key leads here. Add WHERE true, or SET delete_opt_to_truncate = 0",
          {}};
}

}  // namespace

Plan forward_plan(std::vector<Step> probes, std::string text) {
  Plan plan{std::move(probes), {}};
  plan.answer.kind = AnswerKind::forward;
  plan.answer.forward_text = std::move(text);
  return plan;
}

Planned plan_clone(const Clone& statement, Planning& p) {
  TableAt source{statement.source, statement.at}, target{statement.target, {}};
  std::optional<protocol::SqlError> error;
  if (!qualify({&source, &target}, p, error)) return p.questions();
  if (!error) error = untouchable({&source, &target}, "CLONE");
  if (error) return *error;
  if (!statement.to_account.empty() && !p.self().is_sys()) return sys_needed();
  if (p.self().is_admin()) return forward_plan();
  if (statement.database) return admin_needed();
  std::vector<Step> steps{select_probe(source)};
  create_probe(steps, target.table);
  return forward_plan(std::move(steps));
}

Planned plan_data_branch(const DataBranch& statement, Planning& p) {
  DataBranch s = statement;
  std::optional<protocol::SqlError> error;
  if (!qualify(all_tables(s), p, error)) return p.questions();
  if (!error) error = untouchable(all_tables(s), "DATA BRANCH");
  if (error) return *error;
  if (!s.to_account.empty() && !p.self().is_sys()) return sys_needed();
  if (p.self().is_admin()) return forward_plan();
  if (s.output_file) return admin_needed();
  if (checks_data_branch(p.dialect())) return forward_plan();
  if (s.database || s.subquery) return admin_needed();
  return forward_plan(branch_probes(s));
}

Planned plan_delete_all(const DeleteAll& statement, Planning& p) {
  p.want("foreign_key_checks", "SELECT @@foreign_key_checks");
  if (p.waiting()) return p.questions();
  if (p.cell("foreign_key_checks") != "0") return forward_plan();
  std::vector<TableAt> tables;
  for (const sql::TableName& name : statement.tables) tables.push_back({name, {}});
  std::vector<TableAt*> all;
  for (TableAt& t : tables) all.push_back(&t);
  std::optional<protocol::SqlError> error;
  if (!qualify(all, p, error)) return p.questions();
  if (error) return *error;
  p.want("delete_opt_to_truncate", "SELECT @@delete_opt_to_truncate", true);
  p.want("children", children_of(tables, p));
  if (p.waiting()) return p.questions();
  if (p.cell("delete_opt_to_truncate") == "0" || !p.any("children")) return forward_plan();
  return breaks_children(p);
}

Planned plan_prepare_from_variable(const PrepareFromVariable& statement, Planning& p) {
  p.want("prepared", "SELECT " + statement.variable);
  if (p.waiting()) return p.questions();
  std::string native = "PREPARE " + statement.name + " FROM " + p.literal(p.cell("prepared"));
  ParseOptions options;
  options.dialect = p.dialect();
  options.mode = p.facts().mode;
  options.guards = statement.guards;
  options.read_only = statement.read_only;
  options.recognise_extended = false;
  Parsed found = parse(native, options);
  if (auto* error = std::get_if<protocol::SqlError>(&found)) return *error;
  auto* inner = std::get_if<Statement>(&found);
  if (inner == nullptr) return forward_plan({}, std::move(native));
  if (auto error = check_privilege(*inner, p.self())) return *error;
  Planned planned = plan(*inner, p.dialect(), p.facts());
  if (auto* ready = std::get_if<Plan>(&planned)) ready->answer.forward_text = std::move(native);
  return planned;
}

}  // namespace mogate::rewrite
