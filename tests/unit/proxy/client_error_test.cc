#include "proxy/session/client_error.h"

#include "unit/protocol/support.h"

namespace mogate::proxy {
namespace {

using protocol::SqlError;

struct End {
  const char* name;
  IoError error;
  Moment moment;
  std::uint16_t code;  // 0: nothing is told
  const char* state;
  const char* words;
  friend std::ostream& operator<<(std::ostream& out, const End& end) { return out << end.name; }
};

class SessionEnds : public testing::TestWithParam<End> {};

TEST_P(SessionEnds, with_a_mysql_error_or_silently) {
  const auto& end = GetParam();
  auto error = error_for_client(end.error, end.moment);
  ASSERT_EQ(error.has_value(), end.code != 0);
  if (!error) return;
  EXPECT_EQ(error->code, end.code);
  EXPECT_EQ(error->state(), end.state);
  EXPECT_NE(error->message.find(end.words), std::string::npos) << error->message;
  EXPECT_TRUE(error->message.starts_with("mogate: ")) << error->message;
}

constexpr auto kBack = Side::backend;
constexpr auto kFront = Side::client;

INSTANTIATE_TEST_SUITE_P(
    Backend, SessionEnds,
    testing::Values(
        End{"refused_at_login", {kBack, IoFault::refused}, Moment::login, 2003, "HY000", "cannot connect"},
        End{"closed_at_login", {kBack, IoFault::closed}, Moment::login, 2003, "HY000", "cannot connect"},
        End{"reset_at_login", {kBack, IoFault::reset}, Moment::login, 2003, "HY000", "cannot connect"},
        End{"mute_at_login", {kBack, IoFault::timed_out}, Moment::login, 2003, "HY000", "in time"},
        End{"closed_while_idle", {kBack, IoFault::closed}, Moment::idle, 2006, "08S01", "closed"},
        End{"reset_while_idle", {kBack, IoFault::reset}, Moment::idle, 2006, "08S01", "closed"},
        End{"closed_in_a_command",
            {kBack, IoFault::closed},
            Moment::command,
            2013,
            "08S01",
            "lost connection"},
        End{"reset_in_a_command", {kBack, IoFault::reset}, Moment::command, 2013, "08S01", "lost connection"},
        End{"mute_in_a_command", {kBack, IoFault::timed_out}, Moment::command, 2013, "08S01", "in time"},
        End{"no_tls", {kBack, IoFault::tls}, Moment::login, 2026, "HY000", "TLS"},
        End{"compressed_out_of_order", {kFront, IoFault::out_of_order}, Moment::idle, 1156, "08S01", "order"},
        End{"broken_compression",
            {kFront, IoFault::undecodable},
            Moment::command,
            1157,
            "08S01",
            "uncompress"},
        End{"malformed_at_login", {kBack, IoFault::protocol}, Moment::login, 1835, "HY000", "malformed"},
        End{"malformed_in_a_command",
            {kBack, IoFault::protocol},
            Moment::command,
            1835,
            "HY000",
            "malformed"},
        End{"too_large", {kBack, IoFault::too_large}, Moment::command, 1153, "08S01", "too large"}),
    protocol::test::RowName());

INSTANTIATE_TEST_SUITE_P(
    Client, SessionEnds,
    testing::Values(
        End{"silent_at_login", {kFront, IoFault::timed_out}, Moment::login, 1043, "08S01", "too long"},
        End{"silent_while_idle", {kFront, IoFault::timed_out}, Moment::idle, 4031, "HY000", "inactivity"},
        End{"stuck_in_a_command", {kFront, IoFault::timed_out}, Moment::command, 4031, "HY000", "inactivity"},
        End{"malformed", {kFront, IoFault::protocol}, Moment::idle, 1835, "HY000", "malformed"},
        End{"too_large_at_login", {kFront, IoFault::too_large}, Moment::login, 1153, "08S01", "too large"},
        End{"gone", {kFront, IoFault::closed}, Moment::idle, 0, "", ""},
        End{"reset", {kFront, IoFault::reset}, Moment::command, 0, "", ""},
        End{"its_tls_failed", {kFront, IoFault::tls}, Moment::login, 0, "", ""}),
    protocol::test::RowName());

INSTANTIATE_TEST_SUITE_P(
    Gateway, SessionEnds,
    testing::Values(End{
        "drained", {Side::gateway, IoFault::stopped}, Moment::idle, 1053, "08S01", "shutdown"}),
    protocol::test::RowName());

struct Native {
  const char* name;
  SqlError native;
  std::uint16_t code;
  const char* state;
  friend std::ostream& operator<<(std::ostream& out, const Native& row) { return out << row.name; }
};

class NativeError : public testing::TestWithParam<Native> {};

TEST_P(NativeError, keeps_its_text_and_gets_a_number_and_its_state) {
  auto mended = mend_native_error(GetParam().native);
  EXPECT_EQ(mended.code, GetParam().code);
  EXPECT_EQ(mended.state(), GetParam().state);
  EXPECT_EQ(mended.message, GetParam().native.message);
  EXPECT_EQ(mend_native_error(mended), mended) << "mending twice changes nothing";
}

INSTANTIATE_TEST_SUITE_P(
    Mended, NativeError,
    testing::Values(
        Native{"number_0_recorded", {0, "ExpectedEOB", "00000"}, 1105, "HY000"},
        Native{"duplicate_key", {1062, "Duplicate entry '1' for key 'a'", "HY000"}, 1062, "23000"},
        Native{"syntax", {1064, "SQL parser error", "HY000"}, 1064, "42000"},
        Native{"no_such_table", {1146, "no such table d.t", "HY000"}, 1146, "42S02"},
        Native{"bad_database", {1049, "Unknown database d", "HY000"}, 1049, "42000"},
        Native{"without_a_state", {1064, "x", ""}, 1064, "42000"},
        Native{"access_denied_recorded", {1045, "Access denied for user root", "28000"}, 1045, "28000"},
        Native{"a_state_on_purpose_stays", {1064, "x", "45000"}, 1064, "45000"},
        Native{"a_number_of_matrixones_own", {20101, "internal error: x", "HY000"}, 20101, "HY000"}),
    protocol::test::RowName());

TEST(NativeErrorText, a_killed_statement_was_interrupted) {
  auto mended = mend_native_error({1105, "context canceled", "HY000"});
  EXPECT_EQ(mended.code, 1317);
  EXPECT_EQ(mended.state(), "70100");
  EXPECT_EQ(mended.message, "Query execution was interrupted (context canceled)");
}

TEST(NativeErrorText, hides_passwords_in_uris) {
  auto mended = mend_native_error(
      {20101,
       "internal error: statement: 'create database d from 'mysql://acc1#admin:111@127.0.0.1:6001' acc1'",
       "HY000"});
  EXPECT_EQ(
      mended.message,
      "internal error: statement: 'create database d from 'mysql://acc1#admin:***@127.0.0.1:6001' acc1'");
}

}  // namespace
}  // namespace mogate::proxy
