// SPDX-License-Identifier: MIT
// TLS and passwords on real Cassandra, which tools/cassandra has started with CASSANDRA_TLS and
// CASSANDRA_AUTHENTICATOR=PasswordAuthenticator. COODIE_TEST_TLS says which way, COODIE_TEST_TLS_DIR where
// its certificates are.
#include "tests/cluster/tls_cluster.hpp"

#if COODIE_HAS_TLS
#include <cstdlib>

using namespace tls_tests;
using cluster_tests::ask;

namespace {

std::string setting(const char* name) {
  const char* value = std::getenv(name);
  REQUIRE(value != nullptr);
  return value;
}

struct secured_cassandra {
  std::string mode = setting("COODIE_TEST_TLS");
  std::string folder = setting("COODIE_TEST_TLS_DIR");
  std::string ca = folder + "/ca.pem";
  std::string certificate = folder + "/client.pem", key = folder + "/client.key";
  std::vector<std::string> hosts{setting("COODIE_TEST_HOSTS")};

  [[nodiscard]] coodie::init_options options() const {
    coodie::init_options made{.hosts = hosts, .auth = {.user = "cassandra", .password = "cassandra"}};
    made.tls = {.enabled = true, .ca_file = ca};
    if (mode == "mutual") {
      made.tls.certificate_file = certificate;
      made.tls.key_file = key;
    }
    made.request_timeout = std::chrono::seconds(30);
    return made;
  }
};

}  // namespace

TEST_CASE("real tls: requests go through it, in both versions", "[real][secured]") {
  const secured_cassandra c;
  coodie::init_options options = c.options();
  options.tls.minimum_version = GENERATE(coodie::tls_version::v1_2, coodie::tls_version::v1_3);
  const attempt made = try_to_connect(options);
  INFO(made.message() << made.reason());
  REQUIRE(made.driver != nullptr);
  for (int i = 0; i < 200; ++i) REQUIRE(ask(*made.driver).rows == 1);
}

TEST_CASE("real tls: the TLS of the program's own choice", "[real][secured]") {
  const secured_cassandra c;
  SSL_CTX* const context = SSL_CTX_new(TLS_client_method());
  SSL_CTX_set_max_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_load_verify_file(context, c.ca.c_str());
  if (c.mode == "mutual") {
    SSL_CTX_use_certificate_chain_file(context, c.certificate.c_str());
    SSL_CTX_use_PrivateKey_file(context, c.key.c_str(), SSL_FILETYPE_PEM);
  }
  coodie::init_options options = c.options();
  options.tls = {.enabled = true, .context = context};
  const attempt made = try_to_connect(options);
  SSL_CTX_free(context);
  INFO(made.message() << made.reason());
  REQUIRE(made.driver != nullptr);
  CHECK(ask(*made.driver).rows == 1);
}

TEST_CASE("real tls: rows of a megabyte come whole", "[real][secured]") {
  const secured_cassandra c;
  const attempt made = try_to_connect(c.options());
  REQUIRE(made.driver != nullptr);
  const std::string keyspace = tests::random_name("tls");
  REQUIRE(!ask(*made.driver, "CREATE KEYSPACE " + keyspace +
                                 " WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}")
               .code);
  REQUIRE(!ask(*made.driver, "CREATE TABLE " + keyspace + ".t (id int PRIMARY KEY, body text)").code);
  for (std::int32_t id = 0; id < 5; ++id)
    REQUIRE(!ask(*made.driver, "INSERT INTO " + keyspace + ".t (id, body) VALUES (?, ?)",
                 {id, std::string(1'000'000, static_cast<char>('a' + id))})
                 .code);
  coodie::error_code ec;
  coodie::diagnostics diag;
  const auto rows = made.driver->execute("SELECT id, body FROM " + keyspace + ".t", {}, {}, ec, diag);
  CHECK(rows.size() == 5);
  for (auto row : rows)
    CHECK(row.get<std::string>("body") ==
          std::string(1'000'000, static_cast<char>('a' + row.get<std::int32_t>("id"))));
  CHECK(!ask(*made.driver, "DROP KEYSPACE " + keyspace).code);
}

