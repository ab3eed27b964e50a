#include "proxy/observe/log.h"

#include <nlohmann/json.hpp>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace mogate::proxy {
namespace {

// The message as a JSON string: it may hold quotes, and bytes that are no UTF-8.
class JsonText : public spdlog::custom_flag_formatter {
 public:
  void format(const spdlog::details::log_msg& message, const std::tm&, spdlog::memory_buf_t& out) override {
    nlohmann::json text = std::string(message.payload.data(), message.payload.size());
    auto quoted = text.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    out.append(quoted.data(), quoted.data() + quoted.size());
  }
  std::unique_ptr<custom_flag_formatter> clone() const override { return std::make_unique<JsonText>(); }
};

constexpr char kText[] = "%Y-%m-%dT%H:%M:%S.%eZ %l %v";
constexpr char kJson[] = R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l","message":%*})";

}  // namespace

void set_up_log(const Config::Log& log) {
  auto formatter = std::make_unique<spdlog::pattern_formatter>(spdlog::pattern_time_type::utc);
  formatter->add_flag<JsonText>('*').set_pattern(log.format == "json" ? kJson : kText);
  auto logger = std::make_shared<spdlog::logger>("mogate", std::make_shared<spdlog::sinks::stderr_sink_mt>());
  logger->set_formatter(std::move(formatter));
  logger->set_level(spdlog::level::from_str(log.level));
  spdlog::set_default_logger(std::move(logger));
}

}  // namespace mogate::proxy
