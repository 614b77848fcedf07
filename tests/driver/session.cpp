// SPDX-License-Identifier: MIT
// Sessions that the program makes itself, and drivers on them.
#include "driver/session.hpp"

#include <future>
#include <string>

#include "tests/catch.hpp"
#include "tests/driver/every_init.hpp"
#include "tests/support/test_server.hpp"

using coodie::errc;
using driver_tests::clean_registry;
using namespace std::chrono_literals;

namespace {

std::string refused_cluster(const coodie::init_options& options) {
  coodie::error_code ec;
  coodie::diagnostics diag;
  const coodie::cluster cluster(options, ec, diag);
  CHECK(ec == errc::configuration);
  const std::string message = diag.message();
  // It is good for nothing, and says so.
  CHECK_FALSE(cluster.connect({}, ec, diag));
  CHECK(ec == errc::configuration);
  CHECK(diag.message() == "the cluster has no options, because those that it was given were refused");
  CHECK_THROWS_AS(coodie::cluster(options), coodie::configuration_error);
  CHECK_THROWS_AS(cluster.connect(), coodie::configuration_error);
  return message;
}

}  // namespace

TEST_CASE("session: a cluster makes sessions in keyspaces", "[driver][both]") {
  const tests::test_server server;
  const coodie::cluster cluster(server.options());
  const coodie::session in_keyspace = cluster.connect(server.keyspace());
  const coodie::session in_none = cluster.connect();
  REQUIRE(in_keyspace);
  CHECK(in_keyspace.keyspace() == server.keyspace());
  CHECK(in_none.keyspace().empty());
  CHECK_FALSE(coodie::session{});
  CHECK(coodie::session{}.keyspace().empty());
  coodie::session{}.close();

  const clean_registry clean;
  const auto driver = coodie::sync::init_coodie({.session = in_keyspace});
  CHECK(coodie::get_driver() == driver);
  CHECK(driver->keyspace() == server.keyspace());
  CHECK(driver->context() == nullptr);
  static_cast<void>(driver->execute("CREATE TABLE t (k int PRIMARY KEY)"));
  const auto other = coodie::sync::init_coodie({.session = in_none, .name = "other"});
  CHECK(other->execute("SELECT k FROM " + server.keyspace() + ".t").empty());
}

TEST_CASE("session: options name its keyspace or none", "[driver][both]") {
  const tests::test_server server;
  const coodie::session session = coodie::cluster(server.options()).connect(server.keyspace());
  const clean_registry clean;
  CHECK(coodie::sync::init_coodie({.session = session, .keyspace = server.keyspace()}) != nullptr);
  for (const auto& each : driver_tests::every_init({.session = session, .keyspace = "elsewhere"})) {
    INFO(each.form);
    CHECK(each.code == errc::configuration);
    if (!each.text.empty())
      CHECK(each.message == ".keyspace is \"elsewhere\" but the session is in \"" + server.keyspace() +
                                "\"; connect the session to it");
  }
}

TEST_CASE("session: a cluster that can't be", "[driver]") {
  CHECK(refused_cluster({.hosts = {"db 1"}}).starts_with("\"db 1\" is not a host"));
  CHECK(refused_cluster({}).starts_with("neither .hosts nor .session is given"));
  CHECK(refused_cluster({.hosts = {"db1"}, .port = 0}) == ".port is 0; it must be from 1 to 65535");
  CHECK(refused_cluster({.hosts = {"db1"}, .driver_type = "acsylla"})
            .starts_with("driver_type \"acsylla\" runs on the program's own event loop"));
  const coodie::testing::server server;
  const auto hosts = server.hosts();
  const coodie::session session = coodie::cluster(tests::options_for(server, hosts)).connect();
  CHECK(refused_cluster({.session = session}) ==
        "a cluster makes sessions, so it takes .hosts and no .session");
}

