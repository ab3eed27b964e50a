#include "rewrite/guards/sys_functions.h"

#include <gtest/gtest.h>

namespace mogate::rewrite {
namespace {

TEST(SysFunctions, are_found_as_words_outside_strings_and_comments) {
  for (std::string_view sql :
       {"mo_ctl", "select MO_CTL(1)", "`Mo_Ctl`", "/*! mo_ctl */", "a.mo_ctl", "1mo_ctl, mo_ctl"})
    EXPECT_EQ(find_sys_function(sql, {}), "mo_ctl") << sql;
  for (std::string_view sql : {"'mo_ctl'", "/* mo_ctl */", "-- mo_ctl", "mo_ctls", "amo_ctl", "1mo_ctl",
                               "@mo_ctl", "`mo_ctl `", "mo _ctl", "$$mo_ctl$$", "mo_ctl\xC3\xA9"})
    EXPECT_EQ(find_sys_function(sql, {}), "") << sql;
}

TEST(SysFunctions, count_others_than_mo_ctl_only_when_called) {
  EXPECT_EQ(find_sys_function("from `hnsw_search` /* x */ (1)", {}), "hnsw_search");
  EXPECT_EQ(find_sys_function("select hnsw_search, (1)", {}), "");
}

TEST(SysFunctions, are_found_in_hints_with_json_escapes) {
  for (std::string_view sql : {"/*+ mo_ctl */ a", "/*+ \"\\u006do_ctl\" */ a", "/*+ \\u004D\\u004f_ctl*/ a",
                               "/*+ mo_*//*+ctl*/ a", "select /*+ MO_CTL */ a"})
    EXPECT_EQ(find_sys_function(sql, {}), "mo_ctl") << sql;
  for (std::string_view sql :
       {"/*+ mo-ctl */ a", "/*+ \\u006xo_ctl */ a", "/*+ \\u0061o_ctl */ a", "/*+ \\u"})
    EXPECT_EQ(find_sys_function(sql, {}), "") << sql;
}

TEST(SysFunctions, are_mentioned_anywhere) {
  EXPECT_EQ(mentioned_sys_function("xMo_CtLx"), "mo_ctl");
  EXPECT_EQ(mentioned_sys_function("'fulltext_index_scan'"), "fulltext_index_scan");
  EXPECT_EQ(mentioned_sys_function("_ctl o_ctl mo_ct"), "");
  EXPECT_EQ(mentioned_sys_function(""), "");
}

}  // namespace
}  // namespace mogate::rewrite
