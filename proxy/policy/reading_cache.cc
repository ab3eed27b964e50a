#include "proxy/policy/reading_cache.h"

#include <functional>

namespace mogate::proxy {

std::shared_ptr<const policies::Reading> ReadingCache::read(const policies::RuleSet& rules,
                                                            std::uint64_t generation, std::string_view text,
                                                            rewrite::sql::SqlMode mode,
                                                            std::string_view database) {
  auto fresh = [&] {
    return std::make_shared<policies::Reading>(policies::read_text(rules, text, mode, database));
  };
  if (text.size() > kLongest) return fresh();
  if (slots_.empty()) slots_.resize(kSlots);
  auto& slot = slots_[std::hash<std::string_view>()(text) % kSlots];
  bool known =
      slot.generation == generation && slot.text == text && slot.database == database && slot.mode == mode;
  if (known) return slot.reading;
  slot = {generation, std::string(text), std::string(database), mode, fresh()};
  return slot.reading;
}

}  // namespace mogate::proxy
