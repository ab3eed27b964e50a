import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLIntegrityConstraintViolationException;
import java.sql.SQLSyntaxErrorException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Statements of both protocols, several results, generated keys, local files, errors. */
final class StatementCases {
  private static final String PREPARED = "useServerPrepStmts=true";

  static void add(Map<String, Cases.Case> cases) {
    cases.put("plain query", StatementCases::plainQuery);
    cases.put("client-side prepared statement", server -> prepared(server, "useServerPrepStmts=false"));
    cases.put("server prepared statement", server -> prepared(server, PREPARED));
    cases.put("prepared statement cache", server -> prepared(server, PREPARED, "cachePrepStmts=true"));
    cases.put("300 prepared statements open at once", StatementCases::manyPrepared);
    cases.put("prepared statement after an error", StatementCases::preparedAfterError);
    cases.put("prepared statement with a stream as parameter", StatementCases::streamedParameter);
    cases.put("several queries in one packet", StatementCases::multiQueries);
    cases.put("error in the middle of several queries", StatementCases::multiQueriesError);
    cases.put("generated keys", StatementCases::generatedKeys);
    cases.put("LOAD DATA LOCAL INFILE", StatementCases::localInfile);
    cases.put("LOAD DATA LOCAL INFILE of a file that is not there", StatementCases::localInfileMissing);
    cases.put("exception classes follow SQLSTATE", StatementCases::exceptionClasses);
    cases.put("stored procedure with out parameter", StatementCases::procedure);
    cases.put("update counts, found or changed rows", StatementCases::foundRows);
    cases.put("compression", server -> compressed(server, 1_000));
    cases.put("compression of 20 MB", server -> compressed(server, 20_000_000));
    cases.put("ping by isValid", StatementCases::ping);
    cases.put("warnings", StatementCases::warnings);
  }

  private static void plainQuery(Server server) throws SQLException {
    try (Connection connection = server.connect()) {
      Server.equal("1", Server.value(connection, "select 1"));
      Server.equal("ä日😀", Server.value(connection, "select 'ä日😀'"));
      Server.equal(null, Server.value(connection, "select null"));
      Server.equal(server.database, Server.value(connection, "select database()"));
    }
  }

  private static void prepared(Server server, String... options) throws SQLException {
    try (Connection connection = server.connect(options)) {
      Server.table(connection, "prepared_t", "id int primary key, name varchar(40), amount decimal(10,2)");
      for (int id = 1; id <= 20; ++id) {
        try (PreparedStatement insert = connection.prepareStatement("insert into prepared_t values (?, ?, ?)")) {
          insert.setInt(1, id);
          insert.setString(2, id % 5 == 0 ? null : "name '" + id);
          insert.setBigDecimal(3, new java.math.BigDecimal(id + ".25"));
          Server.equal(1, insert.executeUpdate());
        }
      }
      try (PreparedStatement select = connection.prepareStatement(
               "select name, amount from prepared_t where id = ? or name = ?")) {
        for (int id = 1; id <= 20; ++id) {
          select.setInt(1, id);
          select.setString(2, "nobody");
          try (ResultSet rows = select.executeQuery()) {
            Server.holds(rows.next(), "no row for " + id);
            Server.equal(id % 5 == 0 ? null : "name '" + id, rows.getString(1));
            Server.equal(id + ".25", rows.getString(2));
            Server.holds(!rows.next(), "a second row for " + id);
          }
        }
      }
    }
  }

  private static void manyPrepared(Server server) throws SQLException {
    try (Connection connection = server.connect(PREPARED)) {
      List<PreparedStatement> open = new ArrayList<>();
      for (int id = 0; id < 300; ++id) {
        open.add(connection.prepareStatement("select " + id + " + ?"));
      }
      for (int id = 299; id >= 0; --id) {
        open.get(id).setInt(1, 1000);
        try (ResultSet rows = open.get(id).executeQuery()) {
          rows.next();
          Server.equal(1000 + id, rows.getInt(1));
        }
        open.get(id).close();
      }
    }
  }

