import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;

/** Values of every type in both row formats, large ones, and time zones. */
final class ValueCases {
  private static final String TEXT = "useServerPrepStmts=false";
  private static final String BINARY = "useServerPrepStmts=true";

  static void add(Map<String, Cases.Case> cases) {
    for (String option : new String[] {TEXT, BINARY}) {
      String format = option.equals(TEXT) ? " as text" : " in binary";
      cases.put("integers" + format, server -> integers(server, option));
      cases.put("fractions" + format, server -> fractions(server, option));
      cases.put("dates and times" + format, server -> dates(server, option));
      cases.put("strings and bytes" + format, server -> strings(server, option));
      cases.put("NULL of each type" + format, server -> nulls(server, option));
      cases.put("row of 18 MB" + format, server -> large(server, option, 18_000_000));
    }
    cases.put("200 columns", ValueCases::manyColumns);
    cases.put("time zone of the connection", ValueCases::timeZone);
  }

  private interface Check {
    void run(ResultSet rows) throws SQLException;
  }

  /** Inserts one row by parameters and reads it back in the option's format. */
  private static void roundTrip(Server server, String option, String columns, Object[] values, Check check)
      throws SQLException {
    try (Connection connection = server.connect(option)) {
      Server.table(connection, "value_t", columns);
      String marks = String.join(",", java.util.Collections.nCopies(values.length, "?"));
      try (PreparedStatement insert = connection.prepareStatement("insert into value_t values (" + marks + ")")) {
        for (int at = 0; at < values.length; ++at) {
          insert.setObject(at + 1, values[at]);
        }
        insert.executeUpdate();
      }
      try (PreparedStatement select = connection.prepareStatement("select * from value_t");
           ResultSet rows = select.executeQuery()) {
        Server.holds(rows.next(), "no row");
        check.run(rows);
      }
    }
  }

  private static void integers(Server server, String option) throws SQLException {
    String most = "18446744073709551615";
    roundTrip(server, option,
              "a tinyint, b smallint, c int, d bigint, e bigint unsigned, f int unsigned, g bool",
              new Object[] {-128, -32768, Integer.MIN_VALUE, Long.MIN_VALUE, most, 4294967295L, true}, rows -> {
                Server.equal(-128, rows.getInt(1));
                Server.equal(-32768, rows.getInt(2));
                Server.equal(Integer.MIN_VALUE, rows.getInt(3));
                Server.equal(Long.MIN_VALUE, rows.getLong(4));
                Server.equal(most, rows.getString(5));
                Server.equal(4294967295L, rows.getLong(6));
                Server.equal(true, rows.getBoolean(7));
              });
  }

  private static void fractions(Server server, String option) throws SQLException {
    BigDecimal exact = new BigDecimal("-12345678901234567890.123456789");
    roundTrip(server, option, "a float, b double, c decimal(38,9)", new Object[] {1.5f, -2.25e100, exact}, rows -> {
      Server.equal(1.5f, rows.getFloat(1));
      Server.equal(-2.25e100, rows.getDouble(2));
      Server.equal(exact, rows.getBigDecimal(3));
    });
  }

  private static void dates(Server server, String option) throws SQLException {
    LocalDateTime moment = LocalDateTime.of(2024, 2, 29, 23, 59, 58, 123_456_000);
    roundTrip(server, option, "a date, b datetime(6), c time(6), d datetime",
              new Object[] {LocalDate.of(1970, 1, 2), moment, LocalTime.of(12, 34, 56, 789_000_000),
                            moment.withNano(0)},
              rows -> {
                Server.equal(LocalDate.of(1970, 1, 2), rows.getObject(1, LocalDate.class));
                Server.equal(moment, rows.getObject(2, LocalDateTime.class));
                Server.equal(LocalTime.of(12, 34, 56, 789_000_000), rows.getObject(3, LocalTime.class));
                Server.equal(moment.withNano(0), rows.getObject(4, LocalDateTime.class));
              });
  }

  private static void strings(Server server, String option) throws SQLException {
    byte[] bytes = new byte[256];
    for (int at = 0; at < bytes.length; ++at) {
      bytes[at] = (byte) at;
    }
    String hard = "quote ' \" back \\ nul \u0000 line \n ä日😀 %_";
    roundTrip(server, option, "a varchar(100), b text, c varbinary(300), d blob, e char(10), f enum('x','y')",
              new Object[] {hard, hard, bytes, bytes, "abc", "y"}, rows -> {
                Server.equal(hard, rows.getString(1));
                Server.equal(hard, rows.getString(2));
                Server.holds(Arrays.equals(bytes, rows.getBytes(3)), "varbinary");
                Server.holds(Arrays.equals(bytes, rows.getBytes(4)), "blob");
                Server.equal("abc", rows.getString(5));
                Server.equal("y", rows.getString(6));
              });
  }

  private static void nulls(Server server, String option) throws SQLException {
    roundTrip(server, option, "a int, b double, c decimal(10,2), d datetime, e varchar(10), f blob, g date, h bigint, i json",
              new Object[9], rows -> {
                for (int at = 1; at <= 9; ++at) {
                  Server.equal(null, rows.getObject(at));
                  Server.holds(rows.wasNull(), "wasNull of column " + at);
                }
              });
  }

  private static void large(Server server, String option, int size) throws SQLException {
    byte[] sent = new byte[size];
    new Random(7).nextBytes(sent);
    roundTrip(server, option, "a longblob", new Object[] {sent},
              rows -> Server.holds(Arrays.equals(sent, rows.getBytes(1)), "other bytes came back"));
  }

  private static void manyColumns(Server server) throws SQLException {
    StringBuilder columns = new StringBuilder("c0 int");
    StringBuilder values = new StringBuilder("0");
    for (int at = 1; at < 200; ++at) {
      columns.append(", c").append(at).append(" int");
      values.append(", ").append(at);
    }
    try (Connection connection = server.connect(BINARY)) {
      Server.table(connection, "wide_t", columns.toString());
      Server.run(connection, "insert into wide_t values (" + values + ")");
      try (PreparedStatement select = connection.prepareStatement("select * from wide_t");
           ResultSet rows = select.executeQuery()) {
        rows.next();
        for (int at = 0; at < 200; ++at) {
          Server.equal(at, rows.getInt("c" + at));
        }
      }
    }
  }

  private static void timeZone(Server server) throws SQLException {
    try (Connection west = server.connect("sessionVariables=time_zone='-05:00'");
         Connection east = server.connect("sessionVariables=time_zone='-02:00'")) {
      Server.table(west, "zone_t", "at timestamp");
      Server.run(west, "insert into zone_t values ('2024-07-01 12:00:00')");
      Server.equal("2024-07-01 15:00:00", Server.value(east, "select cast(at as char) from zone_t").substring(0, 19));
      Server.equal("2024-07-01 12:00:00", Server.value(west, "select cast(at as char) from zone_t").substring(0, 19));
    }
  }
}
