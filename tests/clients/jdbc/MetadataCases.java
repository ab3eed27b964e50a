import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ParameterMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.TreeSet;

/** What drivers and tools ask about tables and results. */
final class MetadataCases {
  static void add(Map<String, Cases.Case> cases) {
    cases.put("metadata, tables", MetadataCases::tables);
    cases.put("metadata, columns", MetadataCases::columns);
    cases.put("metadata, primary keys", MetadataCases::primaryKeys);
    cases.put("metadata, indexes", MetadataCases::indexes);
    cases.put("metadata, foreign keys", MetadataCases::foreignKeys);
    cases.put("metadata, databases", MetadataCases::databases);
    cases.put("metadata, of a result", MetadataCases::ofResult);
    cases.put("metadata, of parameters", MetadataCases::ofParameters);
    cases.put("metadata, of the server", MetadataCases::ofServer);
    cases.put("updatable result", MetadataCases::updatable);
  }

  private static Connection connect(Server server) throws SQLException {
    Connection connection = server.connect();
    Server.run(connection, "create table if not exists meta_parent (id int primary key, name varchar(30) not null)");
    Server.run(connection, "create table if not exists meta_child (id int primary key, parent int, amount decimal(10,2), "
               + "key by_amount (amount), constraint belongs foreign key (parent) references meta_parent (id))");
    return connection;
  }

  private interface Question {
    ResultSet ask(DatabaseMetaData data) throws SQLException;
  }

  private static TreeSet<String> answers(Server server, String column, Question question) throws SQLException {
    TreeSet<String> found = new TreeSet<>();
    try (Connection connection = connect(server); ResultSet rows = question.ask(connection.getMetaData())) {
      while (rows.next()) {
        found.add(String.valueOf(rows.getString(column)).toLowerCase());
      }
    }
    return found;
  }

  private static void tables(Server server) throws SQLException {
    Server.equal("[meta_child, meta_parent]",
                 answers(server, "TABLE_NAME",
                         data -> data.getTables(server.database, null, "meta\\_%", new String[] {"TABLE"})).toString());
  }

  private static void columns(Server server) throws SQLException {
    Server.equal("[amount, id, parent]",
                 answers(server, "COLUMN_NAME", data -> data.getColumns(server.database, null, "meta_child", "%"))
                     .toString());
  }

  private static void primaryKeys(Server server) throws SQLException {
    Server.equal("[id]", answers(server, "COLUMN_NAME",
                                 data -> data.getPrimaryKeys(server.database, null, "meta_parent")).toString());
  }

  private static void indexes(Server server) throws SQLException {
    Server.holds(answers(server, "INDEX_NAME",
                         data -> data.getIndexInfo(server.database, null, "meta_child", false, true))
                     .contains("by_amount"), "no index by_amount");
  }

  private static void foreignKeys(Server server) throws SQLException {
    Server.equal("[meta_parent]", answers(server, "PKTABLE_NAME",
                                          data -> data.getImportedKeys(server.database, null, "meta_child")).toString());
  }

  private static void databases(Server server) throws SQLException {
    Server.holds(answers(server, "TABLE_CAT", DatabaseMetaData::getCatalogs).contains(server.database), "not listed");
  }

  private static void ofResult(Server server) throws SQLException {
    try (Connection connection = connect(server); Statement statement = connection.createStatement();
         ResultSet rows = statement.executeQuery("select c.id as first, c.amount, 1 + 1 from meta_child c")) {
      ResultSetMetaData data = rows.getMetaData();
      Server.equal(3, data.getColumnCount());
      Server.equal("first", data.getColumnLabel(1));
      Server.equal("id", data.getColumnName(1));
      Server.equal("meta_child", data.getTableName(1));
      Server.equal(java.sql.Types.INTEGER, data.getColumnType(1));
      Server.equal(java.sql.Types.DECIMAL, data.getColumnType(2));
      Server.equal(2, data.getScale(2));
    }
  }

  private static void ofParameters(Server server) throws SQLException {
    try (Connection connection = server.connect("useServerPrepStmts=true");
         PreparedStatement statement = connection.prepareStatement("select ?, ? + 1, ?")) {
      ParameterMetaData data = statement.getParameterMetaData();
      Server.equal(3, data.getParameterCount());
    }
  }

  private static void ofServer(Server server) throws SQLException {
    try (Connection connection = connect(server)) {
      DatabaseMetaData data = connection.getMetaData();
      Server.holds(!data.getDatabaseProductVersion().isEmpty(), "no version");
      Server.holds(data.getUserName().startsWith(server.user), "user " + data.getUserName());
      Server.holds(data.supportsTransactions(), "no transactions");
    }
  }

  private static void updatable(Server server) throws SQLException {
    try (Connection connection = server.connect()) {
      Server.table(connection, "updatable_t", "id int primary key, name varchar(20)");
      Server.run(connection, "insert into updatable_t values (1, 'a'), (2, 'b')");
      try (Statement statement = connection.createStatement(ResultSet.TYPE_SCROLL_INSENSITIVE, ResultSet.CONCUR_UPDATABLE);
           ResultSet rows = statement.executeQuery("select id, name from updatable_t order by id")) {
        rows.next();
        rows.updateString(2, "changed");
        rows.updateRow();
      }
      Server.equal("changed", Server.value(connection, "select name from updatable_t where id = 1"));
    }
  }
}
