// One [section] of the configuration file, read key by key.
#pragma once

#include "proxy/config/config.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <initializer_list>
#include <map>
#include <set>
#include <utility>

namespace mogate::proxy {

// What is wrong with a configuration file, by line.
using Faults = std::multimap<unsigned, std::string>;

// Reads one [section]. Keys that nobody asked for are faults at the end.
class Section {
 public:
  Section(const toml::table* table, std::string name, const std::string& path, Faults& faults)
      : table_(table), name_(std::move(name)), path_(path), faults_(faults) {}
  Section(const Section&) = delete;
  Section& operator=(const Section&) = delete;
  ~Section() { refuse_unknown(); }

  void read(const char* key, std::string& out);
  void read(const char* key, bool& out);
  template <class Int>
  void read(const char* key, Int& out, std::int64_t least, std::int64_t most) {
    if (const auto* node = find(key)) {
      auto value = node->value_exact<std::int64_t>();
      bool good = value && *value >= least && *value <= most;
      good ? void(out = static_cast<Int>(*value))
           : fail(*node, key, fmt::format("must be {} to {}", least, most));
    }
  }
  // Seconds, whole or broken.
  void read(const char* key, std::chrono::milliseconds& out, double least);
  template <class Enum>
  void read(const char* key, Enum& out, std::initializer_list<std::pair<const char*, Enum>> names) {
    const auto* node = find(key);
    if (!node) return;
    auto value = node->value_exact<std::string>();
    std::string allowed;
    for (const auto& [name, which] : names) {
      if (value && *value == name) return void(out = which);
      allowed += fmt::format("{}\"{}\"", allowed.empty() ? "" : ", ", name);
    }
    fail(*node, key, "must be one of " + allowed);
  }
  // A list of names, each of which stands for bits.
  using NamedBits = std::initializer_list<std::pair<const char*, std::uint32_t>>;
  void read_set(const char* key, std::uint32_t& out, NamedBits names);
  void read(const char* key, Address& out);
  void read(const char* key, std::vector<Address>& out);
  void read(const char* key, std::vector<Network>& out);
  void read(const char* key, std::vector<std::string>& out);
  // The sections [NAME.key.*], each given to `each` with its own name.
  template <class F>
  void read_sections(const char* key, F each) {
    const auto* node = find(key);
    if (!node) return;
    const auto* sections = node->as_table();
    if (!sections) return fail(*node, key, "must be sections, one for each name");
    for (const auto& [name, section] : *sections) {
      if (!section.is_table()) return fail(section, key, "must be sections, one for each name");
      each(std::string(name.str()), Section(section.as_table(), full_name(key, name.str()), path_, faults_));
    }
  }
  // Permissions of a file, octal as chmod takes them.
  void read(const char* key, FileMode& out);
  // Knows `key` from now on; nullptr when it is not given.
  const toml::node* find(const char* key);
  // `what` follows the key's name in what is said.
  void fail(const toml::node& node, std::string_view key, std::string_view what);

  // "FILE:LINE: NAME" of a section that is there.
  std::string place() const;

 private:
  void refuse_unknown();
  std::string full_name(const char* key, std::string_view name) const;

  const toml::table* table_;
  std::string name_;
  const std::string& path_;
  Faults& faults_;
  std::set<std::string> known_;
};

}  // namespace mogate::proxy
