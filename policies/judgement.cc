#include "policies/judgement.h"

#include "policies/masks.h"

#include <algorithm>

namespace mogate::policies {
namespace {

using protocol::SqlError;

const SqlError kUnknownPrepared{protocol::errc::unknown_stmt_handler,
                                "mogate: policies restrict this session, and what this name was prepared "
                                "from is not known: prepare it anew",
                                {}};

const SqlError kVariableInText{
    protocol::errc::mo_not_supported,
    "not supported: preparing what a variable holds, while policies restrict this session",
    {}};

// COM_STMT_PREPARE of "@v".
bool is_variable(const Part& part) { return part.facts.kind.empty() && part.text.starts_with('@'); }

}  // namespace

std::optional<std::string> Judgement::rewritten(std::string_view text) const {
  if (rewrites.empty()) return std::nullopt;
  std::string out(text);
  for (auto one = rewrites.rbegin(); one != rewrites.rend(); ++one)
    out.replace(one->first->offset, one->first->text.size(), one->second);
  return out;
}

Judgement Judge::judge(const Reading& reading, const Prepared& prepared) {
  for (const auto& part : reading.parts) {
    if (session_.restricted && is_variable(part)) out_.refusal = kVariableInText;
    if (out_.refusal || !weigh(part, moment_)) break;
    bool executes = part.facts.kind == "EXECUTE" && !part.inner;
    if (executes && !weigh_prepared(part, prepared)) break;
  }
  return std::move(out_);
}

// False: refused.
bool Judge::weigh(const Part& part, const Moment& moment) {
  auto verdict = decide(rules_, session_, part, mode_, moment);
  auto& all = out_.verdict;
  all.hits.insert(all.hits.end(), verdict.hits.begin(), verdict.hits.end());
  all.audit = all.audit || verdict.audit;
  all.log = all.log || verdict.log;
  all.refused_by = verdict.refused_by;
  out_.refusal = verdict.refusal;
  if (out_.refusal || !weigh_masks(part, verdict)) return false;
  if (part.inner) return true;
  if (verdict.rewritten) out_.rewrites.emplace_back(&part, *verdict.rewritten);
  all.throttles.insert(all.throttles.end(), verdict.throttles.begin(), verdict.throttles.end());
  for (auto rule : verdict.snapshots) out_.snapshots.emplace_back(rule, &part);
  all.masks.insert(all.masks.end(), verdict.masks.begin(), verdict.masks.end());
  all.timeout.add(verdict.timeout);
  all.max_rows.add(verdict.max_rows);
  all.max_bytes.add(verdict.max_bytes);
  if (all.route_group.empty()) all.route_group = verdict.route_group;
  if (all.route_label.empty()) all.route_label = verdict.route_label;
  return true;
}

bool Judge::look_for_masked(const Part& part, bool inner, const std::vector<const Rule*>& masks) {
  auto masking = check_masked(part, mode_, masks);
  out_.touches_masked = out_.touches_masked || (masking.touches && !inner);
  out_.refusal = masking.refusal;
  if (out_.refusal) out_.verdict.refused_by = masks.front()->name;
  return !out_.refusal;
}

bool Judge::weigh_masks(const Part& part, const Verdict& verdict) {
  if (verdict.masks.empty()) return true;
  std::vector<const Rule*> masks;
  for (auto index : verdict.masks) masks.push_back(&rules_.rules()[index]);
  if (!verdict.rewritten) return look_for_masked(part, part.inner, masks);
  auto changed = part;
  changed.text = *verdict.rewritten;
  changed.facts = read_statement(changed.text, mode_);
  return look_for_masked(changed, part.inner, masks);
}

// EXECUTE s: also what s stands for.
bool Judge::weigh_prepared(const Part& part, const Prepared& prepared) {
  auto readings = prepared(part.prepared);
  if (readings.empty() && session_.restricted) out_.refusal = kUnknownPrepared;
  auto moment = moment_;
  moment.prepared = true;
  for (const auto& reading : readings)
    for (const auto& inner : reading->parts)
      if (!weigh(inner, moment)) return false;
  return !out_.refusal;
}

bool is_free(const SessionRules& session, const Part& part) {
  const auto& facts = part.facts;
  bool detour = facts.rewrite_hint || facts.makes_routine || facts.kind == "CALL" || !part.prepared.empty() ||
                is_variable(part);
  if (session.restricted && detour) return false;
  return std::none_of(part.rules.begin(), part.rules.end(),
                      [&](auto index) { return session.applies[index]; });
}

}  // namespace mogate::policies
