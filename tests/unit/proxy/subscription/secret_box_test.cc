#include "proxy/subscription/secret_box.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sys/stat.h>

namespace mogate::proxy {
namespace {

const std::string kKey(64, 'a'), kOtherKey(64, 'b');

class KeyFile {
 public:
  explicit KeyFile(const std::string& text, mode_t mode = 0600) {
    int fd = ::mkstemp(path_);
    ::close(fd);
    std::ofstream(path_) << text;
    ::chmod(path_, mode);
  }
  ~KeyFile() { ::unlink(path_); }
  const char* path() const { return path_; }

 private:
  char path_[32] = "/tmp/mogate_key_XXXXXX";
};

SecretBox box(const std::string& keys) {
  auto loaded = SecretBox::load(KeyFile(keys).path());
  EXPECT_EQ(loaded.index(), 0U);
  return std::get<SecretBox>(std::move(loaded));
}

std::string opened(const SecretBox& box, std::string_view sealed, std::string_view about) {
  auto plain = box.open(sealed, about);
  return plain ? std::string(plain->view()) : "(shut)";
}

TEST(SecretBox, OpensWhatItSealed) {
  auto one = box(kKey + "\n");
  for (const char* secret : {"", "111", "p@ss:w/rd%41"})
    EXPECT_EQ(opened(one, one.seal(Secret(secret), "subscription 1"), "subscription 1"), secret);
}

TEST(SecretBox, NeverSealsTwiceAlike) {
  auto one = box(kKey);
  EXPECT_NE(one.seal(Secret("111"), "a"), one.seal(Secret("111"), "a"));
}

TEST(SecretBox, StaysShutForWhatWasChanged) {
  auto one = box(kKey);
  auto sealed = one.seal(Secret("111"), "subscription 1");
  EXPECT_EQ(opened(one, sealed, "subscription 2"), "(shut)");
  auto bent = sealed;
  bent.back() = bent.back() == '0' ? '1' : '0';
  EXPECT_EQ(opened(one, bent, "subscription 1"), "(shut)");
  for (std::size_t i = 0; i < sealed.size(); ++i)
    EXPECT_EQ(opened(one, sealed.substr(0, i), "subscription 1"), "(shut)");
  EXPECT_EQ(opened(box(kOtherKey), sealed, "subscription 1"), "(shut)");
}

TEST(SecretBox, OpensWithAnOlderKeyAndSealsWithTheFirst) {
  auto sealed = box(kKey).seal(Secret("111"), "s");
  auto both = box(kOtherKey + "\n" + kKey + "\n");
  EXPECT_EQ(opened(both, sealed, "s"), "111");
  EXPECT_FALSE(both.is_current(sealed));
  EXPECT_TRUE(both.is_current(both.seal(Secret("111"), "s")));
}

struct BadFile {
  const char* name;
  std::string text;
  mode_t mode;
  const char* expected;
};

class BadKeyFile : public testing::TestWithParam<BadFile> {};

TEST_P(BadKeyFile, IsRefusedWithTheReason) {
  KeyFile file(GetParam().text, GetParam().mode);
  auto loaded = SecretBox::load(file.path());
  ASSERT_EQ(loaded.index(), 1U);
  EXPECT_NE(std::get<1>(loaded).find(GetParam().expected), std::string::npos) << std::get<1>(loaded);
  EXPECT_EQ(std::get<1>(loaded).find("cccc"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(Files, BadKeyFile,
                         testing::Values(BadFile{"open_to_the_group", kKey, 0640, "mode must be 0600"},
                                         BadFile{"empty", "", 0600, "holds no key"},
                                         BadFile{"short_key", "cccc", 0600, "64 hex digits"},
                                         BadFile{"not_hex", std::string(64, 'x'), 0600, "64 hex digits"}),
                         [](const auto& one) { return one.param.name; });

TEST(SecretBox, NamesAFileThatIsNotThere) {
  EXPECT_EQ(std::get<1>(SecretBox::load("/nowhere/key")), "/nowhere/key cannot be read");
}

}  // namespace
}  // namespace mogate::proxy
