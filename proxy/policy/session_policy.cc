#include "proxy/policy/session_policy.h"

#include "rewrite/sql/quoting.h"

namespace mogate::proxy {

using rewrite::sql::fold;

void PreparedTexts::put(const std::string& name, std::string text) {
  if (texts_.size() < kMost || texts_.contains(fold(name))) texts_[fold(name)][name] = std::move(text);
}

void PreparedTexts::forget(const std::string& name) {
  auto found = texts_.find(fold(name));
  if (found == texts_.end()) return;
  found->second.erase(name);
  if (found->second.empty()) texts_.erase(found);
}

std::vector<std::string_view> PreparedTexts::of(const std::string& name) const {
  std::vector<std::string_view> out;
  auto found = texts_.find(fold(name));
  if (found == texts_.end()) return out;
  for (const auto& [exact, text] : found->second) out.emplace_back(text);
  return out;
}

// The text of PREPARE … FROM is the part behind it.
void remember(const policies::Reading& reading, PreparedTexts& prepared) {
  const auto& parts = reading.parts;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (parts[i].prepared.empty() || parts[i].inner) continue;
    if (parts[i].facts.kind == "DEALLOCATE") prepared.forget(parts[i].prepared);
    bool has_text = parts[i].facts.kind == "PREPARE" && i + 1 < parts.size() && parts[i + 1].inner;
    if (has_text) prepared.put(parts[i].prepared, parts[i + 1].text);
  }
}

}  // namespace mogate::proxy
