#include "rewrite/statements/restored_table.h"

namespace mogate::rewrite {
namespace {

std::string rel_id_query(const sql::TableName& t, const Planning& p) {
  return "SELECT rel_id FROM mo_catalog.mo_tables WHERE " + p.own_account() +
         " AND reldatabase = " + p.literal(t.database) + " AND relname = " + p.literal(t.table);
}

}  // namespace

Step restore_step(std::string native_sql) {
  Step s = step(std::move(native_sql));
  s.under_deadline = true;
  return s;
}

Planned refused_without_deadline(Planned planned, const Facts& facts) {
  auto* plan = std::get_if<Plan>(&planned);
  if (plan == nullptr || facts.can_kill || facts.allow_unbounded_restore) return planned;
  for (const Step& s : plan->steps)
    if (s.under_deadline)
      return internal_error(
          "RESTORE is refused: one that waits for an open transaction stops all DDL of the cluster, and "
          "without [service] user and password_file the gateway cannot end it; set them, or [restore] "
          "allow_unbounded = true");
  return planned;
}

void want_table_id(Planning& p, const sql::TableName& table) { p.want("rel_id", rel_id_query(table, p)); }

Step changed_table_step(const sql::TableName& table, const Planning& p) {
  Step s = step(rel_id_query(table, p));
  s.expect = Expect::changed_table;
  s.compare_with = p.cell("rel_id");
  s.failure_hint =
      "MatrixOne answered OK but did not restore table " + table.database + "." + table.table +
      ", because a foreign key of another table refers to it; restore the whole database instead";
  return s;
}

}  // namespace mogate::rewrite
