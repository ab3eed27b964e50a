#include "proxy/observe/line_file.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>
#include <thread>
#include <unistd.h>
#include <vector>

namespace mogate::proxy {
namespace {

namespace fs = std::filesystem;

class LineFileTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::path(testing::TempDir()) /
              fmt::format("mogate_lines_{}_{}", ::getpid(),
                          testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string path(const std::string& suffix = "") const { return (folder_ / "log").string() + suffix; }
  std::string content(const std::string& suffix = "") const {
    std::ifstream in(path(suffix));
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
  }
  LineFile::Settings settings(std::uint64_t max_bytes = 1U << 20, unsigned keep = 2) const {
    return {path(), max_bytes, keep, 1U << 20};
  }
  static std::string gap(std::uint64_t lost) { return fmt::format("lost {}", lost); }
  static void wait_for(const std::function<bool()>& condition) {
    while (!condition()) std::this_thread::yield();
  }

  fs::path folder_;
};

TEST_F(LineFileTest, what_was_said_stands_there_in_order_when_it_ends) {
  {
    LineFile file(settings(), gap);
    ASSERT_EQ(file.start(), std::nullopt);
    for (int i = 0; i < 3; ++i) file.write(fmt::format("line {}", i));
  }
  EXPECT_EQ(content(), "line 0\nline 1\nline 2\n");
  EXPECT_EQ(fs::status(path()).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  {
    LineFile file(settings(), gap);
    ASSERT_EQ(file.start(), std::nullopt);
    file.write("more");
  }
  EXPECT_EQ(content(), "line 0\nline 1\nline 2\nmore\n");
}

TEST_F(LineFileTest, that_cannot_be_opened_says_why) {
  LineFile file({"/nowhere/at/all", 1, 1, 1}, gap);
  EXPECT_EQ(file.start(), "/nowhere/at/all: No such file or directory");
}

TEST_F(LineFileTest, is_renamed_before_it_grows_too_long_and_so_many_are_kept) {
  {
    LineFile file(settings(10, 2), gap);
    ASSERT_EQ(file.start(), std::nullopt);
    for (const char* line : {"aaaaaa", "bbbbbb", "cccccc", "dddddd"}) {
      auto before = file.written();
      file.write(line);
      wait_for([&] { return file.written() > before; });
    }
  }
  EXPECT_EQ(content(), "dddddd\n");
  EXPECT_EQ(content(".1"), "cccccc\n");
  EXPECT_EQ(content(".2"), "bbbbbb\n");
  EXPECT_FALSE(fs::exists(path(".3")));
}

TEST_F(LineFileTest, that_is_shared_follows_the_other_process_and_renames_nothing) {
  {
    LineFile file(settings(10, 2), gap);
    ASSERT_EQ(file.start(), std::nullopt);
    file.share();
    for (const char* line : {"aaaaaa", "bbbbbb"}) {
      auto before = file.written();
      file.write(line);
      wait_for([&] { return file.written() > before; });
    }
    fs::rename(path(), path(".1"));
    file.write("cccccc");
  }
  EXPECT_EQ(content(), "cccccc\n");
  EXPECT_EQ(content(".1"), "aaaaaa\nbbbbbb\n");
  EXPECT_FALSE(fs::exists(path(".2")));
}

TEST_F(LineFileTest, without_files_to_keep_it_begins_anew) {
  {
    LineFile file(settings(10, 0), gap);
    ASSERT_EQ(file.start(), std::nullopt);
    for (const char* line : {"aaaaaa", "bbbbbb"}) {
      auto before = file.written();
      file.write(line);
      wait_for([&] { return file.written() > before; });
    }
  }
  EXPECT_EQ(content(), "bbbbbb\n");
  EXPECT_FALSE(fs::exists(path(".1")));
}

TEST_F(LineFileTest, opens_its_file_anew_when_it_was_renamed) {
  LineFile file(settings(), gap);
  ASSERT_EQ(file.start(), std::nullopt);
  file.write("one");
  wait_for([&] { return file.written() == 1; });
  fs::rename(path(), path(".old"));
  file.reopen();
  wait_for([&] { return fs::exists(path()); });
  file.write("two");
  wait_for([&] { return file.written() == 2; });
  EXPECT_EQ(content(".old"), "one\n");
  EXPECT_EQ(content(), "two\n");
}

TEST_F(LineFileTest, a_full_disk_costs_lines_which_are_counted_and_told) {
  fs::create_symlink("/dev/full", path());
  LineFile file(settings(), gap);
  ASSERT_EQ(file.start(), std::nullopt);
  file.write("lost");
  wait_for([&] { return file.dropped() == 1; });
  file.write("lost too");
  wait_for([&] { return file.dropped() == 2; });
  fs::remove(path());
  file.reopen();
  file.write("kept");
  wait_for([&] { return file.written() == 1; });
  EXPECT_EQ(content(), "lost 2\nkept\n");
  file.write("and on");
  wait_for([&] { return file.written() == 2; });
  EXPECT_EQ(content(), "lost 2\nkept\nand on\n");
}

TEST_F(LineFileTest, what_does_not_fit_in_the_queue_is_dropped_and_nobody_waits) {
  LineFile file({path(), 1U << 30, 1, 64}, gap);
  ASSERT_EQ(file.start(), std::nullopt);
  file.write(std::string(64, 'x'));
  EXPECT_EQ(file.dropped(), 1U);
  file.write("fits");
  wait_for([&] { return file.written() == 1; });
  EXPECT_EQ(content(), "lost 1\nfits\n");
}

TEST_F(LineFileTest, any_number_of_threads_may_write) {
  constexpr int kThreads = 4, kEach = 500;
  {
    LineFile file(settings(), gap);
    ASSERT_EQ(file.start(), std::nullopt);
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t)
      threads.emplace_back([&] {
        for (int i = 0; i < kEach; ++i) file.write("0123456789");
      });
    for (auto& thread : threads) thread.join();
  }
  std::ifstream in(path());
  int lines = 0;
  for (std::string line; std::getline(in, line); ++lines) EXPECT_EQ(line, "0123456789");
  EXPECT_EQ(lines, kThreads * kEach);
}

}  // namespace
}  // namespace mogate::proxy
