#include "proxy/observe/audit.h"

#include "proxy/observe/slow_log.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace mogate::proxy {
namespace {

const auto kNow = std::chrono::system_clock::time_point(std::chrono::milliseconds(1767323045678));

AuditEvent flush() {
  AuditEvent event;
  event.session = 7;
  event.account = "sys";
  event.user = "root";
  event.role = "moadmin";
  event.client = "127.0.0.1:5";
  event.statement = "FLUSH TABLE";
  event.text = "FLUSH TABLE \"d\".t";
  event.plan = {"select 1", "select 2"};
  event.outcome = "ok";
  event.elapsed = std::chrono::microseconds(1500);
  return event;
}

TEST(AuditJson, has_what_is_known_in_a_fixed_order) {
  EXPECT_EQ(
      audit_json(flush(), kNow),
      R"({"time":"2026-01-02T03:04:05.678Z","session":7,"account":"sys","user":"root","role":"moadmin",)"
      R"("client":"127.0.0.1:5","statement":"FLUSH TABLE","text":"FLUSH TABLE \"d\".t",)"
      R"("plan":["select 1","select 2"],"outcome":"ok","elapsed_ms":1.5})");
  auto event = flush();
  event.code = 1064;
  event.message = "no";
  event.rule = "r";
  event.traceparent = "00-1";
  auto json = nlohmann::json::parse(audit_json(event, kNow));
  EXPECT_EQ(json["code"], 1064);
  EXPECT_EQ(json["message"], "no");
  EXPECT_EQ(json["rule"], "r");
  EXPECT_EQ(json["traceparent"], "00-1");
}

TEST(AuditJson, is_one_line_of_utf8_whatever_it_holds) {
  auto event = flush();
  event.text = "a\nb\xff\x01";
  auto line = audit_json(event, kNow);
  EXPECT_EQ(line.find('\n'), std::string::npos);
  EXPECT_EQ(nlohmann::json::parse(line)["text"], "a\nb\xEF\xBF\xBD\x01");
}

TEST(AuditJson, says_how_many_lines_are_missing) {
  auto json = nlohmann::json::parse(gap_json(3));
  EXPECT_EQ(json["event"], "dropped");
  EXPECT_EQ(json["lines"], 3);
}

TEST(SlowJson, leaves_out_what_is_not_there) {
  SlowStatement slow;
  slow.session = 7;
  slow.account = "a";
  slow.user = "u";
  slow.client = "c";
  slow.statement = "SELECT";
  slow.text = "select ?";
  slow.rows = 2;
  slow.elapsed = std::chrono::seconds(2);
  EXPECT_EQ(slow_json(slow, kNow),
            R"({"time":"2026-01-02T03:04:05.678Z","session":7,"account":"a","user":"u","client":"c",)"
            R"("statement":"SELECT","elapsed_ms":2000.0,"rows":2,"text":"select ?"})");
  slow.digest = "0f";
  slow.code = 1317;
  slow.traceparent = "00-1";
  auto json = nlohmann::json::parse(slow_json(slow, kNow));
  EXPECT_EQ(json["digest"], "0f");
  EXPECT_EQ(json["code"], 1317);
  EXPECT_EQ(json["traceparent"], "00-1");
}

}  // namespace
}  // namespace mogate::proxy
