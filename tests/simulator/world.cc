#include "tests/simulator/world.h"

#include "tests/simulator/catalog.h"
#include "tests/simulator/ccpr.h"
#include "tests/simulator/cdc.h"
#include "tests/simulator/failure.h"
#include "tests/simulator/history.h"
#include "tests/simulator/pitrs.h"
#include "tests/simulator/times.h"

#include <algorithm>
#include <chrono>

namespace mogate::simulator {
namespace {

namespace fs = std::filesystem;

template <class Items>
auto find_by_name(const Items& items, std::string_view name) {
  auto found = std::find_if(items.begin(), items.end(), [&](const auto& item) { return item.name == name; });
  return found == items.end() ? nullptr : &*found;
}

// It may be gone by itself meanwhile.
void kill_statement(Account& account, std::uint32_t thread) {
  try {
    account.server->connect()->query("KILL QUERY " + std::to_string(thread));
  } catch (const Failure&) {
  }
}

}  // namespace

AccountServer::AccountServer(Spawner& spawner, fs::path template_dir, fs::path dir, std::string version,
                             bool v4)
    : spawner_(spawner),
      template_dir_(std::move(template_dir)),
      dir_(std::move(dir)),
      version_(std::move(version)),
      v4_(v4) {}

const std::string& AccountServer::socket_path() {
  std::lock_guard lock(mutex_);
  if (!instance_) {
    auto instance = std::make_unique<MariadbInstance>(spawner_, template_dir_, dir_, version_);
    Backend backend(instance->socket_path());
    create_catalog(backend, v4_);
    instance_ = std::move(instance);
  }
  return instance_->socket_path();
}

bool AccountServer::started() {
  std::lock_guard lock(mutex_);
  return instance_ != nullptr;
}

std::unique_ptr<Backend> AccountServer::connect(bool found_rows) {
  return std::make_unique<Backend>(socket_path(), found_rows);
}

const TableCopy* DatabaseCopy::find(std::string_view table) const { return find_by_name(tables, table); }
const DatabaseCopy* AccountCopy::find(std::string_view database) const {
  return find_by_name(databases, database);
}

World::World(Options o)
    : options(std::move(o)),
      dir_(fs::absolute(options.data)),
      history_(std::make_unique<History>(*this)),
      cdc_(std::make_unique<Cdc>(*this)),
      ccpr_(std::make_unique<Ccpr>(*this)) {
  fs::create_directories(dir_);
  MariadbInstance::make_template(spawner_, dir_ / "template");
  auto sys = add_account("sys", initial_users(true, "root", options.password, now_text()), "root");
  sys->comments = "system account";
  auto backend = sys->server->connect();
  for (auto name : {"mo_debug", "mo_task"}) backend->query(std::string("CREATE DATABASE ") + name);
  create_cdc_catalog(*backend);
}

World::~World() {
  std::error_code ignored;
  ccpr_.reset();
  cdc_.reset();
  history_.reset();
  accounts.clear();
  fs::remove_all(dir_ / "template", ignored);
}

AccountPtr World::find_account(const std::string& name) {
  std::lock_guard lock(mutex);
  auto found = accounts.find(name);
  return found == accounts.end() ? nullptr : found->second;
}

std::vector<AccountPtr> World::all_accounts() {
  std::lock_guard lock(mutex);
  std::vector<AccountPtr> out;
  for (const auto& [name, account] : accounts) out.push_back(account);
  return out;
}

AccountPtr World::add_account(const std::string& name, Users users, const std::string& admin) {
  std::lock_guard lock(mutex);
  auto account = std::make_shared<Account>();
  account->id = next_account_++;
  account->name = name;
  account->admin_name = admin;
  account->created = now_text();
  account->users = std::move(users);
  account->server =
      std::make_shared<AccountServer>(spawner_, dir_ / "template", dir_ / ("a" + std::to_string(account->id)),
                                      server_version(options.generation), options.v4());
  accounts[name] = account;
  return account;
}

bool World::remove_account(const std::string& name) {
  AccountPtr gone;  // its server ends after the mutex is let go
  auto now = next_timestamp();
  {
    std::lock_guard lock(mutex);
    auto found = accounts.find(name);
    if (found == accounts.end()) return false;
    for (auto& [id, entry] : connections) {
      if (entry->account != found->second) continue;
      entry->killed = true;
      entry->client->shutdown();
    }
    gone = std::move(found->second);
    accounts.erase(found);
    forget_pitrs_of(*this, gone->id, now);
  }
  cdc_->drop(*gone, std::nullopt);
  return true;
}

std::int64_t World::next_timestamp() {
  auto now = std::chrono::duration_cast<std::chrono::nanoseconds>(
                 std::chrono::system_clock::now().time_since_epoch())
                 .count();
  std::lock_guard lock(mutex);
  last_ts_ = std::max<std::int64_t>(now, last_ts_ + 1);
  return last_ts_;
}

void World::kill(std::uint32_t id, bool only_query) {
  AccountPtr account;
  std::uint32_t thread = 0;
  {
    std::lock_guard lock(mutex);
    auto found = connections.find(id);
    if (found == connections.end()) throw internal_error("Unknown connection id " + std::to_string(id));
    auto& entry = *found->second;
    if (!only_query) entry.killed = true;
    if (entry.running) {
      entry.query_killed = true;
      account = entry.account;
      thread = entry.backend_thread;
    } else if (!only_query) {
      entry.client->shutdown();
    }
  }
  restore_done_.notify_all();
  if (account && thread != 0) kill_statement(*account, thread);
}

void World::end_connections() {
  std::vector<std::pair<AccountPtr, std::uint32_t>> running;
  {
    std::lock_guard lock(mutex);
    for (auto& [id, entry] : connections) {
      entry->killed = entry->query_killed = true;
      entry->client->shutdown();
      if (entry->running && entry->account) running.emplace_back(entry->account, entry->backend_thread);
    }
  }
  restore_done_.notify_all();
  for (const auto& [account, thread] : running) kill_statement(*account, thread);
}

void World::enter_restore() {
  std::lock_guard lock(restore_mutex_);
  ++restores_;
}

void World::leave_restore() {
  {
    std::lock_guard lock(restore_mutex_);
    --restores_;
  }
  restore_done_.notify_all();
}

void World::wait_for_restores(const ConnectionEntry& waiter) {
  if (!options.v4()) return;
  std::unique_lock lock(restore_mutex_);
  restore_done_.wait(lock, [&] { return restores_ == 0 || waiter.query_killed; });
  if (waiter.query_killed) throw failure(protocol::errc::unknown_error, "context canceled");
}

std::string World::now_text() {
  return seconds_text(std::chrono::duration_cast<std::chrono::nanoseconds>(
                          std::chrono::system_clock::now().time_since_epoch())
                          .count());
}

}  // namespace mogate::simulator
