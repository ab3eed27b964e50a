#include "proxy/http/routes.h"

#include "proxy/http/dashboard.h"
#include "proxy/observe/render.h"
#include "proxy/orchestrate/gateway_topics.h"
#include "rewrite/statements/gateway.h"

#include <nlohmann/json.hpp>

namespace mogate::proxy {
namespace {

constexpr std::string_view kApi = "/api/";

HttpResponse not_found() { return {404, "text/plain; charset=utf-8", "there is nothing here\n"}; }

HttpResponse json(std::string body) { return {200, "application/json", std::move(body)}; }

// Rows as objects with the columns' names; numbers as numbers.
std::string rows_json(const std::vector<rewrite::ColumnSpec>& columns, const rewrite::Rows& rows) {
  constexpr std::uint8_t kLongLong = 8;
  auto all = nlohmann::json::array();
  for (const auto& row : rows.rows) {
    nlohmann::json one;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      auto& cell = one[columns[i].name];
      if (!row[i]) continue;
      if (columns[i].type == kLongLong)
        cell = std::strtoll(row[i]->c_str(), nullptr, 10);
      else
        cell = *row[i];
    }
    all.push_back(std::move(one));
  }
  return all.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return out;
}

bool wants_backend(std::string_view path) {
  return path == "/readyz" || path == "/metrics" || path.starts_with(kApi);
}

}  // namespace

Task<HttpResponse> Routes::answer(const HttpRequest& request, ShardResources& resources,
                                  Readiness& readiness) {
  const auto& path = request.path;
  if (wants_backend(path)) co_await check_.refresh(resources, readiness);
  if (path == "/healthz") co_return HttpResponse{.body = "ok\n"};
  if (path == "/readyz") co_return ready();
  if (path == "/") co_return dashboard();
  if (path == "/metrics")
    co_return HttpResponse{200, "text/plain; version=0.0.4; charset=utf-8",
                           prometheus_text(shared_.metrics.collect())};
  if (path.starts_with(kApi)) co_return api(std::string_view(path).substr(kApi.size()));
  co_return not_found();
}

HttpResponse Routes::ready() const {
  if (shared_.draining) return {.status = 503, .body = "the gateway ends\n"};
  if (!shared_.backend.answers()) return {.status = 503, .body = "no backend answers\n"};
  return {.body = "ok\n"};
}

HttpResponse Routes::api(std::string_view topic) const {
  if (topic == "metrics") return json(metrics_json(shared_.metrics.collect()));
  auto name = upper(topic);
  auto columns = rewrite::gateway_columns(name);
  if (columns.empty() || name == topic) return not_found();
  return json(rows_json(columns, gateway_rows(shared_, name)));
}

}  // namespace mogate::proxy
