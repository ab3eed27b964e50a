// The gateway's configuration: one immutable value, read from a TOML file (conf/mogate.toml explains each
// key).
#pragma once

#include "protocol/constants.h"
#include "proxy/config/address.h"
#include "proxy/net/network.h"
#include "proxy/net/tls.h"
#include "rewrite/compat_settings.h"
#include "rewrite/guards/settings.h"

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace mogate::proxy {

// As chmod takes it.
struct FileMode {
  unsigned bits = 0;
};

// For whom `/* mogate:off */` switches off the recognition of extended statements.
enum class OffComment : std::uint8_t { all, sys, none };

// How a client proves who it is (DESIGN 3).
enum class LoginMode : std::uint8_t { passthrough, bridge };

// A user with its password, from a file.
struct UserPassword {
  std::string user;
  std::string password;
};

struct Config {
  std::string file;  // that it was read from

  struct Gateway {
    std::vector<Address> listen{{"127.0.0.1", 6033}};
    FileMode socket_mode{0660};  // of unix sockets
    std::vector<Network> proxy_protocol_from;
    unsigned threads = 0;    // 0: one a core
    std::uint32_t node = 1;  // high bits of connection ids, unique in the fleet
    std::uint32_t max_sessions = 10000;
    std::size_t max_handshake_bytes = 16384;
    std::size_t inspect_limit = 1U << 20;
    std::uint64_t max_statement_bytes = 64U << 20;
    std::size_t max_prepared = 1024;  // extended statements prepared at once in a session
    OffComment off_comment = OffComment::sys;
    bool core_files = false;  // the system's limit of them stays
  } gateway;

  struct Login {
    LoginMode mode = LoginMode::passthrough;
    // The rest is of bridge logins.
    bool switch_native_clients = false;  // false: they pass through
    std::chrono::milliseconds cache_lifetime{600000};
    std::string rsa_key;  // PEM file; empty: one is made at start
  } login;

  // Read anew on SIGHUP.
  struct Limits {
    // At once; 0: any number.
    std::uint32_t sessions_per_account = 0;
    std::uint32_t sessions_per_user = 0;
    std::uint32_t sessions_per_address = 0;
    std::uint32_t failed_logins = 3;              // in a row until the next one has to wait; 0: none waits
    std::chrono::milliseconds login_delay{1000};  // the first time; then twice as long each time
    std::chrono::milliseconds max_login_delay{10000};
  } limits;

  // Of the client's leg.
  struct Compression {
    protocol::Capabilities offered = protocol::cap::compress | protocol::cap::zstd;
    std::uint8_t max_zstd_level = 9;
  } compression;

  struct Backend {
    Address address{"127.0.0.1", 6001};
    bool early_connect = false;  // connect before the greeting: lets in clients without CLIENT_PLUGIN_AUTH
    bool send_proxy_header = false;
  } backend;

  // Of the cursors that the gateway keeps where MatrixOne has none, in each session.
  struct Cursors {
    std::size_t memory_bytes = 1U << 20;
    std::uint64_t limit_bytes = 1U << 30;
    std::string directory;  // empty: the system's for temporary files
  } cursors;

  struct Timeouts {
    std::chrono::milliseconds connect{5000};
    std::chrono::milliseconds handshake{10000};
    std::chrono::milliseconds idle{8 * 3600 * 1000};
    std::chrono::milliseconds write{60000};
    std::chrono::milliseconds statement{0};  // 0: none
    std::chrono::milliseconds orchestration{120000};
    std::chrono::milliseconds restore{600000};
    std::chrono::milliseconds drain{30000};
    std::chrono::milliseconds handover{3600 * 1000};
  } timeouts;

  struct Service : UserPassword {
    bool configured() const { return !user.empty(); }
    std::map<std::string, UserPassword> accounts;  // [service.accounts.NAME]
  } service;
  // The service credentials for what is done in `account`; nullptr: there are none.
  const UserPassword* service_login(const std::string& account) const;

  // [uris.NAME]: what a CDC task's uri may be called by.
  struct Uri {
    UserPassword login;
    Address address;
    std::vector<std::string> accounts{"sys"};  // whose admins may use it
  };
  std::map<std::string, Uri> uris;

  struct Subscriptions {
    bool for_accounts = false;     // admins of accounts may have their own
    bool native_show = false;      // SHOW SUBSCRIPTIONS is MatrixOne's
    std::string key_file;          // seals the passwords of upstreams; empty: no subscriptions
    std::size_t parallel = 4;      // cycles at once
    unsigned parallel_tables = 4;  // of a cycle at once, each with a connection to both sides
    std::chrono::milliseconds statement_timeout{120000};
  } subscriptions;

  struct Policies {
    std::string file;   // empty: there are none
    bool watch = true;  // a file that changes is loaded
  } policies;

  // Where subscriptions may read from.
  struct Upstreams {
    std::vector<Network> allow = everywhere();
    std::vector<Network> allow_accounts;  // of accounts other than sys
    TlsMode tls = TlsMode::preferred;
    std::string ca;  // PEM file; the certificates of upstreams are then checked
  } upstreams;

  TlsSettings client_tls;
  TlsSettings backend_tls;
  bool allow_unbounded_restore = false;
  rewrite::GuardSettings guards;
  rewrite::CompatSettings compat;

  // Where the gateway tells of itself.
  struct Http {
    bool enabled = true;
    Address listen{"127.0.0.1", 6034};
    TlsSettings tls;         // off without a certificate
    std::string token_file;  // empty: nobody is asked
  } http;

  struct Metrics {
    std::size_t accounts = 200;  // that are told apart, on each thread
    std::size_t digests = 500;   // the same
  } metrics;

  // A file of lines; without one they go to the log.
  struct LogFile {
    std::string file;
    std::uint64_t max_bytes = 100U << 20;
    unsigned keep = 10;
    std::size_t queue_bytes = 16U << 20;
  };
  LogFile audit;
  struct SlowLog : LogFile {
    std::chrono::milliseconds threshold{0};  // 0: off
    bool literals = false;
  } slow_log;

  struct Log {
    std::string level = "info";
    std::string format = "text";  // or "json"
  } log;
};

// Reads a configuration. An error says file:line, the key and what is allowed; unknown keys are errors.
std::variant<Config, std::string> load_config(const std::string& path);
std::variant<Config, std::string> parse_config(std::string_view text, const std::string& path);

}  // namespace mogate::proxy
