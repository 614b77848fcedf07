// SPDX-License-Identifier: MIT
// What init_coodie says when it connects in vain, in each of its forms.
#include <string>
#include <vector>

#include "tests/catch.hpp"
#include "tests/driver/every_init.hpp"
#include "tests/driver/tcp_listener.hpp"
#include "tests/support/test_server.hpp"

using coodie::errc;
using coodie::init_options;
using driver_tests::clean_registry;
using driver_tests::every_init;
using driver_tests::failed_call;
using driver_tests::free_port;
using driver_tests::tcp_listener;
using namespace std::chrono_literals;
using namespace std::string_literals;

namespace {

/// The forms fail alike; returns the one that tells most.
failed_call fails_alike(const init_options& options, errc code, const std::string& type) {
  const clean_registry clean;
  failed_call most;
  for (auto& each : every_init(options)) {
    INFO(each.form);
    CHECK(each.code == code);
    if (each.text.empty()) continue;
    CHECK(each.type == type);
    CHECK(each.text.starts_with("coodie: "));
    if (!most.text.empty()) CHECK(each.text == most.text);
    most = each;
  }
  coodie::error_code ec;
  coodie::diagnostics diag;
  CHECK(coodie::get_driver("", ec, diag) == nullptr);  // nothing was registered
  return most;
}

std::string address(int port) { return "127.0.0.1:" + std::to_string(port); }

}  // namespace

TEST_CASE("connecting: where nobody listens, every host is named with its reason", "[driver]") {
  const int first = free_port(), second = free_port();
  const std::vector<std::string> hosts{address(first), address(second)};
  const auto failed = fails_alike({.hosts = hosts}, errc::no_host_available, "no_host_available");
  CHECK(failed.message == "none of the hosts could be connected to");
  REQUIRE(failed.diag.attempts().size() == 2);
  CHECK(failed.diag.attempts()[0].host == hosts[0]);
  CHECK(failed.diag.attempts()[0].reason == "connection refused");
  CHECK(failed.diag.attempts()[1].host == hosts[1]);
  CHECK(failed.text == "coodie: none of the hosts could be connected to\n  " + hosts[0] +
                           ": connection refused\n  " + hosts[1] + ": connection refused");
}

TEST_CASE("connecting: a name without an address", "[driver]") {
  const auto failed =
      fails_alike({.hosts = {"no-such-host.invalid"}}, errc::no_host_available, "no_host_available");
  REQUIRE(failed.diag.attempts().size() == 1);
  CHECK(failed.diag.attempts()[0].host == "no-such-host.invalid:9042");
  CHECK_FALSE(failed.diag.attempts()[0].reason.empty());
}

TEST_CASE("connecting: a server of another protocol", "[driver]") {
  const tcp_listener http("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n", true);
  const auto failed = fails_alike({.hosts = {"127.0.0.1"}, .port = http.port()}, errc::unsupported_version,
                                  "connection_error");
  CHECK(failed.message ==
        "the server does not speak version 4 of CQL's native protocol; is this the port of another service?");
  REQUIRE(failed.diag.attempts().size() == 1);
  CHECK(failed.diag.attempts()[0].host == address(http.port()));
}

TEST_CASE("connecting: a server that closes at once", "[driver]") {
  const tcp_listener rude({}, true);
  const auto failed = fails_alike({.hosts = {"127.0.0.1"}, .port = rude.port()}, errc::no_host_available,
                                  "no_host_available");
  REQUIRE(failed.diag.attempts().size() == 1);
  CHECK(failed.diag.attempts()[0].reason ==
        "the peer closed the connection without an answer; if it speaks TLS on this port, set .tls.enabled");
}

TEST_CASE("connecting: a server that says nothing", "[driver]") {
  const tcp_listener silent;
  const auto before = std::chrono::steady_clock::now();
  const auto failed = fails_alike({.hosts = {"127.0.0.1"}, .port = silent.port(), .connect_timeout = 100ms},
                                  errc::no_host_available, "no_host_available");
  const auto took = std::chrono::steady_clock::now() - before;
  CHECK(took >= 6 * 100ms);
  CHECK(took < 6 * 1s);
  REQUIRE(failed.diag.attempts().size() == 1);
  CHECK(failed.diag.attempts()[0].reason == "the connection was not ready within connect_timeout");
}

