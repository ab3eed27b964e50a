// SHOW CREATE TABLE in MatrixOne's form.
#pragma once

#include <string>

namespace mogate::simulator {

// From MariaDB's: no display widths, no engine and character set, the actions of foreign keys written out.
std::string matrixone_ddl(const std::string& mariadb_ddl);

}  // namespace mogate::simulator
