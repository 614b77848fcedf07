// SPDX-License-Identifier: MIT
// What init_coodie refuses before it connects, in each of its forms.
#include "driver/init.hpp"
#include "cluster/cluster_config.hpp"

#include <string>
#include <vector>

#include "tests/catch.hpp"
#include "tests/driver/every_init.hpp"

using coodie::errc;
using coodie::init_options;
using driver_tests::clean_registry;
using driver_tests::every_init;
using namespace std::chrono_literals;

namespace {

const std::string neither =
    "neither .hosts nor .session is given; give contact points, for example .hosts = {\"127.0.0.1\"}, or a "
    "session that coodie::cluster::connect() made";

void check_refusals(const std::vector<driver_tests::failed_call>& failed, const std::string& message) {
  for (const auto& each : failed) {
    INFO(each.form);
    CHECK(each.code == errc::configuration);
    if (each.form != "aio, callback" && each.form != "aio, future") CHECK(each.message == message);
    if (each.text.empty()) continue;
    CHECK(each.type == "configuration_error");
    CHECK(each.text == "coodie: " + message);
  }
}

void refused(const init_options& options, const std::string& message) {
  const clean_registry clean;
  check_refusals(every_init(options), message);
  coodie::error_code ec;
  coodie::diagnostics diag;
  CHECK(coodie::get_driver("", ec, diag) == nullptr);  // nothing was registered
}

void refused_host(std::string_view host, std::string_view shown = {}) {
  INFO("host " << host);
  refused({.hosts = {host}},
          "\"" + std::string(shown.empty() ? host : shown) +
              "\" is not a host; write a name or an address, with a port if need be: \"db1\", "
              "\"10.0.0.1:9042\", \"[::1]:9042\"");
}

coodie::errc checked(const init_options& options) {
  coodie::diagnostics diag;
  return coodie::detail::check_options(options, false, diag);
}

}  // namespace

TEST_CASE("init: neither hosts nor a session", "[driver]") {
  refused({}, neither);
  refused({.keyspace = "ks"}, neither);
  refused({.hosts = std::vector<std::string>{}}, neither);
}

TEST_CASE("init: hosts and a session", "[driver]") {
  const coodie::session session;
  refused({.hosts = {"127.0.0.1"}, .session = session},
          "both .hosts and .session are given; a session has its hosts already, so give one of them");
}

TEST_CASE("init: a session that is none", "[driver]") {
  const coodie::session session;
  refused({.session = session}, ".session is empty; make it with coodie::cluster::connect()");
}

TEST_CASE("init: an unknown driver_type is answered with the three", "[driver]") {
  const std::string known = "\"; supported are \"scylla\", \"cassandra\" and \"acsylla\"";
  refused({.hosts = {"127.0.0.1"}, .driver_type = "datastax"}, "unknown .driver_type \"datastax" + known);
  refused({.hosts = {"127.0.0.1"}, .driver_type = ""}, "unknown .driver_type \"" + known);
  refused({.hosts = {"127.0.0.1"}, .driver_type = "Scylla"}, "unknown .driver_type \"Scylla" + known);
}

TEST_CASE("init: acsylla needs an event loop of the program's", "[driver]") {
  const clean_registry clean;
  const std::string message =
      "driver_type \"acsylla\" runs on the program's own event loop; use aio::init_coodie, give .executor, "
      "or bring a session";
  check_refusals(driver_tests::blocking_inits({.hosts = {"127.0.0.1"}, .driver_type = "acsylla"}), message);
}

TEST_CASE("init: hosts that are empty or malformed", "[driver]") {
  for (const char* host :
       {"",        " ",         "db 1",      "a,b",       "db1:",       ":9042",     "db1:-1",
        "[::1",    "db1:9042x", "db1:90:42", "[::1]9042", "::1]",       "[::1]:",    "[db1]:9042",
        "[]:9042", "db1/ks",    "a..b",      ".db1",      "http://db1", "db1..",     "caf\xc3\xa9",
        "-db1",    "a.-b",      ".",         "300.1.2.3", "10.0.0",     "1.2.3.4.5", "10.0.0.1."})
    refused_host(host);
  refused_host(std::string(254, 'a'));
  refused_host(std::string_view("db1\0x", 5), "db1?x");
}

