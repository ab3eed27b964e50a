#include "proxy/config/config.h"

#include "proxy/config/uris.h"
#include "unit/protocol/support.h"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <unistd.h>

namespace mogate::proxy {
namespace {

constexpr char kFile[] = "some/mogate.toml";
constexpr char kExample[] = MOGATE_SOURCE_DIR "/conf/mogate.toml";

std::string shown(bool v) { return v ? "true" : "false"; }
std::string shown(std::chrono::milliseconds v) { return fmt::format("{}ms", v.count()); }
std::string shown(const std::string& v) { return v; }
std::string shown(const Address& v) { return to_string(v); }
std::string shown(FileMode v) { return fmt::format("{:o}", v.bits); }
std::string shown(const std::vector<Network>& v) { return fmt::format("{} networks", v.size()); }
std::string shown(TlsMode v) { return fmt::format("tls {}", static_cast<int>(v)); }
std::string shown(VerifyClient v) { return fmt::format("verify {}", static_cast<int>(v)); }
std::string shown(TlsVersion v) { return fmt::format("version {}", static_cast<int>(v)); }
std::string shown(LoginMode v) { return fmt::format("login {}", static_cast<int>(v)); }
std::string shown(OffComment v) { return fmt::format("off {}", static_cast<int>(v)); }
std::string shown(const std::vector<Address>& list) {
  std::string out;
  for (const auto& address : list) out += to_string(address) + ' ';
  return out;
}
template <class Number>
requires std::is_arithmetic_v<Number> std::string shown(Number v) { return fmt::format("{}", v); }

// One key: a good value, what is then in the configuration, and values that are refused with these words.
struct Key {
  std::string section;
  std::string key;
  std::string good;
  std::string read;
  std::vector<std::string> bad;
  std::string refusal;
  std::function<std::string(const Config&)> get;
  friend std::ostream& operator<<(std::ostream& out, const Key& key) {
    return out << key.section << '.' << key.key;
  }
};

template <class Get>
std::function<std::string(const Config&)> get(Get which) {
  return [which](const Config& c) { return shown(which(c)); };
}

using C = Config;

Key number(std::string section, std::string key, std::int64_t least, std::int64_t most,
           std::function<std::string(const Config&)> read) {
  return {std::move(section),
          std::move(key),
          fmt::format("{}", most),
          fmt::format("{}", most),
          {fmt::format("{}", least - 1), fmt::format("{}", most + 1), "\"1\"", "1.5", "true"},
          fmt::format("must be {} to {}", least, most),
          std::move(read)};
}

Key seconds(std::string key, bool may_be_zero, std::function<std::string(const Config&)> read,
            std::string section = "timeouts") {
  std::vector<std::string> bad{"-1", "2592001", "\"5\"", "false", "nan"};
  if (!may_be_zero) bad.push_back("0");
  return {std::move(section), std::move(key),    "1.25",         "1250ms",
          std::move(bad),     "must be seconds", std::move(read)};
}

Key text(std::string section, std::string key, std::function<std::string(const Config&)> read) {
  return {std::move(section),       std::move(key),     "\"some.pem\"", "some.pem",
          {"1", "true", "[\"a\"]"}, "must be a string", std::move(read)};
}

Key choice(std::string section, std::string key, std::string good, std::string shown,
           std::function<std::string(const Config&)> read) {
  return {std::move(section),
          std::move(key),
          std::move(good),
          std::move(shown),
          {"\"other\"", "1", "true", "\"\""},
          "must be one of",
          std::move(read)};
}

Key flag(std::string section, std::string key, bool good, std::function<std::string(const Config&)> read) {
  return {std::move(section), std::move(key),          shown(good),    shown(good),
          {"1", "\"true\""},  "must be true or false", std::move(read)};
}

std::vector<Key> guard_keys() {
  std::vector<Key> keys;
  auto guard = [&](const char* key, bool rewrite::GuardSettings::*which) {
    keys.push_back(flag("guards", key, false, get([which](const C& c) { return c.guards.*which; })));
  };
  using G = rewrite::GuardSettings;
  guard("mo_ctl", &G::mo_ctl);
  guard("remap_hint", &G::remap_hint);
  guard("set_connection_id", &G::set_connection_id);
  guard("kill", &G::kill);
  guard("two_snapshots", &G::two_snapshots);
  guard("snapshot_dml", &G::snapshot_dml);
  guard("clone", &G::clone);
  guard("data_branch", &G::data_branch);
  guard("restore", &G::restore);
  guard("joined_delete", &G::joined_delete);
  guard("fk_parent_delete", &G::fk_parent_delete);
  return keys;
}

std::vector<Key> compat_keys() {
  std::vector<Key> keys;
  auto answer = [&](const char* key, bool rewrite::CompatSettings::*which) {
    keys.push_back(flag("compat", key, false, get([which](const C& c) { return c.compat.*which; })));
  };
  using S = rewrite::CompatSettings;
  answer("flush", &S::flush);
  answer("replication_status", &S::replication_status);
  answer("read_write", &S::read_write);
  answer("savepoints", &S::savepoints);
  answer("prepared_transactions", &S::prepared_transactions);
  return keys;
}

Key list_of_ciphers(std::string section, std::string key, const std::string& good,
                    std::function<std::string(const Config&)> read) {
  return {
      std::move(section), std::move(key), '"' + good + '"', good, {"1", "true", "\"no-such\"", "\"\""}, "",
      std::move(read)};
}

// TLS keys can be read with mode "off", whatever the leg.
std::vector<Key> tls_keys(const std::string& section, TlsSettings Config::*leg) {
  return {
      text(section, "certificate", get([leg](const C& c) { return (c.*leg).certificate; })),
      text(section, "key", get([leg](const C& c) { return (c.*leg).key; })),
      choice(section, "mode", "\"off\"", "tls 0", get([leg](const C& c) { return (c.*leg).mode; })),
      text(section, "ca", get([leg](const C& c) { return (c.*leg).ca; })),
      choice(section, "min_version", "\"1.3\"", "version 1",
             get([leg](const C& c) { return (c.*leg).min_version; })),
      choice(section, "max_version", "\"1.2\"", "version 0",
             get([leg](const C& c) { return (c.*leg).max_version; })),
      list_of_ciphers(section, "ciphers", "ECDHE-RSA-AES128-GCM-SHA256",
                      get([leg](const C& c) { return (c.*leg).ciphers; })),
      list_of_ciphers(section, "ciphersuites", "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384",
                      get([leg](const C& c) { return (c.*leg).ciphersuites; })),
  };
}

std::vector<Key> all_keys() {
  std::vector<Key> keys{
      {"gateway",
       "listen",
       R"(["[::1]:6033", "db.example:0", "unix:/run/m.sock"])",
       "[::1]:6033 db.example:0 unix:/run/m.sock ",
       {"\"127.0.0.1:1\"", "[]", "[1]", R"(["127.0.0.1"])", R"(["a:1", ":2"])", R"(["a:65536"])",
        R"(["a:-1"])", R"(["a:"])", R"(["unix:"])", R"(["unix:m.sock"])"},
       "must be a list of \"HOST:PORT\" and \"unix:/PATH\"",
       get([](const C& c) { return c.gateway.listen; })},
      {"gateway",
       "socket_mode",
       "\"0600\"",
       "600",
       {"\"0800\"", "\"rw\"", "\"1000\"", "\"\"", "\"-1\"", "\"660 \"", "432", "true"},
       "must be octal, as \"0660\"",
       get([](const C& c) { return c.gateway.socket_mode; })},
      {"compression",
       "algorithms",
       R"(["zstd"])",
       fmt::format("{}", protocol::cap::zstd),
       {"\"zlib\"", "[1]", R"(["lz4"])", R"(["zlib", ""])", "true"},
       "must be a list of \"zlib\", \"zstd\"",
       get([](const C& c) { return c.compression.offered; })},
      number("compression", "max_zstd_level", 1, 19,
             get([](const C& c) { return int{c.compression.max_zstd_level}; })),
      {"gateway",
       "proxy_protocol_from",
       R"(["10.0.0.0/8", "::1", "unix"])",
       "3 networks",
       {"\"10.0.0.0/8\"", "[1]", R"(["10.0.0.0/33"])", R"(["10.0.0.0/"])", R"(["10.0.0"])", R"(["all"])",
        R"(["::1", ""])"},
       "must be a list of networks",
       get([](const C& c) { return c.gateway.proxy_protocol_from; })},
      number("gateway", "threads", 0, 256, get([](const C& c) { return c.gateway.threads; })),
      number("gateway", "node", 1, 255, get([](const C& c) { return c.gateway.node; })),
      number("gateway", "max_sessions", 1, 1'000'000, get([](const C& c) { return c.gateway.max_sessions; })),
      number("gateway", "max_handshake_bytes", 1024, 60'000,
             get([](const C& c) { return c.gateway.max_handshake_bytes; })),
      number("gateway", "inspect_limit", 1024, 64 << 20,
             get([](const C& c) { return c.gateway.inspect_limit; })),
      number("gateway", "max_statement_bytes", 1024, 1 << 30,
             get([](const C& c) { return c.gateway.max_statement_bytes; })),
      number("gateway", "max_prepared", 1, 100'000, get([](const C& c) { return c.gateway.max_prepared; })),
      choice("gateway", "off_comment", "\"none\"", "off 2",
             get([](const C& c) { return c.gateway.off_comment; })),
      {"backend",
       "address",
       "\"mo.example:6001\"",
       "mo.example:6001",
       {"\"mo.example\"", "6001", "[\"a:1\"]", "\"\"", "\":6001\"", "\"a:b\"", "\"a:1x\"", "\"[]:1\"",
        "\"unix:\"", "\"unix:m.sock\""},
       "must be \"HOST:PORT\" or \"unix:/PATH\"",
       get([](const C& c) { return c.backend.address; })},
      flag("backend", "early_connect", true, get([](const C& c) { return c.backend.early_connect; })),
      flag("backend", "send_proxy_header", true, get([](const C& c) { return c.backend.send_proxy_header; })),
      choice("login", "mode", "\"bridge\"", "login 1", get([](const C& c) { return c.login.mode; })),
      flag("login", "switch_native_clients", true,
           get([](const C& c) { return c.login.switch_native_clients; })),
      seconds("cache_lifetime", true, get([](const C& c) { return c.login.cache_lifetime; }), "login"),
      text("login", "rsa_key", get([](const C& c) { return c.login.rsa_key; })),
      seconds("connect", false, get([](const C& c) { return c.timeouts.connect; })),
      seconds("handshake", false, get([](const C& c) { return c.timeouts.handshake; })),
      seconds("idle", false, get([](const C& c) { return c.timeouts.idle; })),
      seconds("write", false, get([](const C& c) { return c.timeouts.write; })),
      seconds("statement", true, get([](const C& c) { return c.timeouts.statement; })),
      seconds("orchestration", false, get([](const C& c) { return c.timeouts.orchestration; })),
      seconds("restore", false, get([](const C& c) { return c.timeouts.restore; })),
      seconds("drain", true, get([](const C& c) { return c.timeouts.drain; })),
      seconds("handover", true, get([](const C& c) { return c.timeouts.handover; })),
      flag("gateway", "core_files", true, get([](const C& c) { return c.gateway.core_files; })),
      number("limits", "sessions_per_account", 0, 1'000'000,
             get([](const C& c) { return c.limits.sessions_per_account; })),
      number("limits", "sessions_per_user", 0, 1'000'000,
             get([](const C& c) { return c.limits.sessions_per_user; })),
      number("limits", "sessions_per_address", 0, 1'000'000,
             get([](const C& c) { return c.limits.sessions_per_address; })),
      number("limits", "failed_logins", 0, 1000, get([](const C& c) { return c.limits.failed_logins; })),
      seconds("login_delay", false, get([](const C& c) { return c.limits.login_delay; }), "limits"),
      seconds("max_login_delay", false, get([](const C& c) { return c.limits.max_login_delay; }), "limits"),
      choice("client_tls", "verify_client", "\"optional\"", "verify 1",
             get([](const C& c) { return c.client_tls.verify_client; })),
      text("backend_tls", "host", get([](const C& c) { return c.backend_tls.host; })),
      flag("subscriptions", "for_accounts", true,
           get([](const C& c) { return c.subscriptions.for_accounts; })),
      choice("subscriptions", "show_subscriptions", "\"native\"", "true",
             get([](const C& c) { return c.subscriptions.native_show; })),
      flag("restore", "allow_unbounded", true, get([](const C& c) { return c.allow_unbounded_restore; })),
      flag("http", "enabled", false, get([](const C& c) { return c.http.enabled; })),
      {"http",
       "listen",
       "\"127.0.0.2:1\"",
       "127.0.0.2:1",
       {"\"mo.example\"", "6001", "\"\"", "\":6001\""},
       "must be \"HOST:PORT\" or \"unix:/PATH\"",
       get([](const C& c) { return c.http.listen; })},
      text("http", "token_file", get([](const C& c) { return c.http.token_file; })),
      number("metrics", "accounts", 1, 10'000, get([](const C& c) { return c.metrics.accounts; })),
      number("metrics", "digests", 0, 100'000, get([](const C& c) { return c.metrics.digests; })),
      text("audit", "file", get([](const C& c) { return c.audit.file; })),
      number("audit", "max_bytes", 4096, std::int64_t{1} << 40,
             get([](const C& c) { return c.audit.max_bytes; })),
      number("audit", "keep", 0, 1000, get([](const C& c) { return c.audit.keep; })),
      number("audit", "queue_bytes", 65536, std::int64_t{1} << 32,
             get([](const C& c) { return c.audit.queue_bytes; })),
      text("slow_log", "file", get([](const C& c) { return c.slow_log.file; })),
      flag("slow_log", "literals", true, get([](const C& c) { return c.slow_log.literals; })),
      seconds("threshold", true, get([](const C& c) { return c.slow_log.threshold; }), "slow_log"),
      choice("log", "level", "\"debug\"", "debug", get([](const C& c) { return c.log.level; })),
      choice("log", "format", "\"json\"", "json", get([](const C& c) { return c.log.format; })),
  };
  for (auto more : {guard_keys(), compat_keys(), tls_keys("client_tls", &C::client_tls),
                    tls_keys("backend_tls", &C::backend_tls)})
    keys.insert(keys.end(), more.begin(), more.end());
  return keys;
}

std::string file_with(const std::string& section, const std::string& line) {
  return fmt::format("# first line\n[{}]\n\n{}\n", section, line);
}

std::string error_of(std::string_view file) {
  auto result = parse_config(file, kFile);
  auto* error = std::get_if<std::string>(&result);
  return error ? *error : "";
}

// With this error, or with none.
testing::AssertionResult begins(const std::string& file, const std::string& error) {
  auto said = error_of(file);
  bool good = error.empty() ? said.empty() : said.starts_with(fmt::format("{}:{}", kFile, error));
  return good ? testing::AssertionSuccess() : testing::AssertionFailure() << said;
}

class ConfigKey : public testing::TestWithParam<Key> {};

TEST_P(ConfigKey, is_read) {
  const auto& key = GetParam();
  auto result = parse_config(file_with(key.section, key.key + " = " + key.good), kFile);
  ASSERT_TRUE(std::holds_alternative<Config>(result)) << std::get<std::string>(result);
  EXPECT_EQ(key.get(std::get<Config>(result)), key.read);
}

TEST_P(ConfigKey, is_refused_with_file_line_and_key_when_its_value_is_bad) {
  const auto& key = GetParam();
  for (const auto& bad : key.bad) {
    auto error = error_of(file_with(key.section, key.key + " = " + bad));
    auto expected = fmt::format("{}:4: {}.{} {}", kFile, key.section, key.key, key.refusal);
    EXPECT_TRUE(error.starts_with(expected)) << bad << ": " << error;
  }
}

TEST_P(ConfigKey, is_in_the_example_with_its_default) {
  auto result = load_config(kExample);
  ASSERT_TRUE(std::holds_alternative<Config>(result)) << std::get<std::string>(result);
  EXPECT_EQ(GetParam().get(std::get<Config>(result)), GetParam().get(Config{}));
  std::ifstream in(kExample);
  std::string section, line;
  bool found = false;
  while (std::getline(in, line)) {
    if (line.starts_with('[')) section = line;
    found = found || (section == "[" + GetParam().section + "]" && line.starts_with(GetParam().key + " = "));
  }
  EXPECT_TRUE(found) << "not named in conf/mogate.toml";
}

std::string key_name(const testing::TestParamInfo<Key>& row) {
  return row.param.section + "_" + row.param.key;
}

INSTANTIATE_TEST_SUITE_P(Every, ConfigKey, testing::ValuesIn(all_keys()), key_name);

TEST(ConfigFile, may_be_empty_and_then_has_the_defaults) {
  auto result = parse_config("", kFile);
  ASSERT_TRUE(std::holds_alternative<Config>(result));
  for (const auto& key : all_keys()) EXPECT_EQ(key.get(std::get<Config>(result)), key.get(Config{})) << key;
}

struct BadFile {
  const char* name;
  const char* text;
  const char* error;
  friend std::ostream& operator<<(std::ostream& out, const BadFile& file) { return out << file.name; }
};

class BadConfig : public testing::TestWithParam<BadFile> {};

TEST_P(BadConfig, is_refused_with_file_and_line) { EXPECT_EQ(error_of(GetParam().text), GetParam().error); }

INSTANTIATE_TEST_SUITE_P(
    Files, BadConfig,
    testing::Values(BadFile{"an_unknown_key", "[gateway]\nlisten = [\"a:1\"]\nport = 1\n",
                            "some/mogate.toml:3: gateway.port is not a key of mogate"},
                    BadFile{"an_unknown_section", "[gatewayy]\n",
                            "some/mogate.toml:1: gatewayy is not a key of mogate"},
                    BadFile{"a_key_outside_of_sections", "\nlisten = [\"a:1\"]\n",
                            "some/mogate.toml:2: listen is not a key of mogate"},
                    BadFile{"an_unknown_guard", "[guards]\nall = false\n",
                            "some/mogate.toml:2: guards.all is not a key of mogate"},
                    BadFile{"keys_are_case_sensitive", "[gateway]\nNode = 1\n",
                            "some/mogate.toml:2: gateway.Node is not a key of mogate"},
                    BadFile{"a_section_that_is_a_value", "gateway = 1\n",
                            "some/mogate.toml:1: gateway must be a [section]"},
                    BadFile{"a_section_twice_as_list", "[[gateway]]\n",
                            "some/mogate.toml:1: gateway must be a [section]"},
                    BadFile{"all_that_is_wrong_in_the_files_order",
                            "[backend]\nadress = 1\n[gateway]\nnode = 0\nthreads = -1\n",
                            "some/mogate.toml:2: backend.adress is not a key of mogate\n"
                            "some/mogate.toml:4: gateway.node must be 1 to 255\n"
                            "some/mogate.toml:5: gateway.threads must be 0 to 256"},
                    BadFile{"two_sources_of_a_password",
                            "[service]\nuser = \"u\"\npassword_file = \"/x\"\npassword_env = \"X\"\n",
                            "some/mogate.toml:4: service.password_env and password_file are one too many"},
                    BadFile{"a_password_in_a_variable_that_is_not_set",
                            "[service]\nuser = \"u\"\npassword_env = \"MOGATE_NOT_SET\"\n",
                            "some/mogate.toml:3: service.password_env names a variable that is not set"},
                    BadFile{"a_service_user_alone", "[service]\nuser = \"u\"\n",
                            "some/mogate.toml:2: service.user and password_file go together"},
                    BadFile{"a_password_file_alone", "[service]\n\npassword_file = \"/x\"\n",
                            "some/mogate.toml:3: service.user and password_file go together"},
                    BadFile{"a_password_file_that_is_not_there",
                            "[service]\nuser = \"u\"\npassword_file = \"/nowhere/at/all\"\n",
                            "some/mogate.toml:3: service.password_file cannot be read"}),
    protocol::test::RowName());

TEST(ConfigFile, that_is_no_toml_is_refused_with_file_and_line) {
  for (const char* text :
       {"[gateway]\nnode = \n", "[gateway]\nnode 1\n", "[gateway]\n[gateway\n", "[gateway]\nnode = 1 2\n"})
    EXPECT_TRUE(error_of(text).starts_with("some/mogate.toml:2: ")) << text << error_of(text);
  EXPECT_TRUE(error_of("[gateway]\nnode = 1\nnode = 2\n").starts_with("some/mogate.toml:3: "));
}

TEST(ConfigFile, takes_a_password_from_the_environment) {
  ::setenv("MOGATE_CONFIG_TEST", "secret", 1);
  auto result = parse_config("[service]\nuser = \"u\"\npassword_env = \"MOGATE_CONFIG_TEST\"\n", kFile);
  ASSERT_TRUE(std::holds_alternative<Config>(result)) << std::get<std::string>(result);
  EXPECT_EQ(std::get<Config>(result).service.password, "secret");
}

TEST(ConfigFile, that_is_not_there_is_named) {
  auto result = load_config("/nowhere/mogate.toml");
  ASSERT_TRUE(std::holds_alternative<std::string>(result));
  EXPECT_EQ(std::get<std::string>(result), "/nowhere/mogate.toml:0: cannot be read");
}

TEST(ConfigFile, tls_towards_clients_needs_a_certificate_and_a_key) {
  for (const char* mode : {"preferred", "required"}) {
    for (const char* given : {"", "certificate = \"c\"", "key = \"k\""}) {
      auto error = error_of(fmt::format("[client_tls]\nmode = \"{}\"\n{}\n", mode, given));
      EXPECT_EQ(error, "some/mogate.toml:2: client_tls.mode needs certificate and key");
    }
    EXPECT_EQ(error_of(fmt::format("[client_tls]\nmode = \"{}\"\ncertificate = \"c\"\nkey = \"k\"\n", mode)),
              "");
    EXPECT_EQ(error_of(fmt::format("[backend_tls]\nmode = \"{}\"\n", mode)), "")
        << "the backend's leg needs none";
  }
}

TEST(ConfigFile, an_http_port_that_others_can_reach_needs_tls_and_a_token) {
  const std::string tls = "certificate = \"c\"\nkey = \"k\"\n", token = "token_file = \"t\"\n";
  for (const char* listen : {"0.0.0.0:1", "[::]:1", "10.1.2.3:1", "mo.example:1"}) {
    auto head = fmt::format("[http]\nlisten = \"{}\"\n", listen);
    for (const auto& also : {std::string(), tls, token})
      EXPECT_TRUE(begins(head + also, "2: http.listen needs certificate, key and token_file"))
          << head << also;
    EXPECT_EQ(error_of(head + tls + token), "");
    EXPECT_EQ(error_of(head + "enabled = false\n"), "");
  }
  for (const char* listen : {"127.0.0.1:1", "localhost:1", "[::1]:1", "unix:/run/m.sock"})
    EXPECT_EQ(error_of(fmt::format("[http]\nlisten = \"{}\"\n", listen)), "") << listen;
  EXPECT_TRUE(begins("[http]\nkey = \"k\"\n", "2: http.key needs its other half"));
  EXPECT_TRUE(begins("[http]\ncertificate = \"k\"\n", "2: http.certificate needs its other half"));
}

struct TlsKeys {
  const char* lines;
  const char* error;
};

TEST(ConfigFile, names_the_tls_key_that_does_not_fit_the_others) {
  const TlsKeys client[] = {
      {"verify_client = \"required\"\n", "5: client_tls.verify_client needs ca"},
      {"verify_client = \"optional\"\n", "5: client_tls.verify_client needs ca"},
      {"min_version = \"1.3\"\nmax_version = \"1.2\"\n", "6: client_tls.max_version is below min_version"},
      {"ciphers = \"ALL:eNULL:@SECLEVEL=0\"\n", "5: client_tls.ciphers allows "},
      {"ciphers = \"aNULL:@SECLEVEL=0\"\n", "5: client_tls.ciphers allows "},
      {"ciphers = \"TLS_AES_128_GCM_SHA256\"\n", "5: client_tls.ciphers names no cipher of TLS 1.2"},
      {"ciphersuites = \"TLS_AES_128_GCM_SHA256:\"\n",
       "5: client_tls.ciphersuites must be some of TLS_AES_128_GCM_SHA256, "},
      {"ciphersuites = \"TLS_AES_128_CCM_8_SHA256\"\n", "5: client_tls.ciphersuites must be some of "},
      {"verify_client = \"required\"\nca = \"c\"\n", ""},
      {"max_version = \"1.2\"\nciphers = \"ECDHE+AESGCM:!aRSA\"\n", ""},
  };
  for (const auto& [lines, error] : client)
    EXPECT_TRUE(begins(
        fmt::format("[client_tls]\nmode = \"required\"\ncertificate = \"c\"\nkey = \"k\"\n{}", lines), error))
        << lines;
  const TlsKeys backend[] = {
      {"host = \"h\"\n", "3: backend_tls.host needs ca"},
      {"certificate = \"c\"\n", "3: backend_tls.certificate needs "},
      {"key = \"k\"\n", "3: backend_tls.key needs "},
      {"min_version = \"1.3\"\nmax_version = \"1.2\"\n", "4: backend_tls.max_version is below"},
      {"host = \"h\"\nca = \"c\"\n", ""},
  };
  for (const auto& [lines, error] : backend)
    EXPECT_TRUE(begins(fmt::format("[backend_tls]\nmode = \"required\"\n{}", lines), error)) << lines;
}

TEST(ConfigFile, takes_every_tls_mode) {
  for (auto [name, mode] :
       {std::pair{"off", TlsMode::off}, {"preferred", TlsMode::preferred}, {"required", TlsMode::required}}) {
    auto result = parse_config(fmt::format("[backend_tls]\nmode = \"{}\"\n", name), kFile);
    ASSERT_TRUE(std::holds_alternative<Config>(result)) << name;
    EXPECT_EQ(std::get<Config>(result).backend_tls.mode, mode);
  }
}

class ServicePassword : public testing::Test {
 protected:
  void TearDown() override { std::filesystem::remove(path_); }
  Config read(const std::string& content) {
    std::ofstream(path_, std::ios::binary) << content;
    auto result =
        parse_config(fmt::format("[service]\nuser = \"keeper\"\npassword_file = \"{}\"\n", path_), kFile);
    EXPECT_TRUE(std::holds_alternative<Config>(result));
    return std::get<Config>(result);
  }

  std::string path_ = testing::TempDir() + "mogate_password_" + std::to_string(::getpid());
};

TEST_F(ServicePassword, is_the_first_line_of_its_file) {
  for (const char* content : {"secret", "secret\n", "secret\r\n", "secret\nmore\n"}) {
    auto config = read(content);
    EXPECT_EQ(config.service.user, "keeper");
    EXPECT_EQ(config.service.password, "secret") << content;
    EXPECT_TRUE(config.service.configured());
  }
  EXPECT_EQ(read(" with blanks \n").service.password, " with blanks ");
}

TEST_F(ServicePassword, of_an_account_and_of_a_named_uri_stand_for_uris_of_cdc_tasks) {
  std::ofstream(path_) << "p:w@1";
  auto result =
      parse_config(fmt::format("[backend]\naddress = \"db:6001\"\n"
                               "[service]\nuser = \"svc\"\npassword_file = \"{0}\"\n"
                               "[service.accounts.acc1]\nuser = \"acc1#svc\"\npassword_file = \"{0}\"\n"
                               "[uris.b]\nuser = \"root\"\npassword_file = \"{0}\"\naddress = \"b:1\"\n"
                               "[uris.all]\nuser = \"u\"\npassword_file = \"{0}\"\naddress = \"c:2\"\n"
                               "accounts = [\"sys\", \"acc1\"]\n[uris.off]\nuser = \"\"\n",
                               path_),
                   kFile);
  ASSERT_TRUE(std::holds_alternative<Config>(result)) << std::get<std::string>(result);
  const auto& config = std::get<Config>(result);
  using Uris = std::map<std::string, std::string>;
  EXPECT_EQ(uris_of(config, "sys"), (Uris{{"gateway:", "mysql://svc:p%3Aw%401@db:6001"},
                                          {"b", "mysql://root:p%3Aw%401@b:1"},
                                          {"all", "mysql://u:p%3Aw%401@c:2"}}));
  EXPECT_EQ(uris_of(config, "acc1"),
            (Uris{{"gateway:", "mysql://acc1#svc:p%3Aw%401@db:6001"}, {"all", "mysql://u:p%3Aw%401@c:2"}}));
  EXPECT_EQ(uris_of(config, "acc2"), Uris{});
}

}  // namespace
}  // namespace mogate::proxy
