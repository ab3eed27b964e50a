// Users and roles of one account. A plain value: snapshots keep copies of it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mogate::simulator {

struct Grant {
  std::string privilege;    // lower case: "select", "all", "create database"
  std::string object_type;  // "account", "database", "table"
  std::string object;       // "*", "*.*", "d.*", "d.t"
  bool operator==(const Grant&) const = default;
};

struct Role {
  std::uint32_t id = 0;
  std::string name;
  std::uint32_t creator = 0;
  std::string created;
  std::vector<Grant> grants = {};
  bool operator==(const Role&) const = default;
};

struct User {
  std::uint32_t id = 0;
  std::string name;
  std::string password;  // SHA1(SHA1(password))
  std::string default_role;
  std::vector<std::string> roles = {};  // besides public, which everybody has
  bool operator==(const User&) const = default;
};

struct Users {
  std::vector<User> users = {};
  std::vector<Role> roles = {};
  std::uint32_t next_user = 2;
  std::uint32_t next_role = 3;

  User* find_user(std::string_view name);
  Role* find_role(std::string_view name);
  bool has_role(std::string_view user, std::string_view role);
  bool operator==(const Users&) const = default;
};

Users initial_users(bool sys, const std::string& admin, const std::string& password, const std::string& now);
std::string password_hash(std::string_view password);

// Roles that may do everything in their account.
bool is_admin_role(std::string_view role);

}  // namespace mogate::simulator
