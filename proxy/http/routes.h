// What each path of the HTTP port answers.
#pragma once

#include "proxy/http/backend_check.h"
#include "proxy/http/request.h"

namespace mogate::proxy {

class Routes {
 public:
  explicit Routes(Shared& shared) : shared_(shared), check_(shared) {}

  // An HttpServer::Handler.
  Task<HttpResponse> answer(const HttpRequest& request, ShardResources& resources, Readiness& readiness);

 private:
  HttpResponse ready() const;
  HttpResponse api(std::string_view topic) const;

  Shared& shared_;
  BackendCheck check_;
};

}  // namespace mogate::proxy
