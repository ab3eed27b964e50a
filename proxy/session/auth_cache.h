// What a bridge login remembers of passwords that the backend has accepted (DESIGN 3), so that their users
// need not send them again: hashes that are as good as the passwords, in wiped memory, for some minutes.
#pragma once

#include "proxy/net/readiness.h"
#include "proxy/net/secret.h"

#include <functional>
#include <list>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace mogate::proxy {

// Both empty: no password.
struct PasswordHashes {
  Secret sha1;          // SHA1(password): logs in by mysql_native_password
  Secret sha256_twice;  // SHA256(SHA256(password)): checks a client's caching_sha2_password
};
PasswordHashes hash_password(std::string_view password);

// Any thread.
class AuthCache {
 public:
  // At most `most` entries, each for `lifetime` from when it was stored; a lifetime of 0 stores nothing.
  AuthCache(Clock::duration lifetime, std::size_t most) : lifetime_(lifetime), most_(most) {}

  // `backend` and `user` as they are addressed and sent, labels and role included.
  std::optional<PasswordHashes> find(std::string_view backend, std::string_view user, Clock::time_point now);
  // Instead of what is there for them. The oldest goes where there are too many.
  void store(std::string_view backend, std::string_view user, PasswordHashes hashes, Clock::time_point now);
  // The backend has refused this one; a newer one stays.
  void drop(std::string_view backend, std::string_view user, const PasswordHashes& refused);
  // Wipes what is too old.
  void expire(Clock::time_point now);
  std::size_t size() const;

 private:
  struct Entry {
    PasswordHashes hashes;
    Clock::time_point stored;
    std::list<std::string>::iterator age;
  };
  using Entries = std::map<std::string, Entry, std::less<>>;
  static std::string key(std::string_view backend, std::string_view user);
  void erase(Entries::iterator entry);
  void erase_expired(Clock::time_point now);

  const Clock::duration lifetime_;
  const std::size_t most_;
  mutable std::mutex mutex_;
  Entries entries_;
  std::list<std::string> by_age_;  // keys, the oldest first
};

}  // namespace mogate::proxy
