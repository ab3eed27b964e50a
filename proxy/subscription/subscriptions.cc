#include "proxy/subscription/subscriptions.h"

namespace mogate::proxy {

std::variant<std::unique_ptr<Subscriptions>, std::string> Subscriptions::make(const Config& config,
                                                                              SubscriptionEngine::Seen seen) {
  auto secrets = SecretBox::load(config.subscriptions.key_file);
  if (auto* error = std::get_if<std::string>(&secrets)) return *error;
  return std::unique_ptr<Subscriptions>(
      new Subscriptions(config, std::get<SecretBox>(std::move(secrets)), std::move(seen)));
}

Subscriptions::Subscriptions(const Config& config, SecretBox secrets, SubscriptionEngine::Seen seen)
    : secrets_(std::move(secrets)),
      engine_(config, secrets_, std::move(seen)),
      statements_(config, secrets_, engine_) {
  desk_.emplace([this](const auto& statement, const auto& identity, const auto& given_up) {
    return statements_.answer(statement, identity, given_up);
  });
}

Subscriptions::~Subscriptions() { engine_.stop(); }

}  // namespace mogate::proxy