TEST_CASE("init: a host whose port is none", "[driver]") {
  for (const std::string host : {"db1:0", "db1:65536", "[::1]:70000", "10.0.0.1:99999999999999999999"})
    refused({.hosts = {host}}, "the port of \"" + host + "\" must be from 1 to 65535");
}

TEST_CASE("init: one bad host among good ones is named", "[driver]") {
  const std::vector<std::string> hosts{"db1", "10.0.0.1:9042", "db3:port"};
  refused({.hosts = hosts},
          "\"db3:port\" is not a host; write a name or an address, with a port if need be: \"db1\", "
          "\"10.0.0.1:9042\", \"[::1]:9042\"");
}

TEST_CASE("init: hosts that are good", "[driver]") {
  for (const char* host :
       {"db1", "db1:1", "db1:65535", "10.0.0.1", "10.0.0.1:9042", "::1", "[::1]", "[::1]:9042", "2001:db8::7",
        "a-b.c_d.example", "1.2.3.4.example.", "_sip.db", "1a", "9.example", "x1.9a"}) {
    INFO(host);
    CHECK(checked({.hosts = {host}}) == errc::ok);
  }
  CHECK(checked({.hosts = {std::string(253, 'a')}}) == errc::ok);
}

TEST_CASE("init: where a contact point leads", "[driver]") {
  struct example {
    const char *text, *host;
    int port;
  };
  for (const example& e :
       {example{"db1", "db1", 9999}, example{"db1:7", "db1", 7}, example{"10.0.0.1:9043", "10.0.0.1", 9043},
        example{"::1", "::1", 9999}, example{"[::1]", "::1", 9999},
        example{"[2001:db8::7]:65535", "2001:db8::7", 65535}}) {
    INFO(e.text);
    coodie::cluster_detail::cluster_config config;
    coodie::diagnostics diag;
    REQUIRE(coodie::detail::make_config({.hosts = {e.text}, .port = 9999}, config, diag) == errc::ok);
    REQUIRE(config.contact_points.size() == 1);
    CHECK(config.contact_points[0].host == e.host);
    CHECK(config.contact_points[0].port == e.port);
  }
}

TEST_CASE("init: ports", "[driver]") {
  for (const int port : {0, -1, 65536, 2147483647})
    refused({.hosts = {"127.0.0.1"}, .port = port},
            ".port is " + std::to_string(port) + "; it must be from 1 to 65535");
  CHECK(checked({.hosts = {"127.0.0.1"}, .port = 1}) == errc::ok);
  CHECK(checked({.hosts = {"127.0.0.1"}, .port = 65535}) == errc::ok);
}

TEST_CASE("init: durations that are negative or absurd", "[driver]") {
  const auto set = [](auto member, std::chrono::nanoseconds value) {
    init_options options{.hosts = {"127.0.0.1"}};
    options.*member = value;
    return options;
  };
  const std::pair<std::chrono::nanoseconds init_options::*, std::string> members[] = {
      {&init_options::connect_timeout, "connect_timeout"},
      {&init_options::request_timeout, "request_timeout"},
      {&init_options::heartbeat_interval, "heartbeat_interval"},
      {&init_options::heartbeat_timeout, "heartbeat_timeout"},
      {&init_options::reconnect_base, "reconnect_base"},
      {&init_options::reconnect_max, "reconnect_max"}};
  for (const auto& [member, name] : members) {
    INFO(name);
    const std::string message = "." + name + " must be more than zero and at most a week";
    refused(set(member, 0s), message);
    refused(set(member, -1ns), message);
    refused(set(member, 168h + 1ns), message);
    refused(set(member, std::chrono::nanoseconds::max()), message);
    if (name != "reconnect_max" && name != "reconnect_base") CHECK(checked(set(member, 1ns)) == errc::ok);
    if (name != "reconnect_base") CHECK(checked(set(member, 168h)) == errc::ok);
  }
  refused({.hosts = {"127.0.0.1"}, .reconnect_base = 2s, .reconnect_max = 1s},
          ".reconnect_max is less than .reconnect_base");
  CHECK(checked({.hosts = {"127.0.0.1"}, .reconnect_base = 1s, .reconnect_max = 1s}) == errc::ok);
}

