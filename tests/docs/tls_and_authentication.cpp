// SPDX-License-Identifier: MIT
// The snippets of docs/tls-and-authentication.md, compiled and run. tests/docs/check_snippets.py compares
// them.
#include "orm/coodie_all.hpp"

#include <cstdio>
#include <fstream>
#include <string>

#include "tests/catch.hpp"
#include "tests/cluster/tls_cluster.hpp"
#include "tests/driver/idle_driver.hpp"
#include "tests/mock/testing_all.hpp"

namespace {

// snippet: own mechanism
class token_authenticator final : public coodie::authenticator {
  struct conversation final : coodie::authentication_session {
    coodie::errc initial_response(coodie::protocol::writer& token) noexcept override {
      token.write_raw(std::string_view("hello"));
      return token.error();
    }
    coodie::errc evaluate_challenge(std::span<const std::byte> challenge,
                                    coodie::protocol::writer& token) noexcept override {
      token.write_raw(challenge);  // sign it instead
      return token.error();
    }
  };

 public:
  std::unique_ptr<coodie::authentication_session> begin(std::string_view mechanism) const noexcept override {
    if (!mechanism.ends_with("TokenAuthenticator")) return nullptr;
    return std::make_unique<conversation>();
  }
};
// end of snippet

bool works() { return coodie::get_driver()->execute("SELECT key FROM system.local").size() == 1; }

}  // namespace

TEST_CASE("guide: passwords", "[docs]") {
  const std::string password = "s3cret";
  const coodie::testing::server server({.user = "app", .password = password});
  const driver_tests::clean_registry clean;
  SECTION("well-known authenticators") {
    // snippet: password
    coodie::sync::init_coodie({
        .hosts = {"127.0.0.1"},
        .port = server.port(),  // docs: -
        .auth = {.user = "app", .password = password},
    });
    // end of snippet
    CHECK(works());
  }
  SECTION("named ones") {
    // snippet: accepted mechanisms
    coodie::sync::init_coodie({
        .hosts = {"127.0.0.1"},
        .port = server.port(),  // docs: -
        .auth = {.user = "app",
                 .password = password,
                 .accepted_mechanisms = {"org.example.auth.OurAuthenticator",
                                         "org.apache.cassandra.auth.PasswordAuthenticator"}},
    });
    // end of snippet
    CHECK(works());
  }
  SECTION("a mechanism") {
    const token_authenticator mine;
    CHECK(mine.begin("org.example.TokenAuthenticator") != nullptr);
    coodie::error_code ec;
    coodie::diagnostics diag;
    coodie::sync::init_coodie({.hosts = {"127.0.0.1"}, .port = server.port(), .auth = {.mechanism = &mine}},
                              ec, diag);
    CHECK(ec == coodie::errc::authenticator_refused);
  }
}

#if COODIE_HAS_TLS
TEST_CASE("guide: TLS", "[docs]") {
  const std::string folder = "/tmp/" + tests::random_name("coodie_guide");
  const std::string ca_file = folder + "_ca.pem", client_file = folder + "_client.pem",
                    key_file = folder + "_client.key", passphrase = "open sesame";
  const tests::credential client = tls_tests::test_ca().issue({.name = "my_app"});
  std::ofstream(ca_file) << tls_tests::test_ca().certificate();
  std::ofstream(client_file) << client.certificate;
  std::ofstream(key_file) << tests::encrypt_key(client.key, passphrase);
  tests::certificate_options names = tests::local_node();
  names.hosts = {"cassandra.example.org"};
  const tls_tests::tls_cluster node(
      {.own = tls_tests::test_ca().issue(names), .client_ca = tls_tests::test_ca().certificate()});
  const tls_tests::tls_cluster trusting(names);
  const driver_tests::clean_registry clean;

  SECTION("on") {
    // clang-format off
    // snippet: tls on
    coodie::sync::init_coodie({
        .hosts = {"127.0.0.1"},
        .port = trusting.proxy.port(),  // docs: -
        .tls = {.enabled = true, .ca_file = ca_file},  // docs: .tls = {.enabled = true, .ca_file = "/etc/cassandra/ca.pem"},
    });
    // end of snippet
    // clang-format on
    CHECK(works());
  }
  SECTION("one name") {
    // snippet: one name
    coodie::sync::init_coodie({
        .hosts = {"127.0.0.1"},
        .port = trusting.proxy.port(),  // docs: -
        .tls = {.enabled = true,
                .ca_file = ca_file,  // docs: .ca_file = "/etc/cassandra/ca.pem",
                .server_name = "cassandra.example.org"},
    });
    // end of snippet
    CHECK(works());
    CHECK(trusting.proxy.names_asked().front() == "cassandra.example.org");
  }
  SECTION("a client's certificate") {
    // snippet: client certificate
    coodie::sync::init_coodie({
        .hosts = {"127.0.0.1"},
        .port = node.proxy.port(),  // docs: -
        .tls = {.enabled = true,
                .ca_file = ca_file,               // docs: .ca_file = "/etc/cassandra/ca.pem",
                .certificate_file = client_file,  // docs: .certificate_file = "/etc/my_app/client.pem",
                .key_file = key_file,             // docs: .key_file = "/etc/my_app/client.key",
                .key_passphrase = passphrase},
    });
    // end of snippet
    CHECK(works());
  }
  SECTION("a context of the program's") {
    // clang-format off
    // snippet: own context
    SSL_CTX* context = SSL_CTX_new(TLS_client_method());
    SSL_CTX_load_verify_file(context, ca_file.c_str());  // docs: SSL_CTX_load_verify_file(context, "/etc/cassandra/ca.pem");
    coodie::sync::init_coodie({
        .hosts = {"127.0.0.1"},
        .port = trusting.proxy.port(),  // docs: -
        .tls = {.enabled = true, .context = context},
    });
    SSL_CTX_free(context);
    // end of snippet
    // clang-format on
    CHECK(works());
  }
  for (const std::string& file : {ca_file, client_file, key_file}) std::remove(file.c_str());
}
#endif
