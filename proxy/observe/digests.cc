#include "proxy/observe/digests.h"

#include "proxy/observe/shard_metrics.h"
#include "rewrite/digest.h"

namespace mogate::proxy {

DigestMetrics* DigestTable::find(std::string_view sql, rewrite::sql::SqlMode mode, std::size_t kind) {
  if (most_ == 0) return nullptr;
  if (seen_.empty()) seen_.resize(kSeen);
  auto key = rewrite::digest_key(sql) + mode.before_4 * 4U;
  auto& seen = seen_[key % kSeen];
  if (seen.digest != nullptr && seen.key == key) return seen.digest;
  auto digest = rewrite::digest(sql, mode);
  auto known = entries_.find(digest.hash);  // only this thread changes it
  auto* found =
      known != entries_.end() ? known->second.get() : make(digest.hash, std::move(digest.text), kind);
  seen = {key, found};
  return found;
}

DigestMetrics* DigestTable::make(std::uint64_t hash, std::string text, std::size_t kind) {
  if (entries_.size() >= most_) {
    hash = 0;
    kind = 0;
    text = kOthers;
    if (auto others = entries_.find(hash); others != entries_.end()) return others->second.get();
  }
  auto entry = std::make_unique<DigestMetrics>();
  entry->hash = hash;
  entry->text = std::move(text);
  entry->kind = kind;
  std::lock_guard lock(mutex_);
  return entries_.emplace(hash, std::move(entry)).first->second.get();
}

}  // namespace mogate::proxy
