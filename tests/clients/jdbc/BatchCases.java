import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Batches: one by one, rewritten to one statement, in bulk, and pipelined. */
final class BatchCases {
  private static final int ROWS = 500;

  static void add(Map<String, Cases.Case> cases) {
    cases.put("batch of plain statements", BatchCases::plain);
    cases.put("batch, client-side prepared", server -> prepared(server, "useServerPrepStmts=false"));
    cases.put("batch, server prepared", server -> prepared(server, "useServerPrepStmts=true"));
    cases.put("batch, rewritten or in bulk", BatchCases::rewritten);
    cases.put("batch with an error in it", BatchCases::error);
    cases.put("batch in one transaction", BatchCases::transaction);
    cases.put("generated keys of a batch", BatchCases::keys);
  }

  private static void plain(Server server) throws SQLException {
    try (Connection connection = server.connect(); Statement statement = connection.createStatement()) {
      Server.table(connection, "batch_plain_t", "id int primary key");
      for (int id = 0; id < 50; ++id) {
        statement.addBatch("insert into batch_plain_t values (" + id + ")");
      }
      Server.equal(50, Arrays.stream(statement.executeBatch()).sum());
      Server.equal("50", Server.value(connection, "select count(*) from batch_plain_t"));
    }
  }

  private static int[] insert(Connection connection, String table) throws SQLException {
    Server.table(connection, table, "id int primary key, name varchar(40)");
    try (PreparedStatement insert = connection.prepareStatement("insert into " + table + " (id, name) values (?, ?)")) {
      for (int id = 0; id < ROWS; ++id) {
        insert.setInt(1, id);
        insert.setString(2, "name " + id);
        insert.addBatch();
      }
      return insert.executeBatch();
    }
  }

  private static void verify(Connection connection, String table) throws SQLException {
    Server.equal(String.valueOf(ROWS), Server.value(connection, "select count(*) from " + table));
    Server.equal("name 77", Server.value(connection, "select name from " + table + " where id = 77"));
  }

  private static void prepared(Server server, String option) throws SQLException {
    // Without bulk, MariaDB Connector/J sends the executions of a batch without waiting for answers.
    List<String> options = new ArrayList<>(List.of(option));
    if (server.isMariaDb()) {
      options.add("useBulkStmts=false");
    }
    try (Connection connection = server.connect(options.toArray(String[]::new))) {
      Server.equal(ROWS, Arrays.stream(insert(connection, "batch_t")).sum());
      verify(connection, "batch_t");
    }
  }

  private static void rewritten(Server server) throws SQLException {
    try (Connection connection = server.connect(server.option("useBulkStmts=true", "rewriteBatchedStatements=true"))) {
      Server.equal(ROWS, insert(connection, "batch_rewritten_t").length);
      verify(connection, "batch_rewritten_t");
    }
  }

  private static void error(Server server) throws Exception {
    try (Connection connection = server.connect()) {
      Server.table(connection, "batch_error_t", "id int primary key");
      try (PreparedStatement insert = connection.prepareStatement("insert into batch_error_t values (?)")) {
        for (int id : new int[] {1, 2, 2, 3}) {
          insert.setInt(1, id);
          insert.addBatch();
        }
        SQLException found = Server.refused(insert::executeBatch);
        Server.holds(found instanceof BatchUpdateException, "a " + found.getClass());
      }
      Server.equal("1", Server.value(connection, "select 1"));
    }
  }

  private static void transaction(Server server) throws SQLException {
    try (Connection connection = server.connect("useServerPrepStmts=true")) {
      Server.table(connection, "batch_tx_t", "id int primary key, name varchar(40)");
      connection.setAutoCommit(false);
      try (PreparedStatement insert = connection.prepareStatement("insert into batch_tx_t values (?, ?)")) {
        for (int id = 0; id < 20; ++id) {
          insert.setInt(1, id);
          insert.setString(2, "x");
          insert.addBatch();
        }
        insert.executeBatch();
      }
      connection.rollback();
      Server.equal("0", Server.value(connection, "select count(*) from batch_tx_t"));
      connection.rollback();
    }
  }

  private static void keys(Server server) throws SQLException {
    try (Connection connection = server.connect()) {
      Server.table(connection, "batch_keys_t", "id int primary key auto_increment, name varchar(20)");
      try (PreparedStatement insert = connection.prepareStatement("insert into batch_keys_t (name) values (?)",
                                                                   Statement.RETURN_GENERATED_KEYS)) {
        for (int round = 0; round < 3; ++round) {
          insert.setString(1, "n" + round);
          insert.addBatch();
        }
        insert.executeBatch();
        try (ResultSet keys = insert.getGeneratedKeys()) {
          for (int round = 0; round < 3; ++round) {
            Server.holds(keys.next(), "no key " + round);
            Server.equal("n" + round,
                         Server.value(connection, "select name from batch_keys_t where id = " + keys.getLong(1)));
          }
        }
      }
    }
  }
}
