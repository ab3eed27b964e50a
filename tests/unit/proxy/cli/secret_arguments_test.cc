#include "proxy/cli/secret_arguments.h"

#include <gtest/gtest.h>

namespace mogate::proxy {
namespace {

struct Taken {
  std::vector<std::string> arguments;
  std::vector<std::string> left;  // in argv
};

Taken take(std::vector<std::string> given) {
  given.insert(given.begin(), "mo_br");
  std::vector<char*> argv;
  for (auto& argument : given) argv.push_back(argument.data());
  Taken taken;
  taken.arguments = take_arguments(static_cast<int>(argv.size()), argv.data());
  for (std::size_t i = 1; i < argv.size(); ++i) taken.left.emplace_back(argv[i]);
  return taken;
}

using Strings = std::vector<std::string>;

TEST(SecretArguments, are_overwritten_and_kept) {
  struct Row {
    Strings given, kept, left;
  };
  for (const auto& [given, kept, left] : std::vector<Row>{
           {{"--password", "secret"}, {"--password=secret"}, {"--password", "x"}},
           {{"--password=secret", "--port", "1"},
            {"--password=secret", "--port", "1"},
            {"--password=x", "--port", "1"}},
           {{"-password", "secret"}, {"--password=secret"}, {"-password", "x"}},
           {{"--password", "-secret"}, {"--password=-secret"}, {"--password", "x"}},
           {{"--password", "--level", "table"},
            {"--password", "--level", "table"},
            {"--password", "--level", "table"}},
           {{"--password"}, {"--password"}, {"--password"}},
           {{"--password="}, {"--password="}, {"--password="}},
           {{"--new_admin_password", "s"}, {"--new_admin_password=s"}, {"--new_admin_password", "x"}},
           {{"--newaccountpwd=s3"}, {"--newaccountpwd=s3"}, {"--newaccountpwd=x"}},
           {{"--passwrd", "secret"}, {"--passwrd=secret"}, {"--passwrd", "x"}},
           {{"--password-file", "/f"}, {"--password-file", "/f"}, {"--password-file", "/f"}},
       }) {
    auto taken = take(given);
    EXPECT_EQ(taken.arguments, kept);
    EXPECT_EQ(taken.left, left);
  }
}

TEST(SecretArguments, in_uris_are_overwritten) {
  struct Row {
    const char* given;
    const char* left;
  };
  for (auto [given, left] : {
           Row{"mysql://root:111@127.0.0.1:6001", "mysql://root:x@127.0.0.1:6001"},
           Row{"--source-uri=mysql://acc1#admin:p@ss@h:1", "--source-uri=mysql://acc1#admin:x@h:1"},
           Row{"mysql://acc1:admin:secret@h:1", "mysql://acc1:admin:x@h:1"},
           Row{"mysql://root@h:1", "mysql://root@h:1"},
           Row{"mysql://root:@h:1", "mysql://root:@h:1"},
           Row{"mysql://h:1", "mysql://h:1"},
       }) {
    auto taken = take({given});
    EXPECT_EQ(taken.arguments, Strings{given});
    EXPECT_EQ(taken.left, Strings{left});
  }
}

TEST(SecretArguments, options_with_one_dash_get_two) {
  EXPECT_EQ(take({"snapshot", "-host", "h", "-h", "-", "--port=1", "-5"}).arguments,
            (Strings{"snapshot", "--host", "h", "-h", "-", "--port=1", "-5"}));
}

}  // namespace
}  // namespace mogate::proxy
