#include "unit/proxy/net/leg_fixture.h"

#include <openssl/ssl.h>

#include <fcntl.h>
#include <future>
#include <thread>

namespace mogate::proxy {
namespace {

struct ContextDelete {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
using Context = std::unique_ptr<SSL_CTX, ContextDelete>;

// Without certificates: what is tested is how records are read, not whose they are.
Context anonymous(const SSL_METHOD* method) {
  Context context(SSL_CTX_new(method));
  SSL_CTX_set_max_proto_version(context.get(), TLS1_2_VERSION);
  EXPECT_EQ(SSL_CTX_set_cipher_list(context.get(), "aNULL:@SECLEVEL=0"), 1);
  SSL_CTX_set_dh_auto(context.get(), 1);
  SSL_CTX_set_read_ahead(context.get(), 1);
  return context;
}

class LegTlsTest : public test::LegTest {
 protected:
  // Runs `body` once both sides have shaken hands.
  void run_secure(const Body& body) {
    auto server = anonymous(TLS_server_method());
    auto client = anonymous(TLS_client_method());
    ::fcntl(far_.get(), F_SETFL, 0);
    SslPtr far(SSL_new(client.get()));
    SSL_set_fd(far.get(), far_.get());
    auto connected = std::async(std::launch::async, [&] { return SSL_connect(far.get()); });
    run([&]() -> Task<void> {
      auto error = co_await leg_.start_tls(server.get(), true);
      EXPECT_FALSE(error);
      EXPECT_EQ(connected.get(), 1);
      far_tls_ = far.get();
      co_await body();
      leg_.close();
    });
  }
  void send_record(std::string_view text) {
    EXPECT_EQ(SSL_write(far_tls_, text.data(), static_cast<int>(text.size())), static_cast<int>(text.size()));
  }
  // Until the loop has told everything that happened so far.
  Task<void> one_turn() {
    Readiness turn;
    reactor_.post([&] { turn.raise(event::stop); });
    co_await turn.wait(event::stop);
  }

  SSL* far_tls_ = nullptr;
};

// The second record comes out of the TLS layer without a look at the socket, to which a third has come.
TEST_F(LegTlsTest, what_comes_while_records_wait_in_the_tls_layer_is_not_missed) {
  run_secure([&]() -> Task<void> {
    send_record("first");
    send_record("second");
    EXPECT_EQ(co_await read(100), "first");
    send_record("third");
    co_await one_turn();
    EXPECT_EQ(co_await read(100), "second");
    EXPECT_TRUE(readable());
    bool goes_on = readable();  // else the next read would wait for ever
    std::string third = goes_on ? "" : "third";
    if (goes_on) third = co_await read(100);
    EXPECT_EQ(third, "third");
  });
}

TEST_F(LegTlsTest, is_not_readable_once_the_last_record_was_read) {
  run_secure([&]() -> Task<void> {
    send_record("one");
    EXPECT_EQ(co_await read(100), "one");
    EXPECT_FALSE(readable());
  });
}

}  // namespace
}  // namespace mogate::proxy
