#include "proxy/session/spool.h"

#include "protocol/bytes.h"

namespace mogate::proxy {
namespace {

std::string read_all(Spool& spool, std::size_t step) {
  std::string out;
  std::vector<std::uint8_t> room(step);
  while (auto n = spool.read(room)) out.append(protocol::as_text(std::span(room).first(n)));
  return out;
}

TEST(Spool, gives_back_what_it_was_given_in_memory_and_in_a_file) {
  for (std::size_t memory : {0U, 10U, 25U, 1000U}) {
    SCOPED_TRACE(memory);
    Spool spool({memory, 1000, {}});
    std::string all;
    for (int i = 0; i < 9; ++i) {
      std::string piece(static_cast<std::size_t>(i) + 1, static_cast<char>('a' + i));
      EXPECT_TRUE(spool.append(protocol::as_bytes(piece)));
      all += piece;
    }
    EXPECT_EQ(read_all(spool, 7), all);
    EXPECT_TRUE(spool.empty());
  }
}

TEST(Spool, what_was_read_can_be_read_again) {
  for (std::size_t memory : {0U, 100U}) {
    Spool spool({memory, 1000, {}});
    EXPECT_TRUE(spool.append(protocol::as_bytes("abcdef")));
    std::uint8_t room[4];
    EXPECT_EQ(spool.read(room), 4U);
    spool.unread(3);
    EXPECT_EQ(read_all(spool, 100), "bcdef");
  }
}

TEST(Spool, over_its_limit_it_takes_nothing_more_and_keeps_what_it_has) {
  for (std::size_t memory : {0U, 100U}) {
    Spool spool({memory, 10, {}});
    EXPECT_TRUE(spool.append(protocol::as_bytes("0123456789")));
    EXPECT_FALSE(spool.append(protocol::as_bytes("x")));
    EXPECT_EQ(read_all(spool, 3), "0123456789");
  }
}

TEST(Spool, a_directory_that_is_not_there_refuses_only_what_does_not_fit_in_memory) {
  Spool spool({4, 1000, "/nonexistent"});
  EXPECT_TRUE(spool.append(protocol::as_bytes("abcd")));
  EXPECT_FALSE(spool.append(protocol::as_bytes("e")));
  EXPECT_EQ(read_all(spool, 100), "abcd");
}

}  // namespace
}  // namespace mogate::proxy
