// Who may run what, as far as recorded.
#include "tests/simulator/mo_ctl.h"
#include "tests/simulator/statements.h"

namespace mogate::simulator {

void authorize(Session& session, const Statement& statement) {
  bool sys_admin = session.is_sys() && session.role == "moadmin";
  if (!sys_admin && has_checked_mo_ctl(statement)) throw no_privilege();
}

bool may_use_snapshots(Session& session) { return session.is_admin(); }

}  // namespace mogate::simulator
