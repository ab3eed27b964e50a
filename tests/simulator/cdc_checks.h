// What CREATE CDC asks of its uris, tables, options and PITRs.
#pragma once

#include "tests/simulator/cdc_task.h"
#include "tests/simulator/session.h"

#include <map>

namespace mogate::simulator {

// The statement's words.
struct CdcRequest {
  std::string name;
  std::string source;
  std::string sink_type;  // lower case
  std::string sink;
  std::string tables;
  std::map<std::string, std::string> options = {};  // unknown ones are ignored
};

// Dials the source and the sink. Throws the first refusal, in the order of a real one's.
CdcDefinition checked_definition(Session& session, const CdcRequest& request);

}  // namespace mogate::simulator
