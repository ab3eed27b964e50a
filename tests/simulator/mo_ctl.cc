#include "tests/simulator/mo_ctl.h"

#include <array>
#include <map>

namespace mogate::simulator {
namespace {

// SIGNAL cannot send error number 0, which is what MatrixOne answers to a flush in an unknown database.
constexpr std::string_view kFlush = R"(
CREATE FUNCTION mo_catalog.sim_flush(p VARCHAR(16000)) RETURNS VARCHAR(16000) READS SQL DATA
BEGIN
  DECLARE d VARCHAR(300) DEFAULT SUBSTRING_INDEX(p, '.', 1);
  DECLARE t VARCHAR(300) DEFAULT SUBSTRING_INDEX(SUBSTRING_INDEX(p, '.', 2), '.', -1);
  DECLARE a VARCHAR(300) DEFAULT '0';
  DECLARE dots INT DEFAULT IFNULL(LENGTH(p) - LENGTH(REPLACE(p, '.', '')), 0);
  DECLARE m VARCHAR(128) DEFAULT CONCAT('no such table ', d, '.', t);
  IF dots = 0 AND p REGEXP '^[0-9]+$' THEN RETURN 'OK'; END IF;
  IF dots = 0 THEN
    SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = 20101, MESSAGE_TEXT = 'internal error: handleFlush: table id parse fail';
  END IF;
  IF dots > 2 THEN
    SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = 20101,
      MESSAGE_TEXT = 'internal error: handleFlush: expected "TableId" or "DbName.TableName[.AccountId]" ';
  END IF;
  IF dots = 2 THEN SET a = SUBSTRING_INDEX(p, '.', -1); END IF;
  IF NOT a REGEXP '^[0-9]+$' THEN
    SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = 20101, MESSAGE_TEXT = 'internal error: handleFlush: invalid account id';
  END IF;
  IF d = 'information_schema' THEN RETURN 'OK'; END IF;
  IF NOT EXISTS (SELECT 1 FROM mo_catalog.mo_database WHERE datname = d AND account_id = a) THEN
    SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = 65000, MESSAGE_TEXT = 'ExpectedEOB';
  END IF;
  IF NOT EXISTS (SELECT 1 FROM mo_catalog.mo_tables WHERE reldatabase = d AND relname = t AND account_id = a) THEN
    SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = 1146, MESSAGE_TEXT = m;
  END IF;
  RETURN 'OK';
END)";

constexpr std::string_view kDuration = R"(
CREATE FUNCTION mo_catalog.sim_check_duration(p VARCHAR(16000)) RETURNS VARCHAR(16000) DETERMINISTIC
BEGIN
  DECLARE m VARCHAR(128) DEFAULT CONCAT('time: invalid duration "', p, '"');
  IF p IS NULL OR p = '' OR p REGEXP '^([0-9.]+(h|m|s))+$' THEN RETURN 'OK'; END IF;
  IF p REGEXP '^[0-9.]+(ms|us|ns)$' THEN
    SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = 20101, MESSAGE_TEXT = 'internal error: context deadline exceeded';
  END IF;
  IF p REGEXP '^[0-9.]+$' THEN SET m = CONCAT('time: missing unit in duration "', p, '"'); END IF;
  SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = 1105, MESSAGE_TEXT = m;
END)";

