#include "tests/simulator/cdc_sink.h"

#include "tests/simulator/failure.h"

namespace mogate::simulator {
namespace {

SinkError sink_error(const Failure& failed) {
  const auto& e = failed.error;
  if (e.code == protocol::errc::server_gone) return {true, e.message};
  return {false, "Error " + std::to_string(e.code) + " (" + e.sqlstate + "): " + e.message};
}

}  // namespace

void CdcSink::connect() {
  if (interrupted_) throw SinkError{true, "driver: bad connection"};
  auto made = std::make_unique<Backend>(Endpoint{uri_.host, uri_.port, uri_.user, uri_.password});
  std::lock_guard lock(mutex_);
  backend_ = std::move(made);
}

void CdcSink::close() {
  std::lock_guard lock(mutex_);
  backend_.reset();
}

void CdcSink::query(const std::string& sql) {
  try {
    if (!backend_) connect();
    backend_->query(sql);
  } catch (const Failure& failed) {
    close();
    throw sink_error(failed);
  } catch (const Disconnected&) {
    close();
    throw SinkError{true, "driver: bad connection"};
  }
}

void CdcSink::interrupt() {
  interrupted_ = true;
  std::lock_guard lock(mutex_);
  if (backend_) backend_->shutdown();
}

}  // namespace mogate::simulator
