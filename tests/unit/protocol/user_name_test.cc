#include "protocol/user_name.h"

#include "unit/protocol/support.h"

namespace mogate::protocol {
namespace {

struct Login {
  const char* name;
  const char* login;
  UserName parsed;
  friend std::ostream& operator<<(std::ostream& out, const Login& row) { return out << row.name; }
};

class LoginName : public testing::TestWithParam<Login> {};

TEST_P(LoginName, is_taken_apart_as_matrixone_does) {
  EXPECT_TRUE(parse_user_name(GetParam().login) == GetParam().parsed);
}

// The forms that FINDINGS ("handshake") saw taken or refused; who is refused is the server's to say.
INSTANTIATE_TEST_SUITE_P(
    Forms, LoginName,
    testing::Values(
        Login{"bare_user_is_of_sys", "root", {"sys", "root", "", ""}},
        Login{"account_and_user", "acc1:admin", {"acc1", "admin", "", ""}},
        Login{"account_and_user_by_hash", "acc1#admin", {"acc1", "admin", "", ""}},
        Login{"with_a_role", "acc1:u1:r1", {"acc1", "u1", "r1", ""}},
        Login{"with_a_role_by_hash", "acc1#u1#r1", {"acc1", "u1", "r1", ""}},
        Login{"encoded_colon", "acc1%3Aadmin", {"acc1", "admin", "", ""}},
        Login{"encoded_colon_in_small_letters", "acc1%3aadmin", {"acc1", "admin", "", ""}},
        Login{"two_encoded_colons", "acc1%3Au1%3Ar1", {"acc1", "u1", "r1", ""}},
        Login{"encoded_and_plain_colon", "acc1%3Au1:r1", {"acc1", "u1", "r1", ""}},
        Login{"colon_wins_over_hash", "acc1:u#1", {"acc1", "u#1", "", ""}},
        Login{"encoded_colon_wins_over_hash", "acc#1%3Au1", {"acc#1", "u1", "", ""}},
        Login{"labels", "u_sys?a=b", {"sys", "u_sys", "", "a=b"}},
        Login{"labels_behind_an_account", "acc1#admin?role=x,b=c", {"acc1", "admin", "", "role=x,b=c"}},
        Login{"colon_in_labels_is_no_separator", "root?a=b:c", {"sys", "root", "", "a=b:c"}},
        Login{"second_question_mark_is_a_label", "root?a?b", {"sys", "root", "", "a?b"}},
        Login{"empty_labels", "root?", {"sys", "root", "", ""}},
        Login{"case_is_kept", "SYS:Root:MoAdmin", {"SYS", "Root", "MoAdmin", ""}},
        Login{"empty", "", {"sys", "", "", ""}}, Login{"empty_account", ":admin", {"", "admin", "", ""}},
        Login{"empty_user", "acc1:", {"acc1", "", "", ""}},
        Login{"empty_role", "acc1:admin:", {"acc1", "admin", "", ""}},
        Login{"a_third_separator_is_of_the_role", "a:b:c:d", {"a", "b", "c:d", ""}},
        Login{"percent_signs_of_other_kinds_stay", "a%3Bb%", {"sys", "a%3Bb%", "", ""}},
        Login{"a_cut_encoding_stays", "a%3", {"sys", "a%3", "", ""}}),
    test::RowName());

}  // namespace
}  // namespace mogate::protocol
