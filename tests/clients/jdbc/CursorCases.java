import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;

/** Results that are fetched in pieces: by a cursor of the server (MySQL Connector/J) or by reading on. */
final class CursorCases {
  private static final int ROWS = Integer.getInteger("rows", 30_000);
  private static final String[] CURSOR = {"useCursorFetch=true", "useServerPrepStmts=true"};

  static void add(Map<String, Cases.Case> cases) {
    cases.put("cursor fetch of a plain statement", server -> fetched(server, false, 100));
    cases.put("cursor fetch of a prepared statement", server -> fetched(server, true, 100));
    cases.put("cursor fetch of one row at a time", server -> part(server, 1, 500));
    cases.put("cursor fetch of more than there is", server -> part(server, 100_000, ROWS));
    cases.put("cursor closed before its end", server -> part(server, 10, 25));
    cases.put("cursor and other statements in turns", CursorCases::interleaved);
    cases.put("two cursors in turns", CursorCases::two);
    cases.put("cursor on an empty result", CursorCases::empty);
    cases.put("cursor on a statement without a result", CursorCases::noResult);
    cases.put("cursor executed again", CursorCases::again);
    cases.put("cursor and rollback", CursorCases::rollback);
    cases.put("streaming result", CursorCases::streaming);
  }

  private static Connection connect(Server server) throws SQLException {
    // MariaDB Connector/J has no useCursorFetch: a fetch size is enough there.
    Connection connection = server.isMariaDb() ? server.connect(CURSOR[1]) : server.connect(CURSOR);
    if (!String.valueOf(ROWS).equals(countOf(connection))) {
      Server.numbers(connection, "cursor_t", ROWS);
    }
    return connection;
  }

  private static String countOf(Connection connection) throws SQLException {
    Server.run(connection, "create table if not exists cursor_t (id int primary key, name varchar(40))");
    return Server.value(connection, "select count(*) from cursor_t");
  }

  private static void read(ResultSet rows, int from, int to) throws SQLException {
    for (int id = from; id <= to; ++id) {
      Server.holds(rows.next(), "no row " + id);
      Server.equal(id, rows.getInt(1));
      Server.equal("row " + id, rows.getString(2));
    }
  }

  private static void fetched(Server server, boolean prepared, int size) throws SQLException {
    String sql = "select id, name from cursor_t where id > " + (prepared ? "?" : "0") + " order by id";
    try (Connection connection = connect(server);
         Statement statement = prepared ? connection.prepareStatement(sql) : connection.createStatement()) {
      statement.setFetchSize(size);
      if (prepared) {
        ((PreparedStatement) statement).setInt(1, 0);
      }
      try (ResultSet rows = prepared ? ((PreparedStatement) statement).executeQuery() : statement.executeQuery(sql)) {
        read(rows, 1, ROWS);
        Server.holds(!rows.next(), "more rows than there are");
      }
      Server.equal("1", Server.value(connection, "select 1"));
    }
  }

  private static PreparedStatement open(Connection connection, int size) throws SQLException {
    PreparedStatement statement = connection.prepareStatement("select id, name from cursor_t order by id");
    statement.setFetchSize(size);
    return statement;
  }

  private static void part(Server server, int size, int rows) throws SQLException {
    try (Connection connection = connect(server)) {
      try (PreparedStatement statement = open(connection, size); ResultSet result = statement.executeQuery()) {
        read(result, 1, rows);
      }
      Server.equal("1", Server.value(connection, "select 1"));
    }
  }

  private static void interleaved(Server server) throws SQLException {
    try (Connection connection = connect(server);
         PreparedStatement statement = open(connection, 10); ResultSet rows = statement.executeQuery()) {
      for (int from = 1; from <= 200; from += 7) {
        read(rows, from, from + 6);
        Server.equal(String.valueOf(from), Server.value(connection, "select " + from));
      }
    }
  }

  private static void two(Server server) throws SQLException {
    try (Connection connection = connect(server); PreparedStatement first = open(connection, 5);
         PreparedStatement second = open(connection, 3); ResultSet ones = first.executeQuery();
         ResultSet others = second.executeQuery()) {
      for (int id = 1; id <= 60; ++id) {
        read(ones, id, id);
        read(others, id, id);
      }
    }
  }

  private static void empty(Server server) throws SQLException {
    try (Connection connection = connect(server);
         PreparedStatement statement = connection.prepareStatement("select id from cursor_t where id < 0")) {
      statement.setFetchSize(10);
      try (ResultSet rows = statement.executeQuery()) {
        Server.holds(!rows.next(), "a row");
      }
    }
  }

  private static void noResult(Server server) throws SQLException {
    try (Connection connection = connect(server)) {
      Server.table(connection, "cursor_none_t", "id int primary key");
      try (PreparedStatement insert = connection.prepareStatement("insert into cursor_none_t values (?)")) {
        insert.setFetchSize(10);
        insert.setInt(1, 1);
        Server.equal(1, insert.executeUpdate());
      }
      Server.equal("1", Server.value(connection, "select count(*) from cursor_none_t"));
    }
  }

  private static void again(Server server) throws SQLException {
    try (Connection connection = connect(server); PreparedStatement statement = open(connection, 10)) {
      for (int round = 0; round < 3; ++round) {
        try (ResultSet rows = statement.executeQuery()) {
          read(rows, 1, 35);
        }
      }
    }
  }

  private static void rollback(Server server) throws SQLException {
    try (Connection connection = connect(server)) {
      connection.setAutoCommit(false);
      try (PreparedStatement statement = open(connection, 10); ResultSet rows = statement.executeQuery()) {
        read(rows, 1, 15);
      }
      connection.rollback();
      Server.equal("1", Server.value(connection, "select 1"));
      connection.rollback();
    }
  }

  private static void streaming(Server server) throws SQLException {
    try (Connection connection = connect(server); Statement statement = connection.createStatement()) {
      statement.setFetchSize(server.isMariaDb() ? 1 : Integer.MIN_VALUE);
      try (ResultSet rows = statement.executeQuery("select id, name from cursor_t order by id")) {
        read(rows, 1, ROWS);
      }
    }
  }
}
