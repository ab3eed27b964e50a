#include "rewrite/mask_uris.h"

#include <gtest/gtest.h>

namespace mogate::rewrite {
namespace {

TEST(MaskUris, hides_what_stands_between_the_first_colon_and_the_last_at_sign) {
  struct Row {
    const char* text;
    const char* masked;
  };
  for (auto [text, masked] : {
           Row{"", ""},
           Row{"no uri: a@b", "no uri: a@b"},
           Row{"mysql://u:secret@h:1", "mysql://u:***@h:1"},
           Row{"mysql://acc#u:secret@h:1/db", "mysql://acc#u:***@h:1/db"},
           Row{"mysql://acc:u:secret@h:1", "mysql://acc:***@h:1"},
           Row{"mysql://u:p@ss:w@rd@h:1", "mysql://u:***@h:1"},
           Row{"mysql://u:@h:1", "mysql://u:***@h:1"},
           Row{"mysql://u@h:1", "mysql://u@h:1"},
           Row{"http://h:80/x", "http://h:80/x"},
           Row{"a mysql://u:s@h, b mysql://v:t@g", "a mysql://u:***@h, b mysql://v:***@g"},
           Row{"'mysql://u:s@h' \"mysql://v:t@g\"", "'mysql://u:***@h' \"mysql://v:***@g\""},
           Row{"mysql://u:quo'te\"s@h", "mysql://u:***@h"},
           Row{"mysql://u:s@h\nmysql://v:t@g", "mysql://u:***@h\nmysql://v:***@g"},
           Row{"'mysql://u:se cret@h:1' at x@y", "'mysql://u:***@h:1' at x@y"},
           Row{"\"mysql://u:se cr''et@h\" x", "\"mysql://u:***@h\" x"},
           Row{"'mysql://u:s '' e \\' cret@h' x", "'mysql://u:***@h' x"},
           Row{"'mysql://u:not ended@h", "'mysql://u:***@h"},
           Row{"'http://h:80/x y' a@b", "'http://h:80/x y' a@b"},
           Row{"://", "://"},
           Row{"ends in mysql://u:secret@", "ends in mysql://u:***@"},
       })
    EXPECT_EQ(mask_uris(text), masked) << text;
}

}  // namespace
}  // namespace mogate::rewrite
