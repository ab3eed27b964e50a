#include "protocol/proxy_header.h"

#include <algorithm>
#include <arpa/inet.h>
#include <charconv>

namespace mogate::protocol {
namespace {

using Stop = ProxyHeaderParse::Stop;

constexpr std::string_view kMark1 = "PROXY";
constexpr std::string_view kMark2("\r\n\r\n\0\r\nQUIT\n", 12);
constexpr std::size_t kMaxLine = 107;  // with its CRLF
constexpr std::size_t kFixed2 = 16;
constexpr std::size_t kUnixAddress = 108;

ProxyHeaderParse malformed() { return {.stop = Stop::malformed}; }

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  bool padded = text.size() > 1 && text.front() == '0';
  if (error != std::errc() || end != text.data() + text.size() || padded) return std::nullopt;
  return port;
}

// Up to the next blank, which is taken too. What follows the last blank is one word.
std::string_view take_word(std::string_view& line) {
  auto word = line.substr(0, line.find(' '));
  line.remove_prefix(std::min(word.size() + 1, line.size()));
  return word;
}

// The line behind "PROXY ", without its CRLF.
std::optional<ProxyHeader> parse_words(std::string_view line) {
  bool ends_in_blank = line.ends_with(' ');
  auto family = take_word(line);
  if (family == "UNKNOWN") return ProxyHeader{};
  auto source = take_word(line), destination = take_word(line);
  auto source_port = parse_port(take_word(line)), destination_port = parse_port(take_word(line));
  if (!line.empty() || ends_in_blank || !source_port || !destination_port) return std::nullopt;
  ProxyHeader header{parse_ip(source, *source_port), parse_ip(destination, *destination_port)};
  auto fits = [v6 = family == "TCP6"](const auto& ip) { return ip && ip->v6 == v6; };
  if ((family != "TCP4" && family != "TCP6") || !fits(header.source) || !fits(header.destination))
    return std::nullopt;
  return header;
}

ProxyHeaderParse parse_line(std::string_view input) {
  auto line = input.substr(0, kMaxLine);
  auto end = line.find_first_of("\r\n");
  bool whole = end != std::string_view::npos && line.substr(end, 2) == "\r\n";
  bool may_become_whole =
      line.size() < kMaxLine && (end == std::string_view::npos || line.substr(end) == "\r");
  if (!whole) return may_become_whole ? ProxyHeaderParse{} : malformed();
  line = line.substr(kMark1.size(), end - kMark1.size());
  if (!line.starts_with(' ')) return malformed();
  auto header = parse_words(line.substr(1));
  return header ? ProxyHeaderParse{Stop::complete, end + 2, *header} : malformed();
}

IpEndpoint read_address(ByteReader& r, bool v6) {
  IpEndpoint ip{.v6 = v6};
  auto raw = r.bytes(v6 ? 16 : 4);
  std::copy(raw.begin(), raw.end(), ip.address.begin());
  return ip;
}

std::uint16_t read_big_endian(ByteReader& r) {
  auto high = r.u8();
  return static_cast<std::uint16_t>(high << 8 | r.u8());
}

// The addresses of a stream between IP endpoints.
ProxyHeader read_addresses(ByteReader& r, bool v6) {
  auto source = read_address(r, v6), destination = read_address(r, v6);
  source.port = read_big_endian(r);
  destination.port = read_big_endian(r);
  return {source, destination};
}

ProxyHeaderParse parse_binary(Bytes input) {
  enum Command : std::uint8_t { local = 0, proxied = 1 };
  enum Family : std::uint8_t { unspecified = 0, inet = 1, inet6 = 2, unix_socket = 3 };
  enum Transport : std::uint8_t { stream = 1, datagram = 2 };
  if (input.size() < kFixed2) return {};
  ByteReader r(input);
  r.skip(kMark2.size());
  auto version_and_command = r.u8();
  auto family_and_transport = r.u8();
  std::size_t length = read_big_endian(r);
  int command = version_and_command & 15, family = family_and_transport >> 4,
      transport = family_and_transport & 15;
  if (version_and_command >> 4 != 2 || command > proxied || kFixed2 + length > kMaxProxyHeader)
    return malformed();
  // Of a LOCAL header only the length counts.
  if (command == proxied && (family > unix_socket || transport > datagram)) return malformed();
  if (r.left() < length) return {};
  ProxyHeaderParse parsed{.stop = Stop::complete, .bytes = kFixed2 + length};
  if (command == local || family == unspecified || transport == 0) return parsed;
  ByteReader body(r.bytes(length));
  if (family == unix_socket) {
    body.skip(2 * kUnixAddress);
  } else {
    auto header = read_addresses(body, family == inet6);
    if (transport == stream) parsed.header = header;
  }
  return body.failed() ? malformed() : parsed;
}

IpEndpoint mapped(const IpEndpoint& ip) {
  if (ip.v6) return ip;
  IpEndpoint v6{.v6 = true, .port = ip.port};
  v6.address[10] = v6.address[11] = 0xFF;
  std::copy_n(ip.address.begin(), 4, v6.address.begin() + 12);
  return v6;
}

void write_big_endian(ByteWriter& w, std::size_t value) {
  w.u8(static_cast<std::uint8_t>(value >> 8)).u8(static_cast<std::uint8_t>(value));
}

}  // namespace

std::string IpEndpoint::address_text() const {
  char text[INET6_ADDRSTRLEN] = "";
  inet_ntop(v6 ? AF_INET6 : AF_INET, address.data(), text, sizeof text);
  return text;
}

std::optional<IpEndpoint> parse_ip(std::string_view text, std::uint16_t port) {
  IpEndpoint ip{.v6 = text.find(':') != std::string_view::npos, .port = port};
  std::string terminated(text);
  if (text.find('\0') != std::string_view::npos) return std::nullopt;
  if (inet_pton(ip.v6 ? AF_INET6 : AF_INET, terminated.c_str(), ip.address.data()) != 1) return std::nullopt;
  return ip;
}

ProxyHeaderParse parse_proxy_header(Bytes input) {
  auto text = as_text(input);
  auto begins_as = [text](std::string_view mark) {
    auto shown = std::min(text.size(), mark.size());
    return text.substr(0, shown) == mark.substr(0, shown);
  };
  bool binary = begins_as(kMark2);
  if (!binary && !begins_as(kMark1)) return {.stop = Stop::absent};
  if (text.size() < (binary ? kMark2 : kMark1).size()) return {};
  return binary ? parse_binary(input) : parse_line(text);
}

void write_proxy_header(std::string& out, const ProxyHeader& header) {
  ByteWriter w(out);
  w.text(kMark2);
  if (!header.source || !header.destination) return void(w.u8(0x20).zeros(3));
  auto source = *header.source, destination = *header.destination;
  bool v6 = source.v6 || destination.v6;
  if (v6) {
    source = mapped(source);
    destination = mapped(destination);
  }
  std::size_t width = v6 ? 16 : 4;
  w.u8(0x21).u8(v6 ? 0x21 : 0x11);
  write_big_endian(w, 2 * width + 4);
  w.bytes(Bytes(source.address).first(width)).bytes(Bytes(destination.address).first(width));
  write_big_endian(w, source.port);
  write_big_endian(w, destination.port);
}

}  // namespace mogate::protocol
