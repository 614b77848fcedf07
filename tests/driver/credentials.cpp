// SPDX-License-Identifier: MIT
// Credentials: which authenticators get them, and that nothing tells them to anybody else.
#include <string>

#include "tests/catch.hpp"
#include "tests/driver/every_init.hpp"
#include "tests/driver/tcp_listener.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/test_server.hpp"

using coodie::errc;
using coodie::init_options;
using driver_tests::clean_registry;
using driver_tests::every_init;
using namespace std::chrono_literals;
using namespace std::string_literals;

namespace {

const std::string password = "c0rrect-h0rse", passphrase = "battery-staple";

coodie::testing::server_options asking() { return {.user = "cassandra", .password = password}; }

/// Everything that every form of init_coodie says, in one text.
std::string all_texts(const init_options& options) {
  const clean_registry clean;
  std::string texts;
  for (const auto& each : every_init(options)) {
    texts += each.code.message() + "\n" + each.message + "\n" + each.text + "\n";
    texts += std::string(each.diag.server_message()) + "\n" + std::string(each.diag.statement()) + "\n";
    for (const auto& attempt : each.diag.attempts()) texts += attempt.host + " " + attempt.reason + "\n";
  }
  return texts;
}

coodie::error_code connect(const init_options& options, std::string* message = nullptr) {
  const clean_registry clean;
  coodie::error_code ec;
  coodie::diagnostics diag;
  static_cast<void>(coodie::sync::init_coodie(options, ec, diag));
  if (message != nullptr) *message = diag.message();
  return ec;
}

}  // namespace

TEST_CASE("credentials: go to authenticators that are well known, or named", "[driver]") {
  const coodie::testing::server server(asking());
  const auto hosts = server.hosts();
  init_options options = tests::options_for(server, hosts);
  options.auth = {.user = "cassandra", .password = password};
  CHECK(connect(options) == coodie::error_code{});
  options.auth.accepted_mechanisms = {"org.example.Other", "org.apache.cassandra.auth.PasswordAuthenticator"};
  CHECK(connect(options) == coodie::error_code{});

  options.auth.accepted_mechanisms = {"org.example.Other"};
  std::string message;
  CHECK(connect(options, &message) == errc::authenticator_refused);
  CHECK(message ==
        "the server asks for \"org.apache.cassandra.auth.PasswordAuthenticator\", which the credentials are "
        "not for; "
        "if it may have them, name it in .auth.accepted_mechanisms");
  CHECK(server.requests(coodie::protocol::opcode::auth_response).size() == 2);
}

TEST_CASE("credentials: a mechanism of the program's is asked unless a list is given", "[driver]") {
  const coodie::testing::server server(asking());
  const auto hosts = server.hosts();
  const coodie::plain_authenticator mine("cassandra", password);
  init_options options = tests::options_for(server, hosts);
  options.auth = {.mechanism = &mine};
  CHECK(connect(options) == coodie::error_code{});
  options.auth.accepted_mechanisms = {"org.example.Other"};
  CHECK(connect(options) == errc::authenticator_refused);
}

TEST_CASE("credentials: a list of authenticators without credentials is a mistake", "[driver]") {
  std::string message;
  CHECK(connect({.hosts = {"127.0.0.1"}, .auth = {.accepted_mechanisms = {"x"}}}, &message) ==
        errc::configuration);
  CHECK(message ==
        ".auth.accepted_mechanisms is given without credentials; set .auth.user or .auth.mechanism");
}

TEST_CASE("credentials: are in no text of any failure", "[driver]") {
  coodie::testing::server server({.user = "cassandra", .password = "another"});
  const auto hosts = server.hosts();
  init_options options = tests::options_for(server, hosts);
  options.auth = {.user = "cassandra", .password = password};
  std::string texts = all_texts(options);  // wrong
  options.auth.accepted_mechanisms = {"org.example.Other"};
  texts += all_texts(options);
  options.auth.accepted_mechanisms = {};
  options.keyspace = "no such; keyspace";
  texts += all_texts(options);
  options.keyspace = {};
  options.auth.user = {};
  texts += all_texts(options);
  options.auth.user = std::string_view("cassandra\0", 10);
  texts += all_texts(options);
  options.auth.user = "cassandra";
  const auto opcode = coodie::protocol::opcode::auth_response;
  for (const auto& reaction : {coodie::testing::react::error(0x0000), coodie::testing::react::close(),
                               coodie::testing::react::garbage("\x84"s + password)}) {
    const auto rule = server.on({.opcode = opcode, .times = 0}, reaction);
    texts += all_texts(options);
    server.remove_rule(rule);
  }
  const driver_tests::tcp_listener http("HTTP/1.1 400 Bad Request\r\n\r\n", true);
  options.port = http.port();
  texts += all_texts(options);
  options.tls = {.enabled = true, .key_passphrase = passphrase};
  texts += all_texts(options);
#if COODIE_HAS_TLS
  const tests::credential own = tests::self_signed({});
  const std::string locked = tests::encrypt_key(own.key, "another");
  options.tls.certificate_pem = own.certificate;
  options.tls.key_pem = locked;
  texts += all_texts(options);
#endif
  CHECK(texts.size() > 1000);
  CHECK(texts.find(password) == std::string::npos);
  CHECK(texts.find(passphrase) == std::string::npos);
}
