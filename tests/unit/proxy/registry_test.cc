#include "proxy/server/registry.h"

#include <algorithm>
#include <set>
#include <thread>

namespace mogate::proxy {
namespace {

constexpr std::uint32_t kIdsOfANode = 1U << 24;

std::shared_ptr<SessionEntry> entry(std::uint32_t id) {
  auto e = std::make_shared<SessionEntry>();
  e->id = id;
  return e;
}

TEST(Registry, ids_carry_their_node) {
  for (std::uint32_t node : {1U, 2U, 255U}) {
    Registry registry(node);
    auto id = registry.new_id();
    EXPECT_EQ(id >> 24, node);
    EXPECT_TRUE(registry.is_of_this_node(id));
    EXPECT_TRUE(Registry::has_node(id));
    EXPECT_FALSE(Registry(node % 255 + 1).is_of_this_node(id));
  }
}

TEST(Registry, ids_that_a_backend_gave_have_no_node) {
  Registry registry(1);
  for (std::uint32_t id : {0U, 1U, 4711U, kIdsOfANode - 1}) {
    EXPECT_FALSE(Registry::has_node(id)) << id;
    EXPECT_FALSE(registry.is_of_this_node(id)) << id;
  }
}

TEST(Registry, ids_are_unique_between_threads) {
  constexpr std::size_t threads = 4, each = 2000;
  Registry registry(3);
  std::vector<std::vector<std::uint32_t>> given(threads);
  std::vector<std::thread> workers;
  for (auto& mine : given)
    workers.emplace_back([&registry, &mine] {
      for (std::size_t i = 0; i < each; ++i) {
        mine.push_back(registry.new_id());
        registry.put(entry(mine.back()));
        if (i % 2 == 0) registry.remove(mine.back());
      }
    });
  for (auto& worker : workers) worker.join();
  std::set<std::uint32_t> all;
  for (const auto& mine : given) all.insert(mine.begin(), mine.end());
  EXPECT_EQ(all.size(), threads * each);
  EXPECT_EQ(registry.size(), threads * each / 2);
}

TEST(Registry, counts_round_past_ids_in_use_and_never_gives_0) {
  Registry registry(7);
  auto first = registry.new_id();
  registry.put(entry(first));
  auto second = registry.new_id();  // its session ended
  bool all_of_node = true;
  for (std::uint32_t i = 2; i < kIdsOfANode - 2; ++i) {
    auto id = registry.new_id();
    all_of_node = all_of_node && registry.is_of_this_node(id) && id % kIdsOfANode != 0;
  }
  EXPECT_TRUE(all_of_node);
  EXPECT_EQ(registry.new_id() % kIdsOfANode, kIdsOfANode - 1);
  EXPECT_EQ(registry.new_id(), second) << "neither number 0 nor the id that is in use";
}

TEST(Registry, finds_what_was_added_until_it_is_removed) {
  Registry registry(1);
  auto id = registry.new_id();
  EXPECT_EQ(registry.find(id), nullptr);
  auto mine = entry(id);
  mine->client = "127.0.0.1:1";
  registry.put(mine);
  ASSERT_NE(registry.find(id), nullptr);
  EXPECT_EQ(registry.find(id)->client, "127.0.0.1:1");
  mine->state = SessionState::running;
  EXPECT_EQ(registry.find(id)->state, SessionState::running) << "what changes is seen at once";
  registry.remove(id);
  registry.remove(id);
  EXPECT_EQ(registry.find(id), nullptr);
  EXPECT_EQ(registry.size(), 0U);
}

TEST(Registry, the_entry_of_a_session_s_next_login_takes_the_place_of_the_last_one) {
  Registry registry(1);
  auto first = entry(registry.new_id());
  first->client = "127.0.0.1:1";
  first->native_id = 17;
  first->user = protocol::parse_user_name("acc1:admin");
  first->tls = true;
  first->commands = 5;
  first->state = SessionState::running;
  registry.put(first);
  auto seen = registry.find(first->id);
  auto next = successor(*first);
  EXPECT_EQ(seen->state, SessionState::login);
  next->user = protocol::parse_user_name("u2");
  next->native_id = 18;
  registry.put(next);
  EXPECT_EQ(registry.size(), 1U);
  EXPECT_EQ(seen->user.user, "admin") << "who holds the old one is not disturbed";
  auto now = registry.find(first->id);
  EXPECT_EQ(now->native_id, 18U);
  EXPECT_EQ(now->user, protocol::parse_user_name("u2"));
  EXPECT_EQ(now->client, "127.0.0.1:1");
  EXPECT_EQ(now->since, first->since);
  EXPECT_EQ(now->commands, 5U);
  EXPECT_TRUE(now->tls);
}

TEST(Registry, lists_all_in_the_order_of_ids) {
  Registry registry(1);
  std::vector<std::uint32_t> ids{registry.new_id(), registry.new_id(), registry.new_id()};
  for (auto id : {ids[2], ids[0], ids[1]}) registry.put(entry(id));
  std::vector<std::uint32_t> listed;
  for (const auto& e : registry.all()) listed.push_back(e->id);
  EXPECT_EQ(listed, ids);
}

TEST(Registry, every_state_has_a_name_of_its_own) {
  std::set<std::string_view> names;
  for (auto state : {SessionState::login, SessionState::idle, SessionState::running,
                     SessionState::orchestrating, SessionState::ending})
    names.insert(name_of(state));
  EXPECT_EQ(names.size(), 5U);
  EXPECT_FALSE(names.contains(""));
}

}  // namespace
}  // namespace mogate::proxy
