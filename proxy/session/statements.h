// COM_QUERY: forwarded as it came, or taken apart where a part of it is the gateway's.
#pragma once

#include "proxy/policy/gate.h"
#include "proxy/session/own_statement.h"
#include "proxy/session/reading.h"
#include "proxy/session/text_command.h"

namespace mogate::proxy {

// What the gateway makes of a text; shared by COM_QUERY and COM_STMT_PREPARE.
class Reader {
 public:
  Reader(SessionContext& context, Executor& executor) : c_(context), executor_(executor) {}

  struct Result {
    MaybeEnd end;
    Reading reading;
  };
  // Asks the backend for sql_mode and identity where the reading depends on them.
  Task<Result> read(std::string_view text, rewrite::Placeholders placeholders);
  rewrite::ParseOptions options(rewrite::Placeholders placeholders) const;
  // Fills in what the account's subscriptions keep.
  Task<MaybeEnd> settle_read_only(rewrite::ReadOnlyTables& read_only);
  // Leads the names of the subscriptions' tables to where they are.
  Task<MaybeEnd> redirect(std::string& text);

 private:
  Task<MaybeEnd> learn_database(std::string& database);
  Task<MaybeEnd> settle_off_comment(std::string_view text, rewrite::ParseOptions& options);

  SessionContext& c_;
  Executor& executor_;
};

// True if `text`, which needs no look otherwise, may change what a subscription keeps.
bool may_write_subscribed(const SessionContext& context, std::string_view text);

class Statements {
 public:
  Statements(SessionContext& context, Relay& relay) : c_(context), relay_(relay), own_(context, relay) {}

  Task<MaybeEnd> query();
  // Forwards a command with a text that is too long to be held, watching it go by.
  Task<MaybeEnd> stream(protocol::ResponseTracker& tracker);

 private:
  bool must_be_seen(std::string_view text) const;
  Task<MaybeEnd> judged(Gate& gate, TextCommand& command);
  Task<MaybeEnd> send(TextCommand& command);
  Task<MaybeEnd> forward(TextCommand& command);
  Task<MaybeEnd> kill(TextCommand& command, bool& done);
  Task<MaybeEnd> inspect(std::string text);
  Task<MaybeEnd> run_pieces(const Reading& reading);

  SessionContext& c_;
  Relay& relay_;
  OwnStatement own_;
};

}  // namespace mogate::proxy