constexpr std::string_view kMoCtl = R"(
CREATE FUNCTION mo_catalog.sim_mo_ctl(service VARCHAR(300), command VARCHAR(300), p VARCHAR(16000))
RETURNS VARCHAR(16000) READS SQL DATA
BEGIN
  DECLARE s VARCHAR(300) DEFAULT UPPER(service);
  DECLARE c VARCHAR(300) DEFAULT UPPER(command);
  DECLARE m VARCHAR(128);
  DECLARE ok VARCHAR(300) DEFAULT '{\n  "method": "%",\n  "result": [\n    {\n      "returnStr": "OK"\n    }\n  ]\n}\n';
  IF s NOT IN ('DN', 'CN') THEN
    SET m = CONCAT('not supported: service type ', s, ' not supported');
    SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = 20105, MESSAGE_TEXT = m;
  END IF;
  IF c NOT IN ('FLUSH', 'CHECKPOINT', 'GLOBALCHECKPOINT', 'PING', 'DISKCLEANER', 'FORCEGC', 'TASK', 'SYNCCOMMIT',
               'GETSNAPSHOT', 'MERGEOBJECTS', 'INSPECT', 'WORKSPACETHRESHOLD') THEN
    SET m = CONCAT('not supported: command ', c, ' not supported');
    SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = 20105, MESSAGE_TEXT = m;
  END IF;
  IF s = 'CN' AND c IN ('FLUSH', 'CHECKPOINT', 'GLOBALCHECKPOINT', 'PING', 'DISKCLEANER', 'INSPECT') THEN
    SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = 20105, MESSAGE_TEXT = 'not supported: service CN not supported';
  END IF;
  CASE c
    WHEN 'FLUSH' THEN SET m = mo_catalog.sim_flush(p); RETURN REPLACE(ok, '%', 'Flush');
    WHEN 'CHECKPOINT' THEN SET m = mo_catalog.sim_check_duration(p); RETURN REPLACE(ok, '%', 'Checkpoint');
    WHEN 'GLOBALCHECKPOINT' THEN
      SET m = mo_catalog.sim_check_duration(p); RETURN REPLACE(ok, '%', 'GlobalCheckpoint');
    WHEN 'PING' THEN
      IF p NOT IN ('', '2') THEN RETURN '{\n  "method": "Ping",\n  "result": []\n}\n'; END IF;
      RETURN '{\n  "method": "Ping",\n  "result": [\n    {\n      "serviceAddress": "127.0.0.1:22000",\n      "shardID": 2,\n      "replicaID": 262146,\n      "logShardID": 1\n    }\n  ]\n}\n';
    WHEN 'DISKCLEANER' THEN
      IF p = 'details' THEN RETURN '{\n  "method": "DiskCleaner",\n  "result": [\n    {\n      "returnStr": "{}"\n    }\n  ]\n}\n'; END IF;
      IF p NOT IN ('force_gc', 'stop_gc', 'start_gc', 'verify') THEN
        SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = 20101,
          MESSAGE_TEXT = 'internal error: handleDiskCleaner: invalid operation!';
      END IF;
      RETURN REPLACE(ok, '%', 'DiskCleaner');
    WHEN 'INSPECT' THEN RETURN '\nmsg: policy status: prune 0s ago, by id 0\n\n';
    WHEN 'FORCEGC' THEN RETURN '{\n  "method": "FORCEGC",\n  "result": "OK"\n}\n';
    WHEN 'TASK' THEN
      IF p = 'getuser' THEN RETURN '{\n  "method": "TASK",\n  "result": "Username: simulator, Password: not-a-secret"\n}\n'; END IF;
      RETURN '{\n  "method": "TASK",\n  "result": "OK"\n}\n';
    WHEN 'SYNCCOMMIT' THEN RETURN '{\n  "method": "SYNCCOMMIT",\n  "result": "sync 1 cn services\'s commit ts to 1-0"\n}\n';
    WHEN 'GETSNAPSHOT' THEN RETURN '{\n  "method": "GETSNAPSHOT",\n  "result": "1-0"\n}\n';
    WHEN 'MERGEOBJECTS' THEN
      IF @mo_in_transaction THEN
        SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = 20101,
          MESSAGE_TEXT = 'internal error: cannot execute MERGEOBJECTS within an explicit transaction';
      END IF;
      IF p NOT LIKE 't:%' THEN
        SET m = CONCAT('invalid argument mergeobjcts, bad value ', p);
        SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = 20203, MESSAGE_TEXT = m;
      END IF;
      SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = 20101,
        MESSAGE_TEXT = 'internal error: merge err in cn: internal error: no matching objects';
    ELSE SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = 20301, MESSAGE_TEXT = 'invalid input: invalid parameter';
  END CASE;
