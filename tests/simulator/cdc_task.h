// What a CDC task is made of.
#pragma once

#include "tests/simulator/world.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mogate::simulator {

// mysql://user:password@host:port
struct CdcUri {
  std::string user;
  std::string password;
  std::string host;
  int port = 0;
};
// Nothing if it has not that form. Before 4.0 the password may be empty.
std::optional<CdcUri> parse_cdc_uri(const std::string& text, bool v4);
std::string stored_uri(const CdcUri& uri);  // hex of JSON, without the password

struct CdcPattern {
  std::string text;                           // as written
  std::string source_database, source_table;  // "*": all of them
  std::string sink_database, sink_table;      // "*": of the same name
};
std::string stored_patterns(const std::vector<CdcPattern>& patterns);  // hex of JSON

struct CdcDefinition {
  std::string id;  // uuid
  std::uint64_t daemon_id = 0;
  AccountPtr account;
  std::string name;
  CdcUri source, sink;
  std::string sink_type;
  std::vector<CdcPattern> patterns = {};
  std::string exclude = {};  // a regular expression over database.table
  bool no_full = false;
  std::string config = {};          // JSON of the other options
  std::string shown_password = {};  // stands for the encrypted one
  std::string created = {};
};

bool is_regular_expression(const std::string& text);
bool matches(const std::string& expression, const std::string& text);  // anywhere in it

// Of mo_task.sys_daemon_task.
enum class DaemonStatus {
  created = 0,
  running = 1,
  paused = 3,
  canceled = 5,
  resume_requested = 6,
  pause_requested = 7,
  restart_requested = 9,
};
const char* status_name(DaemonStatus status);

using TableName = std::pair<std::string, std::string>;  // database, table

struct CdcProgress {
  std::int64_t watermark = 0;  // nanoseconds; 0 until the first is written
  std::string error = {};      // R:… is tried again, N:… not
};

// What the world sees of a task at a moment.
struct CdcView {
  CdcDefinition definition;
  DaemonStatus status = DaemonStatus::created;
  std::string state;
  std::string error;
  std::map<TableName, CdcProgress> tables;
};

}  // namespace mogate::simulator
