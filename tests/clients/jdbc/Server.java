import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** Where the cases connect to, and what they all do there. */
final class Server {
  final String driver;
  final String address;
  final String user;
  final String password;
  final String database;

  Server(String[] arguments) {
    driver = arguments[0];
    address = arguments[1] + ":" + arguments[2];
    user = arguments[3];
    password = arguments[4];
    database = arguments[5];
  }

  boolean isMariaDb() {
    return driver.equals("mariadb");
  }

  /** The option that the driver in use has for it. */
  String option(String ofMariaDb, String ofMySql) {
    return isMariaDb() ? ofMariaDb : ofMySql;
  }

  String url(String... options) {
    List<String> all = new ArrayList<>(Arrays.asList(options));
    all.add("sslMode=" + option("disable", "DISABLED"));
    all.add("connectTimeout=20000");
    all.add("socketTimeout=50000");
    return "jdbc:" + driver + "://" + address + "/" + database + "?" + String.join("&", all);
  }

  Connection connect(String... options) throws SQLException {
    return DriverManager.getConnection(url(options), user, password);
  }

  /** A table of that name and shape, empty. */
  static void table(Connection connection, String name, String columns) throws SQLException {
    run(connection, "drop table if exists " + name);
    run(connection, "create table " + name + " (" + columns + ")");
  }

  /** A table n of ids 1 to `rows`, made in few statements. */
  static void numbers(Connection connection, String name, int rows) throws SQLException {
    table(connection, name, "id int primary key, name varchar(40)");
    for (int from = 1; from <= rows; from += 10_000) {
      StringBuilder values = new StringBuilder();
      for (int id = from; id <= Math.min(rows, from + 9_999); ++id) {
        values.append(values.length() == 0 ? "" : ",").append("(").append(id).append(",'row ").append(id).append("')");
      }
      run(connection, "insert into " + name + " values " + values);
    }
  }

  static void run(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** The first column of the first row. */
  static String value(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery(sql)) {
      return rows.next() ? rows.getString(1) : null;
    }
  }

  static void equal(Object expected, Object found) {
    if (!Objects.equals(expected, found)) {
      throw new AssertionError("expected " + expected + ", found " + found);
    }
  }

  static void holds(boolean condition, String what) {
    if (!condition) {
      throw new AssertionError(what);
    }
  }

  interface Failing {
    void run() throws Exception;
  }

  /** The SQLException that it has to end with. */
  static SQLException refused(Failing work) throws Exception {
    try {
      work.run();
    } catch (SQLException error) {
      return error;
    }
    throw new AssertionError("it was not refused");
  }
}
