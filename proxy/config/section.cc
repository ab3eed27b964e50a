#include "proxy/config/section.h"

#include <algorithm>
#include <charconv>

namespace mogate::proxy {
namespace {

constexpr char kAddresses[] = "must be a list of \"HOST:PORT\" and \"unix:/PATH\"";

bool parse_one(const toml::node& node, Address& out) {
  auto value = node.value_exact<std::string>();
  return value && parse_address(*value, out);
}

}  // namespace

void Section::read(const char* key, std::string& out) {
  if (const auto* node = find(key)) {
    auto value = node->value_exact<std::string>();
    value ? void(out = *value) : fail(*node, key, "must be a string");
  }
}

void Section::read(const char* key, bool& out) {
  if (const auto* node = find(key)) {
    auto value = node->value_exact<bool>();
    value ? void(out = *value) : fail(*node, key, "must be true or false");
  }
}

void Section::read(const char* key, std::chrono::milliseconds& out, double least) {
  if (const auto* node = find(key)) {
    auto value = node->value<double>();
    constexpr double kMost = 30.0 * 24 * 3600;
    bool good = value && *value >= least && *value <= kMost;
    good ? void(out = std::chrono::milliseconds(static_cast<std::int64_t>(*value * 1000)))
         : fail(*node, key, fmt::format("must be seconds, {} to {}", least, kMost));
  }
}

void Section::read_set(const char* key, std::uint32_t& out, NamedBits names) {
  const auto* node = find(key);
  if (!node) return;
  std::string allowed;
  for (const auto& [name, bits] : names)
    allowed += fmt::format("{}\"{}\"", allowed.empty() ? "" : ", ", name);
  const auto* array = node->as_array();
  if (!array) return fail(*node, key, "must be a list of " + allowed);
  out = 0;
  for (const auto& item : *array) {
    auto text = item.value_exact<std::string>();
    const auto* known =
        std::find_if(names.begin(), names.end(), [&](auto& one) { return text == one.first; });
    if (known == names.end()) return fail(item, key, "must be a list of " + allowed);
    out |= known->second;
  }
}

void Section::read(const char* key, Address& out) {
  const auto* node = find(key);
  if (node && !parse_one(*node, out)) fail(*node, key, "must be \"HOST:PORT\" or \"unix:/PATH\"");
}

void Section::read(const char* key, std::vector<Address>& out) {
  const auto* node = find(key);
  if (!node) return;
  const auto* array = node->as_array();
  if (!array || array->empty()) return fail(*node, key, kAddresses);
  out.clear();
  for (const auto& item : *array) {
    if (!parse_one(item, out.emplace_back())) return fail(item, key, kAddresses);
  }
}

void Section::read(const char* key, std::vector<Network>& out) {
  const auto* node = find(key);
  if (!node) return;
  constexpr char kNetworks[] = "must be a list of networks, as \"10.0.0.0/8\", \"::1\" or \"unix\"";
  const auto* array = node->as_array();
  if (!array) return fail(*node, key, kNetworks);
  out.clear();
  for (const auto& item : *array) {
    auto text = item.value_exact<std::string>();
    auto network = text ? Network::parse(*text) : std::nullopt;
    if (!network) return fail(item, key, kNetworks);
    out.push_back(*network);
  }
}

void Section::read(const char* key, std::vector<std::string>& out) {
  const auto* node = find(key);
  if (!node) return;
  const auto* array = node->as_array();
  if (!array) return fail(*node, key, "must be a list of strings");
  out.clear();
  for (const auto& item : *array) {
    auto text = item.value_exact<std::string>();
    if (!text) return fail(item, key, "must be a list of strings");
    out.push_back(*text);
  }
}

std::string Section::full_name(const char* key, std::string_view name) const {
  return fmt::format("{}{}{}.{}", name_, name_.empty() ? "" : ".", key, name);
}

void Section::read(const char* key, FileMode& out) {
  const auto* node = find(key);
  if (!node) return;
  auto text = node->value_exact<std::string>().value_or("");
  auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), out.bits, 8);
  if (ec != std::errc{} || end != text.data() + text.size() || out.bits > 0777)
    fail(*node, key, "must be octal, as \"0660\"");
}

const toml::node* Section::find(const char* key) {
  known_.insert(key);
  return table_ ? table_->get(key) : nullptr;
}

void Section::fail(const toml::node& node, std::string_view key, std::string_view what) {
  auto line = node.source().begin.line;
  faults_.emplace(line,
                  fmt::format("{}:{}: {}{}{} {}", path_, line, name_, name_.empty() ? "" : ".", key, what));
}

std::string Section::place() const {
  return fmt::format("{}:{}: {}", path_, table_ ? table_->source().begin.line : 0, name_);
}

void Section::refuse_unknown() {
  if (!table_) return;
  for (const auto& [key, node] : *table_) {
    if (!known_.contains(std::string(key.str()))) fail(node, key.str(), "is not a key of mogate");
  }
}

}  // namespace mogate::proxy
