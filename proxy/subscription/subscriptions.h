// Everything about subscriptions that one gateway has: the key, the engine, and what answers its sessions.
#pragma once

#include "proxy/subscription/desk.h"
#include "proxy/subscription/engine.h"
#include "proxy/subscription/statements.h"

#include <memory>
#include <optional>
#include <string>
#include <variant>

namespace mogate::proxy {

class Subscriptions {
 public:
  // An error says why there can be none: the key file cannot be used. `config` outlives it.
  static std::variant<std::unique_ptr<Subscriptions>, std::string> make(const Config& config,
                                                                        SubscriptionEngine::Seen seen);
  // Ends the engine first, so that whoever waits for a server here is let go.
  ~Subscriptions();

  void start() { engine_.start(); }
  void leave() { engine_.leave(); }
  SubscriptionDesk& desk() { return *desk_; }
  // Any thread.
  SubscriptionReport report() { return engine_.report(); }

 private:
  Subscriptions(const Config& config, SecretBox secrets, SubscriptionEngine::Seen seen);

  const SecretBox secrets_;
  SubscriptionEngine engine_;
  SubscriptionStatements statements_;
  std::optional<SubscriptionDesk> desk_;
};

}  // namespace mogate::proxy