  private static void preparedAfterError(Server server) throws Exception {
    try (Connection connection = server.connect(PREPARED)) {
      Server.table(connection, "prepared_error_t", "id int primary key");
      Server.refused(() -> connection.prepareStatement("select no_such from prepared_error_t").executeQuery());
      try (PreparedStatement insert = connection.prepareStatement("insert into prepared_error_t values (?)")) {
        insert.setInt(1, 1);
        insert.executeUpdate();
        Server.refused(insert::executeUpdate);
        insert.setInt(1, 2);
        insert.executeUpdate();
      }
      Server.equal("2", Server.value(connection, "select count(*) from prepared_error_t"));
    }
  }

  private static void streamedParameter(Server server) throws SQLException {
    byte[] sent = new byte[300_000];
    for (int at = 0; at < sent.length; ++at) {
      sent[at] = (byte) (at * 31);
    }
    try (Connection connection = server.connect(PREPARED)) {
      Server.table(connection, "stream_t", "id int primary key, data longblob");
      try (PreparedStatement insert = connection.prepareStatement("insert into stream_t values (?, ?)")) {
        insert.setInt(1, 1);
        insert.setBinaryStream(2, new ByteArrayInputStream(sent));
        insert.executeUpdate();
      }
      try (PreparedStatement select = connection.prepareStatement("select data from stream_t where id = ?")) {
        select.setInt(1, 1);
        try (ResultSet rows = select.executeQuery()) {
          rows.next();
          Server.holds(java.util.Arrays.equals(sent, rows.getBytes(1)), "other bytes came back");
        }
      }
    }
  }

  private static void multiQueries(Server server) throws SQLException {
    try (Connection connection = server.connect("allowMultiQueries=true")) {
      Server.table(connection, "multi_t", "id int primary key");
      try (Statement statement = connection.createStatement()) {
        Server.holds(statement.execute("select 1; insert into multi_t values (1), (2); select 'three', 3"), "no rows");
        Server.holds(!statement.getMoreResults(), "rows where a count was due");
        Server.equal(2, statement.getUpdateCount());
        Server.holds(statement.getMoreResults(), "no third result");
        ResultSet rows = statement.getResultSet();
        rows.next();
        Server.equal("three", rows.getString(1));
        Server.holds(!statement.getMoreResults() && statement.getUpdateCount() == -1, "more than three results");
      }
    }
  }

  private static void multiQueriesError(Server server) throws Exception {
    try (Connection connection = server.connect("allowMultiQueries=true")) {
      try (Statement statement = connection.createStatement()) {
        Server.refused(() -> {
          statement.execute("select 1; select * from no_such_table; select 3");
          while (statement.getMoreResults() || statement.getUpdateCount() != -1) {
            Server.holds(true, "");
          }
        });
      }
      Server.equal("4", Server.value(connection, "select 4"));
    }
  }

  private static void generatedKeys(Server server) throws SQLException {
    try (Connection connection = server.connect()) {
      Server.table(connection, "keys_t", "id int primary key auto_increment, name varchar(20)");
      String insert = "insert into keys_t (name) values (?)";
      long last = 0;
      for (int round = 0; round < 3; ++round) {
        try (PreparedStatement one = connection.prepareStatement(insert, Statement.RETURN_GENERATED_KEYS)) {
          one.setString(1, "n" + round);
          one.executeUpdate();
          try (ResultSet keys = one.getGeneratedKeys()) {
            Server.holds(keys.next(), "no key");
            Server.holds(keys.getLong(1) > last, "keys do not grow");
            last = keys.getLong(1);
          }
          Server.equal("n" + round, Server.value(connection, "select name from keys_t where id = " + last));
          Server.equal(String.valueOf(last), Server.value(connection, "select last_insert_id()"));
        }
      }
    }
  }

