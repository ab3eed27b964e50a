#include "proxy/observe/process_metrics.h"

#include <filesystem>
#include <fstream>
#include <sys/resource.h>
#include <unistd.h>

namespace mogate::proxy {
namespace {

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

double cpu_seconds() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

double resident_bytes() {
  std::ifstream in("/proc/self/statm");
  double all = 0, resident = 0;
  in >> all >> resident;
  return resident * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

double open_descriptors() {
  std::error_code error;
  std::filesystem::directory_iterator entries("/proc/self/fd", error);
  return error ? 0 : static_cast<double>(std::distance(begin(entries), end(entries)));
}

}  // namespace

void add_process(MetricsPage& page, std::chrono::system_clock::time_point started) {
  auto add = [&page](const char* name, MetricType type, const char* help, double value) {
    page.family(name, type, help);
    page.sample(value);
  };
  auto since_epoch = std::chrono::duration_cast<std::chrono::milliseconds>(started.time_since_epoch());
  add("process_start_time_seconds", MetricType::gauge, "When the process was started, since 1970.",
      static_cast<double>(since_epoch.count()) / 1e3);
  add("process_cpu_seconds_total", MetricType::counter, "CPU time that it used.", cpu_seconds());
  add("process_resident_memory_bytes", MetricType::gauge, "Memory that it occupies.", resident_bytes());
  add("process_open_fds", MetricType::gauge, "File descriptors that it has open.", open_descriptors());
}

}  // namespace mogate::proxy