END)";

struct IdentityFunction {
  std::string_view name;
  std::string_view type;
  std::string_view value;
};

// The session's facts are user variables of its MariaDB connection.
constexpr std::array kIdentity = {
    IdentityFunction{"current_account_id", "INT UNSIGNED", "@mo_account_id"},
    IdentityFunction{"current_account_name", "VARCHAR(300)", "@mo_account"},
    IdentityFunction{"current_role_id", "INT UNSIGNED", "@mo_role_id"},
    IdentityFunction{"current_role_name", "VARCHAR(300)", "@mo_role"},
    IdentityFunction{"current_role", "VARCHAR(300)", "@mo_role"},
    IdentityFunction{"current_user_id", "INT UNSIGNED", "@mo_user_id"},
    IdentityFunction{"current_user_name", "VARCHAR(300)", "@mo_user"},
    IdentityFunction{"connection_id", "BIGINT UNSIGNED", "@mo_connection"},
    IdentityFunction{"user", "VARCHAR(300)", "CONCAT(@mo_user, '@localhost')"},
    IdentityFunction{"current_user", "VARCHAR(300)", "CONCAT(@mo_user, '@localhost')"},
    IdentityFunction{"session_user", "VARCHAR(300)", "CONCAT(@mo_user, '@localhost')"},
    IdentityFunction{"system_user", "VARCHAR(300)", "CONCAT(@mo_user, '@localhost')"},
    IdentityFunction{"git_version", "VARCHAR(300)", "'unknown'"},
};

bool is_unchecked_clause(const Token& t) { return t.is("where") || t.is("having") || t.is("on"); }
bool is_checked_clause(const Token& t) {
  return t.is("select") || t.is("from") || t.is("group") || t.is("order") || t.is("limit") || t.is("union") ||
         t.is("set") || t.is("values");
}

}  // namespace

void create_functions(Backend& backend) {
  for (auto sql : {kFlush, kDuration, kMoCtl}) backend.query(sql);
  for (const auto& f : kIdentity)
    backend.query("CREATE FUNCTION mo_catalog.sim_" + std::string(f.name) + "() RETURNS " +
                  std::string(f.type) + " NO SQL RETURN " + std::string(f.value));
  for (auto name : {"mo_table_rows", "mo_table_size"})
    backend.query("CREATE FUNCTION mo_catalog.sim_" + std::string(name) +
                  "(d VARCHAR(300), t VARCHAR(300)) RETURNS BIGINT NO SQL RETURN 0");
}

bool has_checked_mo_ctl(const Statement& statement) {
  std::vector<bool> unchecked = {false};  // per level of parentheses, what encloses included
  const auto& tokens = statement.tokens;
  for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
    const auto& t = tokens[i];
    bool outer = unchecked.size() > 1 && unchecked[unchecked.size() - 2];
    if (t.is("(")) unchecked.push_back(unchecked.back());
    if (t.is(")") && unchecked.size() > 1) unchecked.pop_back();
    if (is_unchecked_clause(t)) unchecked.back() = true;
    if (is_checked_clause(t)) unchecked.back() = outer;
    if (t.is("mo_ctl") && tokens[i + 1].is("(") && !unchecked.back()) return true;
  }
  return false;
}

std::string_view simulated_function(std::string_view name) {
  static const std::map<std::string, std::string, std::less<>> names = [] {
    std::map<std::string, std::string, std::less<>> out;
    for (const auto& f : kIdentity) out.emplace(f.name, "sim_" + std::string(f.name));
    for (auto other : {"mo_ctl", "mo_table_rows", "mo_table_size"})
      out.emplace(other, "sim_" + std::string(other));
    return out;
  }();
  auto found = names.find(lower(name));
  return found == names.end() ? std::string_view{} : found->second;
}

}  // namespace mogate::simulator
