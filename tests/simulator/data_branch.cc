#include "tests/simulator/statements.h"
namespace mogate::simulator {
std::optional<Action> plan_data_branch(Session&, const Statement&) { return {}; }
}  // namespace mogate::simulator