TEST_CASE("connecting: the handshake and the connection share one connect_timeout", "[driver]") {
  // STARTUP is answered, then nothing more: each step alone would have the whole time.
  coodie::testing::server server;
  server.on({.opcode = coodie::protocol::opcode::options, .times = 0}, coodie::testing::react::delay(150ms));
  server.on({.opcode = coodie::protocol::opcode::startup, .times = 0}, coodie::testing::react::delay(150ms));
  const auto before = std::chrono::steady_clock::now();
  coodie::error_code ec;
  coodie::diagnostics diag;
  const auto hosts = server.hosts();
  init_options options = tests::options_for(server, hosts);
  options.connect_timeout = 200ms;
  CHECK(coodie::sync::init_coodie(options, ec, diag) == nullptr);
  CHECK(ec == errc::no_host_available);
  CHECK(std::chrono::steady_clock::now() - before < 290ms);
}

TEST_CASE("connecting: wrong credentials, and none", "[driver]") {
  coodie::testing::server_options asking;
  asking.user = "cassandra";
  asking.password = "right";
  const coodie::testing::server server(asking);
  const auto hosts = server.hosts();
  init_options options = tests::options_for(server, hosts);
  const auto none = fails_alike(options, errc::authentication_required, "configuration_error");
  CHECK(none.message == "the server asks for credentials; set .auth in the options");
  CHECK(none.diag.server_message().empty());

  options.auth = {.user = "cassandra", .password = "wrong"};
  const auto wrong = fails_alike(options, errc::authentication_failed, "configuration_error");
  CHECK(wrong.message == "the server refused the credentials");
  CHECK_FALSE(wrong.diag.server_message().empty());
  CHECK(wrong.text.find("wrong") == std::string::npos);

  options.auth = {.user = "cassandra", .password = "right"};
  const clean_registry clean;
  CHECK(coodie::sync::init_coodie(options)->execute("SELECT key FROM system.local").size() == 1);
}

TEST_CASE("connecting: a keyspace that does not exist is named", "[driver][both]") {
  const tests::test_server server;
  const auto failed =
      fails_alike(server.options("no_such_keyspace"), errc::configuration, "configuration_error");
  CHECK(
      failed.message ==
      "the keyspace \"no_such_keyspace\" can't be used; create it first (coodie::sync::create_keyspace) on a "
      "driver without one");
  CHECK(failed.diag.server_message().find("no_such_keyspace") != std::string::npos);
}

TEST_CASE("connecting: compression that the server lacks", "[driver]") {
  coodie::testing::server_options plain;
  plain.compression = false;
  const coodie::testing::server server(plain);
  const auto hosts = server.hosts();
  init_options options = tests::options_for(server, hosts);
  options.compression = coodie::compression::lz4;
  const auto failed = fails_alike(options, errc::compression_unsupported, "configuration_error");
  CHECK(failed.text.starts_with(
      "coodie: the server does not offer the compression that was asked for\n  127.0.0.1:"));
}

TEST_CASE("connecting: one contact point is enough", "[driver]") {
  const clean_registry clean;
  const coodie::testing::server server;
  const tcp_listener silent, http("HTTP/1.1 400 Bad Request\r\n\r\n", true);
  const std::vector<std::string> hosts{address(free_port()), address(silent.port()), address(http.port()),
                                       "no-such-host.invalid", server.contact_points()[0]};
  const auto driver = coodie::sync::init_coodie({.hosts = hosts});
  CHECK(driver->execute("SELECT key FROM system.local").size() == 1);
}

TEST_CASE("connecting: frames that are compressed", "[driver][both]") {
  const tests::test_server server;
  auto options = server.options(server.keyspace());
  options.compression = coodie::compression::lz4;
  const auto driver = tests::connect(options);
  static_cast<void>(driver->execute("CREATE TABLE t (k int PRIMARY KEY, v text)"));
  const std::string text(100'000, 'c');
  static_cast<void>(driver->execute("INSERT INTO t (k, v) VALUES (?, ?)", {1, text}));
  CHECK(driver->execute("SELECT v FROM t")[0].get<std::string>(0) == text);
}
