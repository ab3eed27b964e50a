#include "protocol/user_name.h"

namespace mogate::protocol {
namespace {

std::string with_colons(std::string_view login) {
  std::string out;
  for (std::size_t i = 0; i < login.size(); ++i) {
    auto rest = login.substr(i, 3);
    bool encoded = rest == "%3A" || rest == "%3a";
    out.push_back(encoded ? ':' : login[i]);
    if (encoded) i += 2;
  }
  return out;
}

}  // namespace

UserName parse_user_name(std::string_view login) {
  UserName name;
  if (auto mark = login.find('?'); mark != std::string_view::npos) {
    name.labels = login.substr(mark + 1);
    login = login.substr(0, mark);
  }
  auto text = with_colons(login);
  auto rest = std::string_view(text);
  char separator = rest.find(':') != std::string_view::npos ? ':' : '#';
  auto first = rest.find(separator);
  if (first == std::string_view::npos) {
    name.user = rest;
    return name;
  }
  name.account = rest.substr(0, first);
  rest.remove_prefix(first + 1);
  auto second = rest.find(separator);
  name.user = rest.substr(0, second);
  if (second != std::string_view::npos) name.role = rest.substr(second + 1);
  return name;
}

}  // namespace mogate::protocol
