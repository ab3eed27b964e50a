// A RESTORE of a table that a foreign key refers to says OK and does nothing (FINDINGS trap 5): its id stays.
#pragma once

#include "rewrite/planning.h"
#include "rewrite/sql/cursor.h"

namespace mogate::rewrite {

// A step that runs under the restore deadline: one that waits for an open transaction stops all DDL.
Step restore_step(std::string native_sql);
// RESTORE is refused where nothing could end it.
Planned refused_without_deadline(Planned planned, const Facts& facts);

// Asks for the id of the table before (key "rel_id").
void want_table_id(Planning& p, const sql::TableName& table);
// Reads it again afterwards and compares.
Step changed_table_step(const sql::TableName& table, const Planning& p);

}  // namespace mogate::rewrite
