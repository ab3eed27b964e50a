import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.Statement;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Statements that are ended before they are done. */
final class CancelCases {
  private static final String LONG = "select sleep(40)";

  static void add(Map<String, Cases.Case> cases) {
    cases.put("cancel of a running statement", CancelCases::cancel);
    cases.put("query timeout", CancelCases::timeout);
    cases.put("query timeout that is not reached", CancelCases::timeoutNotReached);
    cases.put("cancel of nothing", CancelCases::cancelNothing);
    cases.put("KILL of another connection", CancelCases::kill);
    cases.put("KILL QUERY of another connection", CancelCases::killQuery);
    cases.put("abort of a connection", CancelCases::abort);
    cases.put("network timeout", CancelCases::networkTimeout);
  }

  /** Waits until the server shows the statement in its list. */
  private static void awaitRunning(Server server) throws Exception {
    try (Connection watch = server.connect()) {
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
      while (!isRunning(watch)) {
        Server.holds(System.nanoTime() < deadline, "the statement never ran");
        Thread.sleep(50);
      }
    }
  }

  private static boolean isRunning(Connection watch) throws SQLException {
    try (Statement statement = watch.createStatement(); ResultSet rows = statement.executeQuery("show full processlist")) {
      int column = rows.findColumn("Info");
      while (rows.next()) {
        String info = rows.getString(column);
        if (info != null && info.contains("sleep(40)") && !info.contains("processlist")) {
          return true;
        }
      }
      return false;
    }
  }

  /** Runs LONG on one connection while `act` gets hold of it; true if it ended with an error, in time. */
  private interface Act {
    void on(Connection connection, Statement statement) throws Exception;
  }

  private static void interrupted(Server server, boolean survives, Act act) throws Exception {
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try (Connection connection = server.connect(); Statement statement = connection.createStatement()) {
      // MySQL's SLEEP() answers 1 when it is interrupted: an error is one way to end, this the other.
      Future<Boolean> running = thread.submit(() -> {
        try (ResultSet rows = statement.executeQuery(LONG)) {
          return rows.next() && rows.getInt(1) == 1;
        } catch (SQLException error) {
          return true;
        }
      });
      awaitRunning(server);
      act.on(connection, statement);
      Server.equal(true, running.get(20, TimeUnit.SECONDS));
      if (survives) {
        Server.equal("1", Server.value(connection, "select 1"));
      } else {
        Server.holds(!connection.isValid(5), "the connection is still there");
      }
    } finally {
      thread.shutdownNow();
    }
  }

  private static void cancel(Server server) throws Exception {
    interrupted(server, true, (connection, statement) -> statement.cancel());
  }

  private static void timeout(Server server) throws Exception {
    try (Connection connection = server.connect(); Statement statement = connection.createStatement()) {
      statement.setQueryTimeout(1);
      long begin = System.nanoTime();
      try (ResultSet rows = statement.executeQuery(LONG)) {
        Server.holds(rows.next() && rows.getInt(1) == 1, "it ran to its end");
      } catch (SQLTimeoutException error) {
        Server.holds(true, "");
      }
      Server.holds(System.nanoTime() - begin < TimeUnit.SECONDS.toNanos(30), "the timeout came too late");
      Server.equal("1", Server.value(connection, "select 1"));
    }
  }

  private static void timeoutNotReached(Server server) throws Exception {
    try (Connection connection = server.connect(); Statement statement = connection.createStatement()) {
      statement.setQueryTimeout(30);
      for (int round = 0; round < 5; ++round) {
        try (ResultSet rows = statement.executeQuery("select 7")) {
          rows.next();
          Server.equal(7, rows.getInt(1));
        }
      }
    }
  }

  private static void cancelNothing(Server server) throws Exception {
    try (Connection connection = server.connect(); Statement statement = connection.createStatement()) {
      statement.executeQuery("select 1").close();
      statement.cancel();
      Server.equal("2", Server.value(connection, "select 2"));
    }
  }

  private static void killBy(Server server, String command, boolean survives) throws Exception {
    try (Connection killer = server.connect(); Connection probe = server.connect()) {
      Server.equal("1", Server.value(probe, "select 1"));
      interrupted(server, survives, (connection, statement) -> Server.run(killer, command + idOf(connection)));
    }
  }

  /** The id of the greeting: the connection itself is busy. */
  private static String idOf(Connection connection) throws Exception {
    if (connection.isWrapperFor(org.mariadb.jdbc.Connection.class)) {
      return String.valueOf(connection.unwrap(org.mariadb.jdbc.Connection.class).getThreadId());
    }
    return String.valueOf(connection.unwrap(com.mysql.cj.jdbc.JdbcConnection.class).getSession().getThreadId());
  }

  private static void kill(Server server) throws Exception {
    killBy(server, "kill ", false);
  }

  private static void killQuery(Server server) throws Exception {
    killBy(server, "kill query ", true);
  }

  private static void abort(Server server) throws Exception {
    try (Connection connection = server.connect()) {
      connection.abort(Runnable::run);
      Server.holds(connection.isClosed(), "still open");
    }
    try (Connection connection = server.connect()) {
      Server.equal("1", Server.value(connection, "select 1"));
    }
  }

  private static void networkTimeout(Server server) throws Exception {
    try (Connection connection = server.connect()) {
      connection.setNetworkTimeout(Runnable::run, 1_000);
      Server.refused(() -> Server.value(connection, LONG));
      Server.holds(!connection.isValid(1), "still valid");
    }
  }
}
