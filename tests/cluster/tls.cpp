// SPDX-License-Identifier: MIT
// TLS that works: requests through it, versions, names, sessions, the ways in which bytes come.
#include "tests/cluster/tls_cluster.hpp"

#if COODIE_HAS_TLS
#include <fstream>

using namespace tls_tests;
using namespace std::chrono_literals;
using cluster_tests::any_question;
using cluster_tests::ask;
using cluster_tests::eventually;
using cluster_tests::prepared_question;
using tests::tls_proxy_options;

TEST_CASE("tls: requests go through it", "[cluster]") {
  const int version = GENERATE(TLS1_2_VERSION, TLS1_3_VERSION);
  const tls_cluster c({.own = test_ca().issue(tests::local_node()), .oldest = version, .newest = version});
  const attempt made = try_to_connect(c.options());
  INFO(made.message());
  REQUIRE(made.driver != nullptr);
  CHECK(c.proxy.version() == (version == TLS1_2_VERSION ? "TLSv1.2" : "TLSv1.3"));
  for (int i = 0; i < 300; ++i) REQUIRE(ask(*made.driver).rows == 1);
  REQUIRE(ask(*made.driver, prepared_question, {std::string("local")}).rows == 1);
  CHECK(c.proxy.handshakes() == 1);
  CHECK(c.proxy.names_asked() == std::vector<std::string>{"-"});  // an address is not asked for with SNI
}

TEST_CASE("tls: the certificates that are trusted come from memory or a file", "[cluster]") {
  const tls_cluster c;
  const std::string path = "/tmp/" + tests::random_name("coodie_ca") + ".pem";
  std::ofstream(path) << "A comment\n"
                      << tests::authority("another").certificate() << test_ca().certificate();
  coodie::init_options options = c.options();
  options.tls.ca_pem = {};
  options.tls.ca_file = path;
  CHECK(try_to_connect(options).driver != nullptr);
  std::remove(path.c_str());
}

TEST_CASE("tls: a chain with an authority in between", "[cluster]") {
  const tests::authority between = test_ca().issue_authority("between");
  tests::credential own = between.issue(tests::local_node());
  SECTION("that the server sends") {
    own.certificate += between.certificate();
    const tls_cluster c(tls_proxy_options{.own = own});
    CHECK(try_to_connect(c.options()).driver != nullptr);
  }
  SECTION("that is trusted itself") {
    const tls_cluster c(tls_proxy_options{.own = own});
    coodie::init_options options = c.options();
    options.tls.ca_pem = between.certificate();
    CHECK(try_to_connect(options).driver != nullptr);
  }
  SECTION("that nobody knows") {
    const tls_cluster c(tls_proxy_options{.own = own});
    CHECK(try_to_connect(c.options()).code == errc::certificate_rejected);
  }
}

TEST_CASE("tls: a self-signed certificate that is trusted by itself", "[cluster]") {
  const tests::credential own = tests::self_signed(tests::local_node());
  const tls_cluster c(tls_proxy_options{.own = own});
  coodie::init_options options = c.options();
  options.tls.ca_pem = own.certificate;
  CHECK(try_to_connect(options).driver != nullptr);
}

TEST_CASE("tls: a contact point that is a name is held to it, and asks for it", "[cluster]") {
  SECTION("it is in the certificate") {
    tls_cluster c({.own = test_ca().issue({.hosts = {"localhost"}})});
    coodie::init_options options = c.options();
    options.hosts = {"localhost"};
    const attempt made = try_to_connect(options);
    INFO(made.message());
    REQUIRE(made.driver != nullptr);
    // Also later, when the nodes are known by their addresses.
    c.proxy.close_connections();
    CHECK(eventually([&] { return c.proxy.handshakes() == 2 && ask(*made.driver).rows == 1; }));
    CHECK(c.proxy.names_asked() == std::vector<std::string>{"localhost", "localhost"});
  }
  SECTION("that its address is in the certificate does not help") {
    const tls_cluster c({.own = test_ca().issue({.addresses = {"127.0.0.1"}})});
    coodie::init_options options = c.options();
    options.hosts = {"localhost"};
    const attempt made = try_to_connect(options);
    CHECK(made.code == errc::certificate_rejected);
    CHECK(made.message() == "the server's certificate is for 127.0.0.1, not for localhost");
  }
  SECTION("the address is a contact point too") {
    const tls_cluster c({.own = test_ca().issue({.addresses = {"127.0.0.1"}})});
    coodie::init_options options = c.options();
    options.hosts = {"127.0.0.1", "localhost"};
    CHECK(try_to_connect(options).driver != nullptr);
  }
  SECTION("a wildcard") {
    const tls_cluster c({.own = test_ca().issue({.hosts = {"*.example.org"}})});
    coodie::init_options options = c.options();
    options.tls.server_name = "node.example.org";
    CHECK(try_to_connect(options).driver != nullptr);
    options.tls.server_name = "a.node.example.org";
    CHECK(try_to_connect(options).code == errc::certificate_rejected);
  }
}