  private static void localInfile(Server server) throws Exception {
    Path file = Files.createTempFile("mogate-cases", ".csv");
    try (Connection connection = server.connect(server.option("allowLocalInfile=true", "allowLoadLocalInfile=true"))) {
      StringBuilder lines = new StringBuilder();
      for (int id = 1; id <= 5_000; ++id) {
        lines.append(id).append(",name ").append(id).append("\n");
      }
      Files.write(file, lines.toString().getBytes(StandardCharsets.UTF_8));
      Server.table(connection, "infile_t", "id int primary key, name varchar(40)");
      try (Statement statement = connection.createStatement()) {
        statement.executeUpdate("load data local infile '" + file + "' into table infile_t fields terminated by ','");
      }
      Server.equal("5000", Server.value(connection, "select count(*) from infile_t"));
      Server.equal("name 4711", Server.value(connection, "select name from infile_t where id = 4711"));
    } finally {
      Files.delete(file);
    }
  }

  private static void localInfileMissing(Server server) throws Exception {
    try (Connection connection = server.connect(server.option("allowLocalInfile=true", "allowLoadLocalInfile=true"))) {
      Server.table(connection, "infile_missing_t", "id int primary key");
      Server.refused(() -> Server.run(connection, "load data local infile '/no/such/file' into table infile_missing_t"));
      Server.equal("1", Server.value(connection, "select 1"));
    }
  }

  private static void exceptionClasses(Server server) throws Exception {
    try (Connection connection = server.connect()) {
      Server.table(connection, "classes_t", "id int primary key");
      Server.run(connection, "insert into classes_t values (1)");
      SQLException duplicate = Server.refused(() -> Server.run(connection, "insert into classes_t values (1)"));
      Server.equal(1062, duplicate.getErrorCode());
      Server.holds(duplicate instanceof SQLIntegrityConstraintViolationException, "duplicate: " + duplicate.getClass());
      SQLException syntax = Server.refused(() -> Server.run(connection, "selct 1"));
      Server.equal(1064, syntax.getErrorCode());
      Server.holds(syntax instanceof SQLSyntaxErrorException, "syntax: " + syntax.getClass());
      Server.equal("42S02", Server.refused(() -> Server.run(connection, "select * from no_such_t")).getSQLState());
    }
  }

  private static void procedure(Server server) throws SQLException {
    try (Connection connection = server.connect()) {
      Server.run(connection, "drop procedure if exists doubled");
      Server.run(connection, "create procedure doubled(in a int, out b int) begin set b = a * 2; select a, b; end");
      try (CallableStatement call = connection.prepareCall("{call doubled(?, ?)}")) {
        call.setInt(1, 21);
        call.registerOutParameter(2, java.sql.Types.INTEGER);
        call.execute();
        Server.equal(42, call.getInt(2));
      }
    }
  }

  private static void foundRows(Server server) throws SQLException {
    for (boolean affected : new boolean[] {false, true}) {
      try (Connection connection = server.connect("useAffectedRows=" + affected)) {
        Server.table(connection, "found_t", "id int primary key, a int");
        Server.run(connection, "insert into found_t values (1, 1), (2, 1)");
        try (Statement statement = connection.createStatement()) {
          Server.equal(affected ? 0 : 2, statement.executeUpdate("update found_t set a = 1"));
        }
      }
    }
  }

  private static void compressed(Server server, int size) throws SQLException {
    try (Connection connection = server.connect("useCompression=true", PREPARED)) {
      Server.table(connection, "compressed_t", "id int primary key, data longtext");
      String text = "compress me ".repeat(size / 12);
      try (PreparedStatement insert = connection.prepareStatement("insert into compressed_t values (1, ?)")) {
        insert.setString(1, text);
        insert.executeUpdate();
      }
      Server.equal(text.hashCode(), Server.value(connection, "select data from compressed_t").hashCode());
      Server.equal("1", Server.value(connection, "select 1"));
    }
  }

  private static void ping(Server server) throws SQLException {
    try (Connection connection = server.connect()) {
      Server.holds(connection.isValid(5), "not valid");
    }
  }

  private static void warnings(Server server) throws SQLException {
    try (Connection connection = server.connect(); Statement statement = connection.createStatement()) {
      statement.execute("drop table if exists no_such_table_for_a_warning");
      statement.getWarnings();
      Server.equal("1", Server.value(connection, "select 1"));
    }
  }
}
