// Whether anything was changed since a savepoint. MatrixOne takes SAVEPOINT and RELEASE but refuses to roll
// back to one; where nothing was changed there is nothing to roll back.
#pragma once

#include "rewrite/session/ran.h"
#include "rewrite/sql/cursor.h"

#include <string>
#include <string_view>
#include <vector>

namespace mogate::rewrite {

class Savepoints {
 public:
  // One statement that went to the server. A failed one has changed nothing: MatrixOne undoes it (tried
  // on 3.0.12 and 4.2), and the transaction goes on.
  void observe(sql::Cursor in, Ran ran);
  // Something ran that nobody looked at.
  void note_change();

  // While there is none, nothing that changes data need be observed.
  bool empty() const { return all_.empty(); }
  // Folded names of those since which nothing was changed.
  std::vector<std::string> unchanged() const;

 private:
  struct Savepoint {
    std::string name;
    bool changed = false;
  };
  void release(std::string_view name, bool itself);

  std::vector<Savepoint> all_;  // oldest first
};

}  // namespace mogate::rewrite
