// One table of a CDC task: what was sent is kept as a copy in a hidden schema, and each round compares the
// table with it. A round costs a copy of the table, when the table has changed at all.
#pragma once

#include "tests/simulator/cdc_sink.h"
#include "tests/simulator/cdc_task.h"

namespace mogate::simulator {

class CdcTable {
 public:
  CdcTable(World& world, const CdcDefinition& task, TableName source, TableName sink);

  // Sends what has changed. Throws SinkError, or Failure of the source; nothing is lost by either. Answers
  // whether the table is there.
  bool sync(Backend& backend, CdcSink& sink);
  void forget(Backend& backend);  // drops the copy

  const TableName& source() const { return source_; }
  std::uint64_t id() const { return ids_.rel_id; }  // of when it was last seen

 private:
  // What stands in mo_catalog and what its rows are.
  struct Seen {
    TableIds ids;
    std::string ddl;
    std::string checksum;
  };
  std::optional<Seen> look(Backend& backend);
  void send(Backend& backend, CdcSink& sink, const Seen& seen, const std::string& copy);
  void send_changes(Backend& backend, CdcSink& sink, const std::string& copy);
  void send_all(Backend& backend, CdcSink& sink, const std::string& copy);
  void make_sink_table(CdcSink& sink, const std::string& ddl);
  void replace(CdcSink& sink, const Rows& rows);
  void erase(CdcSink& sink, const Rows& rows, bool by_key);
  std::string sink_path() const;
  std::string range() const;

  World& world_;
  AccountPtr account_;
  TableName source_, sink_;
  bool no_full_;
  bool for_mysql_;
  TableIds ids_ = {};
  std::string ddl_ = {};
  std::string checksum_ = {};
  std::string copy_ = {};  // the hidden schema; empty before the first round
  std::int64_t sent_ = 0;  // nanoseconds: what was sent is as of then
  std::int64_t now_ = 0;
};

}  // namespace mogate::simulator