TEST_CASE("tls: one name for all nodes", "[cluster]") {
  const tls_cluster c({.own = test_ca().issue({.hosts = {"cassandra.example.org"}})});
  coodie::init_options options = c.options();
  options.tls.server_name = "cassandra.example.org";
  CHECK(try_to_connect(options).driver != nullptr);
  CHECK(c.proxy.names_asked() == std::vector<std::string>{"cassandra.example.org"});
  options.tls.server_name = "other.example.org";
  CHECK(try_to_connect(options).code == errc::certificate_rejected);
}

TEST_CASE("tls: discovered nodes are held to their addresses", "[cluster]") {
  const bool good = GENERATE(true, false);
  tests::certificate_options names{.hosts = {"localhost"}, .addresses = {"127.0.0.1"}};
  if (good) names.addresses = {"127.0.0.1", "127.0.0.2", "127.0.0.3"};
  tls_cluster c({.own = test_ca().issue(names)}, {.nodes = 3});
  // Without system.peers_v2 the other nodes have the port of the one that was asked.
  c.server.on({.statement = "system.peers_v2", .times = 0}, cluster_tests::react::error(0x2200));
  coodie::init_options options = c.options();
  const attempt made = try_to_connect(options);
  INFO(made.message());
  REQUIRE(made.driver != nullptr);
  c.server.clear_requests();
  for (int i = 0; i < 9; ++i) CHECK(ask(*made.driver).rows == 1);
  std::set<std::size_t> nodes;
  for (const auto& request : c.server.requests(coodie::protocol::opcode::query)) nodes.insert(request.node);
  CHECK(nodes == (good ? std::set<std::size_t>{0, 1, 2} : std::set<std::size_t>{0}));
  if (good) return;
  c.server.stop_node(0);
  c.proxy.close_connections(true);
  REQUIRE(eventually([&] { return ask(*made.driver).code == errc::no_host_available; }));
  const auto ended = ask(*made.driver);
  std::string reasons;
  for (const auto& each : ended.diag.attempts()) reasons += each.reason + "\n";
  CHECK(reasons.find("not for 127.0.0.2") != std::string::npos);
}

TEST_CASE("tls: what is not asked for is not checked", "[cluster]") {
  const tls_cluster other({.own = test_ca().issue({.hosts = {"other.example.org"}})});
  coodie::init_options options = other.options();
  options.tls.verification = coodie::tls_verification::chain_only;
  CHECK(try_to_connect(options).driver != nullptr);

  const tls_cluster unknown({.own = tests::self_signed({.valid_until = -60})});
  options = unknown.options();
  options.tls.verification = coodie::tls_verification::chain_only;
  CHECK(try_to_connect(options).code == errc::certificate_rejected);
  options.tls.verification = coodie::tls_verification::insecure_none;
  CHECK(try_to_connect(options).driver != nullptr);
}

TEST_CASE("tls: a client's certificate, and its key behind a passphrase", "[cluster]") {
  const int version = GENERATE(TLS1_2_VERSION, TLS1_3_VERSION);
  const tests::authority clients("clients");
  const tls_cluster c({.own = test_ca().issue(tests::local_node()),
                       .client_ca = clients.certificate(),
                       .oldest = version,
                       .newest = version});
  const tests::credential own = clients.issue({.name = "me"});
  const std::string locked = tests::encrypt_key(own.key, "open sesame");
  coodie::init_options options = c.options();
  options.tls.certificate_pem = own.certificate;
  SECTION("its key") { options.tls.key_pem = own.key; }
  SECTION("its encrypted key") {
    options.tls.key_pem = locked;
    options.tls.key_passphrase = "open sesame";
  }
  const std::string both = own.certificate + own.key;
  SECTION("both in one") { options.tls.certificate_pem = both; }
  const attempt made = try_to_connect(options);
  INFO(made.message());
  REQUIRE(made.driver != nullptr);
  CHECK(ask(*made.driver).rows == 1);
}

TEST_CASE("tls: a node that is connected to again takes the session", "[cluster]") {
  const int version = GENERATE(TLS1_2_VERSION, TLS1_3_VERSION);
  const bool wanted = GENERATE(true, false);
  tls_cluster c({.own = test_ca().issue(tests::local_node()), .oldest = version, .newest = version});
  coodie::init_options options = c.options();
  options.tls.session_resumption = wanted;
  const attempt made = try_to_connect(options);
  REQUIRE(made.driver != nullptr);
  CHECK(c.proxy.resumed() == 0);
  for (std::size_t again = 1; again <= 3; ++again) {
    c.proxy.close_connections(again == 2);
    REQUIRE(eventually([&] { return c.proxy.handshakes() == again + 1; }));
    REQUIRE(eventually([&] { return ask(*made.driver).rows == 1; }));
    CHECK(c.proxy.resumed() == (wanted ? again : 0));
  }
}

