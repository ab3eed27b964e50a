#include "proxy/cli/secret_arguments.h"

#include <algorithm>
#include <cstring>
#include <string_view>

namespace mogate::proxy {
namespace {

// An option's name without its dashes and value; empty for what is no option.
std::string_view option_name(std::string_view argument) {
  if (argument.size() < 3 || argument[0] != '-') return {};
  argument.remove_prefix(argument[1] == '-' ? 2 : 1);
  return argument.substr(0, argument.find('='));
}

bool is_secret(std::string_view name) {
  bool file = name.ends_with("file");
  return !file && (name.find("pass") != std::string_view::npos || name.find("pwd") != std::string_view::npos);
}

// Overwrites `length` bytes from `begin` with one 'x' and moves what follows up to it.
void overwrite(char* begin, std::size_t length) {
  if (length == 0) return;
  std::size_t tail = std::strlen(begin + length);
  *begin = 'x';
  std::memmove(begin + 1, begin + length, tail);
  std::fill(begin + 1 + tail, begin + length + tail, '\0');
}

// Where the password of "scheme://user:password@host" stands: from the last ':' before the last '@'.
void overwrite_uri(char* argument) {
  std::string_view text = argument;
  auto scheme = text.find("://");
  auto at = text.rfind('@');
  if (scheme == std::string_view::npos || at == std::string_view::npos || at < scheme) return;
  auto colon = text.substr(0, at).rfind(':');
  if (colon > scheme) overwrite(argument + colon + 1, at - colon - 1);
}

std::string with_two_dashes(std::string_view argument) {
  bool one = !option_name(argument).empty() && argument[1] != '-';
  return (one ? "-" : "") + std::string(argument);
}

}  // namespace

std::vector<std::string> take_arguments(int argc, char** argv) {
  std::vector<std::string> out;
  for (int i = 1; i < argc; ++i) {
    out.push_back(with_two_dashes(argv[i]));
    std::string_view argument = argv[i];
    bool secret = is_secret(option_name(argument));
    auto value = argument.find('=');
    bool follows = secret && value == std::string_view::npos && i + 1 < argc &&
                   !std::string_view(argv[i + 1]).starts_with("--");
    if (secret && value != std::string_view::npos)
      overwrite(argv[i] + value + 1, argument.size() - value - 1);
    else if (!secret)
      overwrite_uri(argv[i]);
    if (!follows) continue;
    out.back() += std::string("=") + argv[++i];
    overwrite(argv[i], std::strlen(argv[i]));
  }
  return out;
}

}  // namespace mogate::proxy
