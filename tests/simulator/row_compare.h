// The SELECT behind DATA BRANCH DIFF: two states of a table compared by MariaDB.
#pragma once

#include <string>
#include <vector>

namespace mogate::simulator {

struct DiffColumn {
  std::string name;
  bool ordinal = false;  // ENUM and SET are shown as numbers
  bool enumeration = false;
  bool in_old = true;
};

struct DiffInput {
  std::string recent, old;            // qualified and quoted tables
  std::string recent_name, old_name;  // shown in the first column
  std::vector<DiffColumn> columns = {};
  std::vector<std::string> key = {};     // the primary key; empty: rows are a multiset
  std::vector<std::string> wanted = {};  // COLUMNS (…); empty: all
  bool related = true;                   // of one lineage
};

// Its columns: source, flag, then the table's.
std::string diff_select(const DiffInput& input, const std::string& source_label,
                        const std::string& flag_label);

}  // namespace mogate::simulator