TEST_CASE("tls: a server without sessions is connected to again", "[cluster]") {
  tls_cluster c(tls_proxy_options{.own = test_ca().issue(tests::local_node()), .tickets = false});
  const attempt made = try_to_connect(c.options());
  REQUIRE(made.driver != nullptr);
  c.proxy.close_connections();
  REQUIRE(eventually([&] { return c.proxy.handshakes() == 2 && ask(*made.driver).rows == 1; }));
  CHECK(c.proxy.resumed() == 0);
}

TEST_CASE("tls: large pages and large values", "[cluster]") {
  tls_cluster c;
  REQUIRE(c.server.execute("CREATE KEYSPACE k WITH replication = {'class': 'SimpleStrategy', "
                           "'replication_factor': 1}") == "");
  REQUIRE(c.server.execute("CREATE TABLE k.t (id int PRIMARY KEY, body blob)") == "");
  const attempt made = try_to_connect(c.options());
  REQUIRE(made.driver != nullptr);
  for (std::int32_t id = 0; id < 8; ++id) {
    std::vector<std::byte> body(std::size_t{1} << (id * 3), std::byte(id));
    REQUIRE(
        !ask(*made.driver, "INSERT INTO k.t (id, body) VALUES (?, ?)", {id, std::span<const std::byte>(body)})
             .code);
  }
  std::size_t bytes = 0;
  coodie::error_code ec;
  coodie::diagnostics diag;
  const auto rows = made.driver->execute("SELECT id, body FROM k.t", {}, {}, ec, diag);
  REQUIRE(!ec);
  for (auto row : rows) {
    const auto body = row.get<std::vector<std::byte>>("body");
    const auto id = row.get<std::int32_t>("id");
    CHECK(body.size() == std::size_t{1} << (id * 3));
    bytes += body.size();
    CHECK(std::all_of(body.begin(), body.end(), [&](std::byte b) { return b == std::byte(id); }));
  }
  CHECK(bytes == 2396745);
}

TEST_CASE("tls: bytes that come one at a time", "[cluster]") {
  const tls_cluster c;
  const tests::byte_relay slow(c.proxy.port(), {.piece = 1});
  coodie::init_options options = c.options();
  options.port = slow.port();
  const attempt made = try_to_connect(options);
  INFO(made.message());
  REQUIRE(made.driver != nullptr);
  for (int i = 0; i < 5; ++i) CHECK(ask(*made.driver).rows == 1);
}

TEST_CASE("tls: on the program's own event loop", "[cluster]") {
  const tls_cluster c;
  asio::io_context context;
  coodie::init_options options = c.options();
  options.driver_type = "acsylla";
  options.executor = context;
  const attempt made = try_to_connect(options);
  REQUIRE(made.driver != nullptr);
  std::size_t rows = 0;
  for (int i = 0; i < 100; ++i)
    made.driver->execute_async(
        any_question, {}, {}, [&](coodie::error_code, const coodie::result& found) { rows += found.size(); });
  for (int i = 0; i < 1000 && rows < 100; ++i) context.run_one_for(10ms);
  CHECK(rows == 100);
}

TEST_CASE("tls: a context of the program's", "[cluster]") {
  const tls_cluster c;
  SSL_CTX* const context = SSL_CTX_new(TLS_client_method());
  coodie::init_options options{.hosts = c.hosts, .port = c.proxy.port()};
  options.tls = {.enabled = true, .context = context};
  const attempt without_trust = try_to_connect(options);
  CHECK(without_trust.code == errc::certificate_rejected);  // it is verified all the same

  BIO* const pem = BIO_new_mem_buf(test_ca().certificate().data(), -1);
  X509* const ca = PEM_read_bio_X509(pem, nullptr, nullptr, nullptr);
  X509_STORE_add_cert(SSL_CTX_get_cert_store(context), ca);
  X509_free(ca);
  BIO_free(pem);
  const attempt made = try_to_connect(options);
  REQUIRE(made.driver != nullptr);
  CHECK(SSL_CTX_get_verify_mode(context) == SSL_VERIFY_NONE);  // nothing in it was changed
  SSL_CTX_free(context);
  CHECK(ask(*made.driver).rows == 1);
}

TEST_CASE("tls: what fails in the program on the same thread is left alone", "[cluster]") {
  ERR_clear_error();
  ERR_raise(ERR_LIB_USER, 42);
  {
    const tls_cluster c;
    const attempt made = try_to_connect(c.options());
    REQUIRE(made.driver != nullptr);
    CHECK(ask(*made.driver).rows == 1);
  }
  ERR_clear_error();
}
#endif
