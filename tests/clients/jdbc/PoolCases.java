import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.mariadb.jdbc.MariaDbPoolDataSource;

/** Pools, and connections that are made like new for their next user. */
final class PoolCases {
  static void add(Map<String, Cases.Case> cases) {
    cases.put("HikariCP under load", PoolCases::hikariLoad);
    cases.put("HikariCP gives back what was changed by JDBC", PoolCases::hikariRestores);
    cases.put("HikariCP takes back an open transaction", PoolCases::hikariRollsBack);
    cases.put("reset keeps the database, forgets variables", PoolCases::reset);
    cases.put("reset rolls back", PoolCases::resetRollsBack);
    cases.put("reset forgets temporary tables", PoolCases::resetTemporary);
    cases.put("reset restores session variables", PoolCases::resetVariables);
    cases.put("reset closes prepared statements", PoolCases::resetStatements);
    cases.put("change of user", PoolCases::changeUser);
    cases.put("change of user to a wrong password", PoolCases::changeUserRefused);
    cases.put("pool with reset on return", PoolCases::poolWithReset);
  }

  private static HikariDataSource hikari(Server server, int size) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(server.url("useServerPrepStmts=true", "cachePrepStmts=true"));
    config.setUsername(server.user);
    config.setPassword(server.password);
    config.setCatalog(server.database);
    config.setMaximumPoolSize(size);
    config.setConnectionTimeout(20_000);
    return new HikariDataSource(config);
  }

  private static void hikariLoad(Server server) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try (HikariDataSource pool = hikari(server, 4)) {
      try (Connection connection = pool.getConnection()) {
        Server.table(connection, "pool_t", "id int primary key, n int");
        Server.run(connection, "insert into pool_t values (0,0),(1,0),(2,0),(3,0),(4,0),(5,0),(6,0),(7,0)");
      }
      List<Future<?>> all = new ArrayList<>();
      for (int worker = 0; worker < 8; ++worker) {
        int id = worker;
        all.add(threads.submit(() -> {
          for (int round = 0; round < 10; ++round) {
            count(pool, id);
          }
          return null;
        }));
      }
      for (Future<?> one : all) {
        one.get();
      }
      try (Connection connection = pool.getConnection()) {
        Server.equal("80", Server.value(connection, "select sum(n) from pool_t"));
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static void count(HikariDataSource pool, int id) throws SQLException {
    try (Connection connection = pool.getConnection()) {
      connection.setAutoCommit(false);
      try (var update = connection.prepareStatement("update pool_t set n = n + 1 where id = ?")) {
        update.setInt(1, id);
        update.executeUpdate();
      }
      connection.commit();
    }
  }

  private static void hikariRestores(Server server) throws SQLException {
    try (HikariDataSource pool = hikari(server, 1)) {
      try (Connection connection = pool.getConnection()) {
        connection.setAutoCommit(false);
        connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
        connection.setCatalog("information_schema");
      }
      try (Connection connection = pool.getConnection()) {
        Server.equal(true, connection.getAutoCommit());
        Server.equal(server.database, Server.value(connection, "select database()"));
      }
    }
  }

  private static void hikariRollsBack(Server server) throws SQLException {
    try (HikariDataSource pool = hikari(server, 1)) {
      try (Connection connection = pool.getConnection()) {
        Server.table(connection, "pool_open_t", "id int primary key");
        connection.setAutoCommit(false);
        Server.run(connection, "insert into pool_open_t values (1)");
      }
      try (Connection connection = pool.getConnection()) {
        Server.equal("0", Server.value(connection, "select count(*) from pool_open_t"));
      }
    }
  }

  /** COM_RESET_CONNECTION, however the driver spells it. */
  private static void resetOf(Connection connection) throws SQLException {
    if (connection instanceof org.mariadb.jdbc.Connection) {
      ((org.mariadb.jdbc.Connection) connection).reset();
    } else {
      ((com.mysql.cj.jdbc.JdbcConnection) connection).resetServerState();
    }
  }

  private static Connection connect(Server server) throws SQLException {
    return server.isMariaDb() ? server.connect("useResetConnection=true", "useServerPrepStmts=true")
                              : server.connect("useServerPrepStmts=true");
  }

  private static void reset(Server server) throws SQLException {
    try (Connection connection = connect(server)) {
      Server.run(connection, "set @left_over = 5");
      Server.equal("5", Server.value(connection, "select @left_over"));
      resetOf(connection);
      Server.equal(null, Server.value(connection, "select @left_over"));
      Server.equal(server.database, Server.value(connection, "select database()"));
    }
  }

  private static void resetRollsBack(Server server) throws SQLException {
    try (Connection connection = connect(server)) {
      Server.table(connection, "reset_tx_t", "id int primary key");
      Server.run(connection, "begin");
      Server.run(connection, "insert into reset_tx_t values (1)");
      resetOf(connection);
      Server.equal("0", Server.value(connection, "select count(*) from reset_tx_t"));
    }
  }

  private static void resetTemporary(Server server) throws Exception {
    try (Connection connection = connect(server)) {
      Server.run(connection, "create temporary table reset_temporary_t (id int)");
      Server.equal("0", Server.value(connection, "select count(*) from reset_temporary_t"));
      resetOf(connection);
      Server.refused(() -> Server.value(connection, "select count(*) from reset_temporary_t"));
    }
  }

  private static void resetVariables(Server server) throws Exception {
    try (Connection connection = connect(server)) {
      String before = Server.value(connection, "select @@wait_timeout");
      Server.run(connection, "set session wait_timeout = 1234");
      Server.equal("1234", Server.value(connection, "select @@wait_timeout"));
      resetOf(connection);
      Server.equal(before, Server.value(connection, "select @@wait_timeout"));
    }
  }

  private static void resetStatements(Server server) throws Exception {
    try (Connection connection = connect(server)) {
      Server.run(connection, "prepare left_over from 'select 1'");
      Server.equal("1", Server.value(connection, "execute left_over"));
      resetOf(connection);
      Server.refused(() -> Server.value(connection, "execute left_over"));
      try (var again = connection.prepareStatement("select ? + 1")) {
        again.setInt(1, 1);
        try (var rows = again.executeQuery()) {
          rows.next();
          Server.equal(2, rows.getInt(1));
        }
      }
    }
  }

  private static void changeUser(Server server) throws SQLException {
    if (server.isMariaDb()) {
      return; // MariaDB Connector/J sends no COM_CHANGE_USER.
    }
    try (Connection connection = connect(server)) {
      Server.run(connection, "set @left_over = 5");
      ((com.mysql.cj.jdbc.JdbcConnection) connection).changeUser(server.user, server.password);
      Server.equal(null, Server.value(connection, "select @left_over"));
      Server.equal(server.database, Server.value(connection, "select database()"));
    }
  }

  private static void changeUserRefused(Server server) throws Exception {
    if (server.isMariaDb()) {
      return;
    }
    try (Connection connection = connect(server)) {
      Server.refused(() -> ((com.mysql.cj.jdbc.JdbcConnection) connection).changeUser(server.user, "wrong"));
    }
  }

  private static void poolWithReset(Server server) throws SQLException {
    if (!server.isMariaDb()) {
      try (HikariDataSource pool = hikari(server, 1)) {
        for (int round = 0; round < 5; ++round) {
          try (Connection connection = pool.getConnection()) {
            Server.equal(null, Server.value(connection, "select @round"));
            Server.run(connection, "set @round = " + round);
            connection.unwrap(com.mysql.cj.jdbc.JdbcConnection.class).resetServerState();
          }
        }
      }
      return;
    }
    String options = "useResetConnection=true&maxPoolSize=1&poolName=mogate&user=" + server.user + "&password=" + server.password;
    try (MariaDbPoolDataSource pool = new MariaDbPoolDataSource(server.url(options))) {
      for (int round = 0; round < 5; ++round) {
        try (Connection connection = pool.getConnection()) {
          Server.equal(null, Server.value(connection, "select @round"));
          Server.run(connection, "set @round = " + round);
        }
      }
    }
  }
}
