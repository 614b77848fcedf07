// SPDX-License-Identifier: MIT
// Drivers that connect at their first request.
#include <atomic>
#include <ctime>

#include "tests/cluster/mock_cluster.hpp"

using namespace cluster_tests;
using coodie::errc;
using coodie::testing::server_options;
using namespace std::chrono_literals;

namespace {

/// What `count` threads are answered, at once.
std::vector<outcome> ask_from(coodie::abstract_driver& driver, std::size_t count) {
  std::vector<outcome> answers(count);
  std::vector<std::thread> threads;
  for (outcome& answer : answers) threads.emplace_back([&driver, &answer] { answer = ask(driver); });
  for (auto& t : threads) t.join();
  return answers;
}

/// A driver whose contact point is the first node.
driver_pointer lazily(const coodie::testing::server& server, coodie::init_options options = {}) {
  const std::vector<std::string> hosts{server.hosts()[0]};
  options.hosts = hosts;
  options.port = server.port();
  options.lazy = true;
  return tests::connect(options);
}

}  // namespace

TEST_CASE("lazy: it connects at its first request", "[cluster]") {
  coodie::testing::server server(server_options{.nodes = 2});
  const auto driver = lazily(server);
  CHECK(server.connections(0) == 0);
  CHECK(!ask(*driver).code);
  CHECK(server.connections(0) == 1);
}

TEST_CASE("lazy: one that reaches nobody says so, and tries again", "[cluster]") {
  coodie::testing::server server(server_options{.nodes = 1});
  server.stop_node(0);
  const auto driver = lazily(server);
  const auto ended = ask(*driver);
  CHECK(ended.code == errc::no_host_available);
  REQUIRE(ended.diag.attempts().size() == 1);
  CHECK(ended.diag.attempts()[0].reason == "connection refused");
  REQUIRE(server.start_node(0));
  CHECK(!ask(*driver).code);
  driver->close();
}

TEST_CASE("lazy: the first request waits when the contact point is not a node that is asked", "[cluster]") {
  coodie::testing::server server(server_options{.nodes = 4, .datacenters = 2});
  const auto driver = lazily(server, {.local_datacenter = "datacenter2"});
  CHECK(!ask(*driver).code);
  for (const auto& r : server.requests(opcode::query))
    if (r.statement == any_question) CHECK(r.node % 2 == 1);
}

TEST_CASE("lazy: a filter that leaves nothing is what the first request is told", "[cluster]") {
  coodie::testing::server server(server_options{.nodes = 2});
  const auto driver = lazily(server, {.host_filter = [](const coodie::node_description&) { return false; }});
  const auto ended = ask(*driver);
  CHECK(ended.code == errc::configuration);
  CHECK(ended.diag.message() == "the host filter leaves no node of the datacenter \"datacenter1\"");
  CHECK(ask(*driver).code == errc::no_host_available);
}

TEST_CASE("lazy: a keyspace that does not exist is told as at the start", "[cluster]") {
  coodie::testing::server server(server_options{.nodes = 2});
  const auto driver = lazily(server, {.keyspace = "no_such"});
  for (int i = 0; i < 2; ++i) {
    const auto ended = ask(*driver);
    CHECK(ended.code == errc::configuration);
    CHECK(ended.diag.message().starts_with("the keyspace \"no_such\" can't be used; create it first "));
    CHECK(ended.diag.message().ends_with("'no_such' does not exist"));
  }
}

TEST_CASE("lazy: requests that wait for the first connection keep their own timeouts", "[cluster]") {
  coodie::testing::server server(server_options{.nodes = 1});
  server.accept_but_silent(0);
  const coodie::profile_options slower{.name = "slower", .request_timeout = 400ms};
  const auto driver = lazily(server, {.request_timeout = 200ms, .profiles = {slower}});
  const auto begin = std::chrono::steady_clock::now();
  std::vector<std::chrono::milliseconds> took(4);
  std::atomic<std::size_t> ended{0}, timed_out{0};
  const auto start = [&](std::size_t number, const coodie::execute_options& options) {
    driver->execute_async(any_question, {}, options, [&, number](coodie::error_code ec, coodie::result) {
      took[number] =
          std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begin);
      if (ec == errc::request_timeout) ++timed_out;
      ++ended;
    });
  };
  start(0, {.profile = "slower"});
  start(1, {});
  start(2, {.timeout = 50ms});
  start(3, {.timeout = 300ms});
  REQUIRE(eventually([&] { return ended == 4; }));
  CHECK(timed_out == 4);
  const std::chrono::milliseconds allowed[] = {400ms, 200ms, 50ms, 300ms};
  for (std::size_t i = 0; i < 4; ++i) {
    CAPTURE(i, took[i].count());
    CHECK(took[i] >= allowed[i]);
    CHECK(took[i] < allowed[i] + 140ms);
  }
  const auto blocking = ask(*driver, any_question, {}, {.timeout = 50ms});
  CHECK(blocking.code == errc::request_timeout);
}

TEST_CASE("lazy: whichever loop is asked first", "[cluster][threads]") {
  for (int round = 0; round < 10; ++round) {
    coodie::testing::server server(server_options{.nodes = 2});
    const auto driver = lazily(server, {.request_timeout = 3s, .loops = 3});
    for (const outcome& each : ask_from(*driver, 1 + static_cast<std::size_t>(round) % 4)) {
      INFO(each.code.message());
      CHECK(!each.code);
    }
    CHECK(eventually([&] { return server.connections(1) == 3; }));
  }
}

TEST_CASE("lazy: every loop is told that nobody could be reached", "[cluster][threads]") {
  coodie::testing::server server(server_options{.nodes = 1});
  server.stop_node(0);
  const auto driver = lazily(server, {.request_timeout = 5s, .loops = 3});
  for (int round = 0; round < 10; ++round)
    for (const outcome& each : ask_from(*driver, 4)) CHECK(each.code == errc::no_host_available);
  REQUIRE(server.start_node(0));
  // An attempt of before may still be under way, and tell who comes meanwhile.
  CHECK(eventually([&] {
    const auto all = ask_from(*driver, 4);
    return std::none_of(all.begin(), all.end(), [](const outcome& each) { return bool(each.code); });
  }));
}

TEST_CASE("lazy: once connected it does nothing when nothing is asked", "[cluster]") {
  coodie::testing::server server(server_options{.nodes = 2});
  const auto driver = lazily(server);
  CHECK(!ask(*driver).code);
  std::this_thread::sleep_for(1100ms);  // the nodes had a second to be connected to
  const auto before = std::clock();
  std::this_thread::sleep_for(300ms);
  CHECK(std::clock() - before < CLOCKS_PER_SEC / 10);
}
