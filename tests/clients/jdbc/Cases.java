import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Named cases for either JDBC driver: prints "PASS name" or "FAIL name: why" for each.
 *
 * <p>usage: Cases mariadb|mysql HOST PORT USER PASSWORD DATABASE
 */
public final class Cases {
  private static final int LIMIT_SECONDS = 60;

  interface Case {
    void run(Server server) throws Exception;
  }

  private static Map<String, Case> all() {
    Map<String, Case> cases = new LinkedHashMap<>();
    StatementCases.add(cases);
    CursorCases.add(cases);
    BatchCases.add(cases);
    TransactionCases.add(cases);
    ValueCases.add(cases);
    CancelCases.add(cases);
    PoolCases.add(cases);
    MetadataCases.add(cases);
    return cases;
  }

  private static String text(Throwable error) {
    StringBuilder all = new StringBuilder();
    for (Throwable at = error; at != null && all.length() < 600; at = at.getCause()) {
      all.append(all.length() == 0 ? "" : " <- ").append(at);
    }
    return all.toString().replaceAll("\\s+", " ");
  }

  /** What went wrong, or nothing. A case that hangs is left to its thread, which is a daemon. */
  private static String failure(ExecutorService threads, Case one, Server server) throws InterruptedException {
    Future<?> running = threads.submit(() -> {
      one.run(server);
      return null;
    });
    try {
      running.get(LIMIT_SECONDS, TimeUnit.SECONDS);
      return "";
    } catch (ExecutionException error) {
      return text(error.getCause());
    } catch (TimeoutException hangs) {
      running.cancel(true);
      return "it did not end within " + LIMIT_SECONDS + " s";
    }
  }

  public static void main(String[] arguments) throws Exception {
    Server server = new Server(arguments);
    ExecutorService threads = Executors.newCachedThreadPool(work -> {
      Thread thread = new Thread(work);
      thread.setDaemon(true);
      return thread;
    });
    for (Map.Entry<String, Case> entry : all().entrySet()) {
      long begin = System.nanoTime();
      String wrong = failure(threads, entry.getValue(), server);
      System.out.println(wrong.isEmpty() ? "PASS " + entry.getKey() : "FAIL " + entry.getKey() + ": " + wrong);
      System.out.println("     after " + (System.nanoTime() - begin) / 1_000_000 + " ms");
    }
    System.exit(0);
  }
}