TEST_CASE("session: keyspaces that can't be connected to", "[driver][both]") {
  const tests::test_server server;
  const coodie::cluster cluster(server.options());
  coodie::error_code ec;
  coodie::diagnostics diag;
  CHECK_FALSE(cluster.connect("not a name", ec, diag));
  CHECK(ec == errc::configuration);
  CHECK(diag.message() ==
        "\"not a name\" is not the name of a keyspace: at most 48 letters, digits and underscores");
  CHECK_FALSE(cluster.connect("no_such_keyspace", ec, diag));
  CHECK(ec == errc::configuration);
  CHECK(diag.message().starts_with("the keyspace \"no_such_keyspace\" can't be used; create it first"));
  CHECK_THROWS_AS(cluster.connect("no_such_keyspace"), coodie::configuration_error);
  CHECK(cluster.connect(server.keyspace(), ec, diag));
  CHECK(!ec);
  CHECK(diag.empty());
}

TEST_CASE("session: closing a driver leaves the session that the program brought", "[driver]") {
  const coodie::testing::server server;
  const auto hosts = server.hosts();
  coodie::session session = coodie::cluster(tests::options_for(server, hosts)).connect();
  const clean_registry clean;
  const auto first = coodie::sync::init_coodie({.session = session, .name = "first"});
  const auto second = coodie::sync::init_coodie({.session = session, .name = "second"});
  const auto works = [](const auto& driver) {
    coodie::error_code ec;
    coodie::diagnostics diag;
    static_cast<void>(driver->execute("SELECT key FROM system.local", {}, {}, ec, diag));
    return ec;
  };
  first->close();
  CHECK(works(first) == errc::closed);
  CHECK(!works(second));
  first->close();  // again
  CHECK(!works(second));
  session.close();
  CHECK(works(second) == errc::closed);
  session.close();
  CHECK_THROWS_AS(second->execute("SELECT key FROM system.local"), coodie::error);
}

TEST_CASE("session: it lives as long as a driver or a copy holds it", "[driver]") {
  const coodie::testing::server server;
  const auto hosts = server.hosts();
  std::shared_ptr<coodie::abstract_driver> driver;
  {
    const coodie::session session = coodie::cluster(tests::options_for(server, hosts)).connect();
    const coodie::session copy = session;
    CHECK(copy.state() == session.state());
    const clean_registry clean;
    driver = coodie::sync::init_coodie({.session = copy});
    coodie::unregister_driver("default");
  }
  CHECK(driver->execute("SELECT key FROM system.local").size() == 1);
  CHECK(server.connections(0) == 1);
  driver.reset();
  for (int i = 0; i < 200 && server.connections(0) != 0; ++i) std::this_thread::sleep_for(5ms);
  CHECK(server.connections(0) == 0);
}

TEST_CASE("session: closed ones refuse asynchronous requests too", "[driver][threads]") {
  const coodie::testing::server server;
  const auto hosts = server.hosts();
  coodie::session session = coodie::cluster(tests::options_for(server, hosts)).connect();
  const clean_registry clean;
  const auto driver = coodie::sync::init_coodie({.session = session});
  session.close();
  for (int i = 0; i < 10; ++i) {
    std::promise<coodie::error_code> done;
    driver->execute_async("SELECT key FROM system.local", {}, {},
                          [&](coodie::error_code ec, const coodie::result&) { done.set_value(ec); });
    auto ended = done.get_future();
    REQUIRE(ended.wait_for(5s) == std::future_status::ready);
    CHECK(ended.get() == errc::closed);
  }
}

TEST_CASE("session: credentials outlive the cluster object", "[driver]") {
  coodie::testing::server_options asking;
  asking.user = "u";
  asking.password = "p";
  coodie::testing::server server(asking);
  const auto hosts = server.hosts();
  coodie::session session;
  {
    auto options = tests::options_for(server, hosts);
    const std::string password = "p";
    options.auth = {.user = "u", .password = password};
    options.reconnect_base = 1ms;
    session = coodie::cluster(options).connect();
  }
  const clean_registry clean;
  const auto driver = coodie::sync::init_coodie({.session = session});
  server.close_connections(0);
  bool again = false;
  for (int i = 0; i < 500 && !again; ++i) {
    coodie::error_code ec;
    coodie::diagnostics diag;
    again = driver->execute("SELECT key FROM system.local", {}, {}, ec, diag).size() == 1;
    std::this_thread::sleep_for(2ms);
  }
  CHECK(again);
}
