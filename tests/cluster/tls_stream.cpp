// SPDX-License-Identifier: MIT
// tls_stream against a server in memory: no sockets, every byte under control.
#include "cluster/tls.hpp"

#include <algorithm>
#include <set>
#include <string>

#include "tests/cluster/tls_cluster.hpp"

#if COODIE_HAS_TLS

using coodie::cluster_detail::tls_context;
using coodie::cluster_detail::tls_peer;
using coodie::cluster_detail::tls_stream;
using tls_tests::errc;
using tls_tests::test_ca;

namespace {

/// A server of OpenSSL between two buffers.
class memory_server {
 public:
  explicit memory_server(int version = 0, int tickets = 2) : context_(SSL_CTX_new(TLS_server_method())) {
    const tests::credential own = test_ca().issue(tests::local_node());
    load(own);
    SSL_CTX_set_min_proto_version(context_, version);
    SSL_CTX_set_max_proto_version(context_, version);
    SSL_CTX_set_num_tickets(context_, static_cast<std::size_t>(tickets));
    static constexpr unsigned char id[] = "coodie";
    SSL_CTX_set_session_id_context(context_, id, sizeof id - 1);
    restart();
  }
  ~memory_server() {
    SSL_free(ssl_);
    SSL_CTX_free(context_);
  }
  memory_server(const memory_server&) = delete;
  memory_server& operator=(const memory_server&) = delete;

  void restart() {
    SSL_free(ssl_);
    ssl_ = SSL_new(context_);
    SSL_set_bio(ssl_, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    SSL_set_accept_state(ssl_);
  }
  void take(std::span<const std::byte> bytes) {
    BIO_write(SSL_get_rbio(ssl_), bytes.data(), static_cast<int>(bytes.size()));
  }
  void handshake() { SSL_do_handshake(ssl_); }
  std::string output() {
    char* bytes = nullptr;
    const long size = BIO_get_mem_data(SSL_get_wbio(ssl_), &bytes);
    std::string taken(bytes, static_cast<std::size_t>(size));
    static_cast<void>(BIO_reset(SSL_get_wbio(ssl_)));
    return taken;
  }
  std::string read() {
    std::string all(1 << 20, '\0');
    std::size_t have = 0, n = 0;
    while (have < all.size() && SSL_read_ex(ssl_, all.data() + have, all.size() - have, &n) == 1) have += n;
    all.resize(have);
    return all;
  }
  void write(std::string_view text) { SSL_write(ssl_, text.data(), static_cast<int>(text.size())); }
  [[nodiscard]] SSL* native() { return ssl_; }

 private:
  void load(const tests::credential& own) {
    BIO* bio = BIO_new_mem_buf(own.certificate.data(), -1);
    X509* certificate = PEM_read_bio_X509(bio, nullptr, nullptr, nullptr);
    SSL_CTX_use_certificate(context_, certificate);
    X509_free(certificate);
    BIO_free(bio);
    bio = BIO_new_mem_buf(own.key.data(), -1);
    EVP_PKEY* key = PEM_read_bio_PrivateKey(bio, nullptr, nullptr, nullptr);
    SSL_CTX_use_PrivateKey(context_, key);
    EVP_PKEY_free(key);
    BIO_free(bio);
  }

  SSL_CTX* context_;
  SSL* ssl_ = nullptr;
};

std::shared_ptr<tls_context> trusting(coodie::tls_options options = {}) {
  options.enabled = true;
  options.ca_pem = test_ca().certificate();
  std::string why;
  auto made = tls_context::make(options, why);
  INFO(why);
  REQUIRE(made != nullptr);
  return made;
}

tls_peer local() { return {.where = "127.0.0.1:9042", .address = "127.0.0.1", .names = {}}; }

/// Hands bytes to the stream in pieces, with the handshake after each; what is decrypted.
std::string feed(tls_stream& to, std::string_view bytes, std::size_t piece) {
  std::string plain;
  for (std::size_t at = 0; at < bytes.size() && to.error() == errc::ok; at += piece) {
    const std::string_view part = bytes.substr(at, piece);
    const auto space = to.input_space();
    REQUIRE(space.size() >= part.size());
    std::memcpy(space.data(), part.data(), part.size());
    to.received(part.size());
    if (!to.established()) to.handshake();
    std::byte got[4096];
    while (to.established()) {
      const std::size_t n = to.decrypt(got);
      if (n == 0) break;
      plain.append(reinterpret_cast<const char*>(got), n);
    }
  }
  return plain;
}

void move_output(tls_stream& from, memory_server& to) {
  to.take(from.output());
  from.sent(from.output().size());
}

/// Both sides take turns until nothing more is said.
std::string talk(tls_stream& client, memory_server& server, std::size_t piece = 16 * 1024) {
  std::string plain;
  client.handshake();
  for (int i = 0; i < 20; ++i) {
    move_output(client, server);
    server.handshake();
    const std::string said = server.output();
    if (said.empty() && client.output().empty()) break;
    plain += feed(client, said, piece);
  }
  return plain;
}

std::span<const std::byte> bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}

}  // namespace

