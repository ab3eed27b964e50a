// What the statements about subscriptions share; of statements/subscription*.cc only.
#pragma once

#include "rewrite/statements/subscription.h"

#include <optional>
#include <string>
#include <vector>

namespace mogate::rewrite {

// Where subscriptions are kept (DESIGN 6).
inline constexpr std::string_view kStateDatabase = "mogate";

inline constexpr char kNothingStored[] = "stop, nothing is stored";
inline constexpr char kAgain[] = "again after a pause that grows";

// A subscription's name, of at most 64 bytes.
std::string parse_subscription_name(sql::Cursor& in);
// After SYNC_INTERVAL: [=] s
std::uint32_t parse_sync_interval(sql::Cursor& in);
// WAIT secs, if it stands there.
std::optional<std::uint32_t> parse_wait(sql::Cursor& in);

protocol::SqlError short_physical_interval();
Plan subscription_plan(std::vector<Answer::Act> acts, std::vector<ColumnSpec> columns = {});

}  // namespace mogate::rewrite