TEST_CASE("real tls: the wrong name, and the wrong authority", "[real][secured]") {
  const secured_cassandra c;
  coodie::init_options options = c.options();
  options.tls.server_name = "node1.coodie.test";
  CHECK(try_to_connect(options).driver != nullptr);
  options.tls.server_name = "other.example.org";
  attempt made = try_to_connect(options);
  CHECK(made.code == errc::certificate_rejected);
  INFO(made.message());
  CHECK(made.message().find("not for other.example.org") != std::string::npos);
  options = c.options();
  options.tls.ca_file = {};
  options.tls.ca_pem = test_ca().certificate();
  made = try_to_connect(options);
  CHECK(made.code == errc::certificate_rejected);
  CHECK(made.message().find("which is not trusted") != std::string::npos);
}

TEST_CASE("real tls: passwords", "[real][secured]") {
  const secured_cassandra c;
  coodie::init_options options = c.options();
  options.auth.password = "wrong";
  CHECK(try_to_connect(options).code == errc::authentication_failed);
  options.auth = {};
  CHECK(try_to_connect(options).code == errc::authentication_required);
  options = c.options();
  options.auth.accepted_mechanisms = {"org.example.Other"};
  CHECK(try_to_connect(options).code == errc::authenticator_refused);
}

TEST_CASE("real tls: a client without it", "[real][secured]") {
  const secured_cassandra c;
  coodie::init_options options = c.options();
  options.tls = {};
  const attempt made = try_to_connect(options);
  INFO(made.message() << " | " << made.reason());
  if (c.mode == "optional") {
    CHECK(made.driver != nullptr);
    return;
  }
  CHECK(made.driver == nullptr);
  CHECK(made.reason().find("set .tls.enabled") != std::string::npos);
}

TEST_CASE("real tls: a client without a certificate, with a foreign one, with a locked one",
          "[real][secured]") {
  const secured_cassandra c;
  if (c.mode != "mutual") return;
  for (const auto version : {coodie::tls_version::v1_2, coodie::tls_version::v1_3}) {
    coodie::init_options options = c.options();
    options.tls.minimum_version = version;
    options.tls.certificate_file = options.tls.key_file = {};
    attempt made = try_to_connect(options);
    INFO(made.message() << " | " << made.reason());
    CHECK(made.code == errc::client_certificate_rejected);
    const tests::credential foreign = test_ca().issue({.name = "me"});
    options.tls.certificate_pem = foreign.certificate;
    options.tls.key_pem = foreign.key;
    made = try_to_connect(options);
    INFO(made.message() << " | " << made.reason());
    CHECK(made.code == errc::client_certificate_rejected);
  }
  coodie::init_options options = c.options();
  const std::string locked = c.folder + "/client.locked.key";
  options.tls.key_file = locked;
  CHECK(try_to_connect(options).code == errc::configuration);
  options.tls.key_passphrase = "coodie-client";
  CHECK(try_to_connect(options).driver != nullptr);
}

TEST_CASE("real tls: a session is resumed", "[real][secured]") {
  const secured_cassandra c;
  tests::byte_relay relay(9042, {}, c.hosts.front());
  SSL_CTX* const context = SSL_CTX_new(TLS_client_method());
  SSL_CTX_set_max_proto_version(context, GENERATE(TLS1_2_VERSION, TLS1_3_VERSION));
  SSL_CTX_load_verify_file(context, c.ca.c_str());
  SSL_CTX_use_certificate_chain_file(context, c.certificate.c_str());
  SSL_CTX_use_PrivateKey_file(context, c.key.c_str(), SSL_FILETYPE_PEM);
  coodie::init_options options = c.options();
  options.hosts = {"127.0.0.1"};
  options.port = relay.port();
  options.tls = {.enabled = true, .context = context, .server_name = "node1.coodie.test"};
  options.reconnect_base = std::chrono::milliseconds(5);
  const attempt made = try_to_connect(options);
  INFO(made.message() << made.reason());
  REQUIRE(made.driver != nullptr);
  CHECK(SSL_CTX_sess_hits(context) == 0);
  for (long again = 1; again <= 3; ++again) {
    relay.close_connections();
    CHECK(cluster_tests::eventually([&] { return SSL_CTX_sess_hits(context) == again; }));
    CHECK(cluster_tests::eventually([&] { return ask(*made.driver).rows == 1; }));
  }
  SSL_CTX_free(context);
}
#endif
