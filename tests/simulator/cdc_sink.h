// A CDC task's connection to where it copies to.
#pragma once

#include "tests/simulator/backend.h"
#include "tests/simulator/cdc_task.h"

#include <atomic>
#include <memory>
#include <mutex>

namespace mogate::simulator {

// A statement that the sink refused, or a connection that failed.
struct SinkError {
  bool connection = false;
  std::string text;  // as MatrixOne's driver words it
};

class CdcSink {
 public:
  explicit CdcSink(CdcUri uri) : uri_(std::move(uri)) {}

  // Connects when it is not connected. Both throw SinkError; after one the connection is closed.
  void query(const std::string& sql);
  void ping() { query("SELECT 1"); }

  void interrupt();  // any thread: ends what is running, for good
  bool interrupted() const { return interrupted_; }

 private:
  void connect();
  void close();

  CdcUri uri_;
  std::mutex mutex_;  // guards the pointer against interrupt()
  std::unique_ptr<Backend> backend_;
  std::atomic<bool> interrupted_{false};
};

}  // namespace mogate::simulator