TEST_CASE("init: names of keyspaces", "[driver]") {
  const auto message = [](std::string_view name) {
    return "\"" + std::string(name) +
           "\" is not the name of a keyspace: at most 48 letters, digits and underscores";
  };
  for (const std::string name : {"my ks", "ks;", "ks\"", "k-s", "caf\xc3\xa9"})
    refused({.hosts = {"127.0.0.1"}, .keyspace = name}, message(name));
  refused({.hosts = {"127.0.0.1"}, .keyspace = std::string(49, 'k')}, message(std::string(49, 'k')));
  refused({.hosts = {"127.0.0.1"}, .keyspace = std::string_view("k\0s", 3)}, message("k?s"));
  CHECK(checked({.hosts = {"127.0.0.1"}, .keyspace = std::string(48, 'k')}) == errc::ok);
  CHECK(checked({.hosts = {"127.0.0.1"}, .keyspace = "My_Ks_2"}) == errc::ok);
}

TEST_CASE("init: a driver needs a name, and frames some room", "[driver]") {
  refused({.hosts = {"127.0.0.1"}, .name = ""}, "the driver needs a .name; leave it out for \"default\"");
  refused({.hosts = {"127.0.0.1"}, .max_frame_size = 1023}, ".max_frame_size must be at least 1024 bytes");
  CHECK(checked({.hosts = {"127.0.0.1"}, .max_frame_size = 1024}) == errc::ok);
}

TEST_CASE("init: credentials without a user are an error, not silence", "[driver]") {
  refused({.hosts = {"127.0.0.1"}, .auth = {.password = "secret"}},
          ".auth has a password but no user; set .auth.user");
}

TEST_CASE("init: defaults", "[driver]") {
  const init_options options;
  CHECK(options.driver_type == "scylla");
  CHECK(options.name == "default");
  CHECK(options.port == 9042);
  CHECK(options.connect_timeout == 5s);
  CHECK(options.request_timeout == 10s);
  CHECK(options.heartbeat_interval == 30s);
  CHECK(options.heartbeat_timeout == 10s);
  CHECK(options.reconnect_base == 50ms);
  CHECK(options.reconnect_max == 10s);
  CHECK(options.compression == coodie::compression::none);
  CHECK(options.client_timestamps);
  CHECK(options.max_frame_size == 256u * 1024 * 1024);
  CHECK(options.max_queued == 8192);
  CHECK(options.executor.context() == nullptr);
  CHECK(options.session.get() == nullptr);
  CHECK_FALSE(options.auth.given());
}

TEST_CASE("init: what the options name reaches the connections", "[driver]") {
  coodie::cluster_detail::cluster_config config;
  coodie::diagnostics diag;
  const init_options options{.hosts = {"a", "b:1"},
                             .keyspace = "ks",
                             .port = 19042,
                             .auth = {.user = "u", .password = "p"},
                             .connect_timeout = 1s,
                             .request_timeout = 2s,
                             .heartbeat_interval = 3s,
                             .heartbeat_timeout = 4s,
                             .reconnect_base = 5s,
                             .reconnect_max = 6s,
                             .compression = coodie::compression::lz4,
                             .client_timestamps = false,
                             .max_frame_size = 4096,
                             .max_queued = 7};
  REQUIRE(coodie::detail::make_config(options, config, diag) == errc::ok);
  REQUIRE(config.contact_points.size() == 2);
  CHECK(config.contact_points[0].port == 19042);
  CHECK(config.contact_points[1].port == 1);
  CHECK(config.connection.keyspace == "ks");
  CHECK(config.connection.connect_timeout_ns == 1'000'000'000);
  CHECK(config.connection.request_timeout_ns == 2'000'000'000);
  CHECK(config.connection.heartbeat_interval_ns == 3'000'000'000);
  CHECK(config.connection.heartbeat_timeout_ns == 4'000'000'000);
  CHECK(config.reconnect_base_ns == 5'000'000'000);
  CHECK(config.reconnect_max_ns == 6'000'000'000);
  REQUIRE(config.connection.compression != nullptr);
  CHECK(std::string_view(config.connection.compression->name) == "lz4");
  CHECK_FALSE(config.connection.client_timestamps);
  CHECK(config.connection.max_frame_size == 4096);
  CHECK(config.connection.max_queued == 7);
  CHECK(config.credentials != nullptr);
}
