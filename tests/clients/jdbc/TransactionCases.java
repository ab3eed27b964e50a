import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.Map;

/** Transactions, isolation, current database, read only. */
final class TransactionCases {
  static void add(Map<String, Cases.Case> cases) {
    cases.put("commit and rollback", TransactionCases::commitAndRollback);
    cases.put("savepoint", TransactionCases::savepoint);
    cases.put("open transaction ends with the connection", TransactionCases::closed);
    cases.put("each isolation level", TransactionCases::isolation);
    cases.put("read only", TransactionCases::readOnly);
    cases.put("change of the current database", TransactionCases::database);
  }

  private static String count(Server server) throws SQLException {
    try (Connection other = server.connect()) {
      return Server.value(other, "select count(*) from tx_t");
    }
  }

  private static void commitAndRollback(Server server) throws SQLException {
    try (Connection connection = server.connect()) {
      Server.table(connection, "tx_t", "id int primary key");
      connection.setAutoCommit(false);
      Server.run(connection, "insert into tx_t values (1)");
      Server.equal("0", count(server));
      connection.rollback();
      Server.run(connection, "insert into tx_t values (2)");
      connection.commit();
      Server.equal("1", count(server));
      connection.setAutoCommit(true);
      Server.run(connection, "insert into tx_t values (3)");
      Server.equal("2", count(server));
    }
  }

  private static void savepoint(Server server) throws SQLException {
    try (Connection connection = server.connect()) {
      Server.table(connection, "savepoint_t", "id int primary key");
      connection.setAutoCommit(false);
      Server.run(connection, "insert into savepoint_t values (1)");
      Savepoint point = connection.setSavepoint("here");
      Server.run(connection, "insert into savepoint_t values (2)");
      connection.rollback(point);
      connection.commit();
      Server.equal("1", Server.value(connection, "select count(*) from savepoint_t"));
    }
  }

  private static void closed(Server server) throws SQLException {
    try (Connection connection = server.connect()) {
      Server.table(connection, "tx_t", "id int primary key");
      connection.setAutoCommit(false);
      Server.run(connection, "insert into tx_t values (1)");
    }
    Server.equal("0", count(server));
  }

  private static void isolation(Server server) throws SQLException {
    try (Connection connection = server.connect()) {
      for (int level : new int[] {Connection.TRANSACTION_READ_COMMITTED, Connection.TRANSACTION_REPEATABLE_READ,
                                  Connection.TRANSACTION_SERIALIZABLE, Connection.TRANSACTION_READ_UNCOMMITTED}) {
        connection.setTransactionIsolation(level);
        Server.equal(level, connection.getTransactionIsolation());
        Server.equal("1", Server.value(connection, "select 1"));
      }
    }
  }

  /** MariaDB Connector/J tells the server only where there are replicas. */
  private static void setReadOnly(Server server, Connection connection, boolean on) throws SQLException {
    connection.setReadOnly(on);
    if (server.isMariaDb()) {
      Server.run(connection, "set session transaction read " + (on ? "only" : "write"));
    }
  }

  private static void readOnly(Server server) throws Exception {
    try (Connection connection = server.connect()) {
      Server.table(connection, "read_only_t", "id int primary key");
      setReadOnly(server, connection, true);
      Server.refused(() -> Server.run(connection, "insert into read_only_t values (1)"));
      setReadOnly(server, connection, false);
      Server.run(connection, "insert into read_only_t values (1)");
    }
  }

  private static void database(Server server) throws SQLException {
    String other = server.database + "_other";
    try (Connection connection = server.connect()) {
      Server.run(connection, "create database if not exists " + other);
      connection.setCatalog(other);
      Server.equal(other, Server.value(connection, "select database()"));
      Server.table(connection, "over_there", "id int");
      connection.setCatalog(server.database);
      Server.equal("0", Server.value(connection, "select count(*) from " + other + ".over_there"));
      Server.run(connection, "drop database " + other);
    }
  }
}
