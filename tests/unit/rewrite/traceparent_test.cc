#include "rewrite/traceparent.h"

#include <gtest/gtest.h>

#include <string>

namespace mogate::rewrite {
namespace {

TEST(Traceparent, is_found_in_a_comment) {
  const std::string value = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  for (const auto& sql :
       {"select 1 /*traceparent='" + value + "'*/", "/* traceparent: " + value + " */ select 1",
        "/*a='b',traceparent='" + value + "',tracestate='x'*/ select 1",
        "select 1 -- traceparent=\"" + value + "\""})
    EXPECT_EQ(find_traceparent(sql), value) << sql;
}

TEST(Traceparent, that_is_none_is_left_alone) {
  for (const char* sql : {"select 1", "select traceparent from t", "/*traceparent=''*/",
                          "/*traceparent='00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0'*/",
                          "/*traceparent='ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'*/",
                          "/*traceparent='00-00000000000000000000000000000000-b7ad6b7169203331-01'*/",
                          "/*traceparent='00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01'*/",
                          "/*traceparent='00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01'*/",
                          "/*traceparent='00_0af7651916cd43dd8448eb211c80319c_b7ad6b7169203331_01'*/"})
    EXPECT_EQ(find_traceparent(sql), "") << sql;
}

}  // namespace
}  // namespace mogate::rewrite
