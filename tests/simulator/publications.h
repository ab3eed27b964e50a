// Publications, as CCPR and their own statements see them.
#pragma once

#include "tests/simulator/session.h"

namespace mogate::simulator {

// By name alone, whoever made it, as SHOW PUBLICATION COVERAGE looks. Throws what MatrixOne says if there is
// none, or none for the session's account.
Publication visible_publication(Session& session, const std::string& name);
// `publication acc.p does not exist` and the like.
Publication publication_of(Session& session, const std::string& account, const std::string& name);

// __++__internal_…: what a CCPR downstream asks (NATIVE, 4.3). Of those get_mo_indexes, object_list and
// get_object, which hand over files, are not simulated.
bool is_internal_command(std::string_view text);
void run_internal_command(Session& session, std::string_view text);

}  // namespace mogate::simulator
