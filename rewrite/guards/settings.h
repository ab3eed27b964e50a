// Each guard against what MatrixOne does wrong by itself can be switched off.
#pragma once

namespace mogate::rewrite {

struct GuardSettings {
  bool mo_ctl = true;             // mo_ctl by sessions that are not sys, in every position and detour
  bool remap_hint = true;         // SET enable_remap_hint and its kin by sessions that are not sys
  bool set_connection_id = true;  // SET CONNECTION ID from clients
  bool kill = true;               // KILL across accounts and users
  bool two_snapshots = true;      // one statement over two snapshots
  bool snapshot_dml = true;       // DML on t{snapshot=…}
  bool clone = true;              // CLONE without rights
  bool data_branch = true;        // DATA BRANCH without rights
  bool restore = true;            // native RESTORE: own plan instead of the client's text
  bool joined_delete = true;      // DELETE of joined tables without WHERE, before 4.0
  bool fk_parent_delete = true;   // DELETE without WHERE on a foreign key's parent with foreign_key_checks=0
};

}  // namespace mogate::rewrite