TEST_CASE("tls_stream: bytes in pieces of any size", "[cluster]") {
  const int version = GENERATE(TLS1_2_VERSION, TLS1_3_VERSION);
  const std::size_t piece = GENERATE(1U, 2U, 5U, 6U, 100U, 16384U);
  memory_server server(version);
  tls_stream client(trusting(), local());
  CHECK(talk(client, server, piece).empty());
  REQUIRE(client.established());

  std::string question(100'000, 'q');
  std::string_view left = question;
  std::string taken;
  while (!left.empty()) {
    const std::size_t n = client.encrypt(bytes_of(left));
    REQUIRE(n > 0);
    CHECK(n <= 64 * 1024);
    left.remove_prefix(n);
    move_output(client, server);
    taken += server.read();
  }
  CHECK(taken == question);
  const std::string answer(100'000, 'a');
  server.write(answer);
  CHECK(feed(client, server.output(), piece) == answer);
  CHECK(client.error() == errc::ok);
}

TEST_CASE("tls_stream: a server that ends in order, and one that does not", "[cluster]") {
  memory_server server;
  tls_stream client(trusting(), local());
  static_cast<void>(talk(client, server));
  REQUIRE(client.established());
  SECTION("in order") {
    server.write("last words");
    SSL_shutdown(server.native());
    CHECK(feed(client, server.output(), 3) == "last words");
    CHECK(client.ended());
    CHECK(client.error() == errc::ok);
  }
  SECTION("a record that was changed") {
    server.write("text");
    std::string bytes = server.output();
    bytes.back() = static_cast<char>(bytes.back() ^ 1);
    CHECK(feed(client, bytes, 100).empty());
    CHECK(client.error() == errc::tls_failed);
    CHECK_FALSE(client.ended());
    CHECK(client.encrypt(bytes_of("more")) == 0);
    CHECK_FALSE(client.output().empty());  // an alert
  }
  SECTION("plain bytes in between") {
    CHECK(feed(client, "HTTP/1.1 400 Bad Request", 100).empty());
    CHECK(client.error() == errc::tls_failed);
  }
  SECTION("it stays what it is when asked again") {
    static_cast<void>(feed(client, std::string(100, '\0'), 100));
    const std::string text = client.text();
    static_cast<void>(client.decrypt({}));
    client.handshake();
    client.input_ended();
    CHECK(client.text() == text);
  }
}

TEST_CASE("tls_stream: says goodbye", "[cluster]") {
  memory_server server;
  {
    tls_stream client(trusting(), local());
    client.say_goodbye();  // too early: nothing to say
    CHECK(client.output().empty());
    static_cast<void>(talk(client, server));
    client.say_goodbye();
    move_output(client, server);
  }
  CHECK(server.read().empty());
  CHECK((SSL_get_shutdown(server.native()) & SSL_RECEIVED_SHUTDOWN) != 0);
}

TEST_CASE("tls_stream: sessions are by node, and copies", "[cluster]") {
  const int version = GENERATE(TLS1_2_VERSION, TLS1_3_VERSION);
  memory_server server(version);
  const auto context = trusting();
  const auto connect = [&](const tls_peer& peer) {
    server.restart();
    tls_stream client(context, peer);
    static_cast<void>(talk(client, server));
    REQUIRE(client.established());
    server.write("hello");
    static_cast<void>(feed(client, server.output(), 1000));
    return SSL_session_reused(server.native()) == 1;
  };
  CHECK_FALSE(connect(local()));
  CHECK(connect(local()));
  CHECK(connect(local()));
  tls_peer other = local();
  other.where = "127.0.0.1:9043";
  CHECK_FALSE(connect(other));
  CHECK(connect(other));
}

TEST_CASE("tls_stream: a resumed session does not prove another name", "[cluster]") {
  memory_server server;
  const auto context = trusting();
  {
    tls_stream client(context, local());
    static_cast<void>(talk(client, server));
    REQUIRE(client.established());
  }
  server.restart();
  tls_peer named = local();
  named.names = {"db.example.org"};
  named.address_counts = false;
  tls_stream client(context, named);
  static_cast<void>(talk(client, server));
  CHECK_FALSE(client.established());
  CHECK(client.error() == errc::certificate_rejected);
}

TEST_CASE("tls_stream: more nodes than sessions are kept for", "[cluster]") {
  memory_server server(TLS1_2_VERSION);
  const auto context = trusting();
  for (int i = 0; i < 1100; ++i) {
    server.restart();
    tls_peer peer = local();
    peer.where = std::to_string(i);
    tls_stream client(context, peer);
    static_cast<void>(talk(client, server));
    REQUIRE(client.established());
  }
}

TEST_CASE("tls_stream: a server cannot make it owe without end", "[cluster]") {
  memory_server server(TLS1_3_VERSION);
  tls_stream client(trusting(), local());
  static_cast<void>(talk(client, server));
  REQUIRE(client.established());
  // Each KeyUpdate wants an answer; the server never takes one.
  for (int i = 0; i < 200'000 && client.error() == errc::ok; ++i) {
    SSL_key_update(server.native(), SSL_KEY_UPDATE_REQUESTED);
    server.write("x");
    static_cast<void>(feed(client, server.output(), 16 * 1024));
  }
  CHECK(client.error() == errc::tls_failed);
  CHECK(client.text() == "the server makes TLS answer more than it reads");
  CHECK(client.output().size() < 1100 * 1024);
}

TEST_CASE("tls_stream: renegotiation is refused", "[cluster]") {
  memory_server server(TLS1_2_VERSION);
  tls_stream client(trusting(), local());
  static_cast<void>(talk(client, server));
  REQUIRE(client.established());
  SSL_renegotiate(server.native());
  server.handshake();
  const std::string plain = feed(client, server.output(), 1000);
  CHECK(plain.empty());
  move_output(client, server);
  CHECK(server.read().empty());
  CHECK(SSL_session_reused(server.native()) == 0);
  // It goes on as it was, or ends: it does not shake hands again.
  CHECK((client.error() == errc::ok || client.error() == errc::tls_failed));
}

TEST_CASE("tls_stream: random bytes end it", "[cluster]") {
  std::uint32_t random = 12345;
  for (int round = 0; round < 300; ++round) {
    tls_stream client(trusting(), local());
    client.handshake();
    std::string bytes = "\x16\x03\x03";
    for (int i = 0; i < 200; ++i)
      bytes += static_cast<char>((random = random * 1664525U + 1013904223U) >> 24U);
    bytes[3] = 0;
    static_cast<void>(feed(client, bytes, 1 + static_cast<std::size_t>(round) % 50));
    CHECK_FALSE(client.established());
    client.input_ended();
    CHECK(client.error() != errc::ok);
    CHECK_FALSE(client.text().empty());
  }
}
#endif
