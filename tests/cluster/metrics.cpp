// SPDX-License-Identifier: MIT
// What a driver counts, tells and logs.
#include "cluster/metrics.hpp"

#include <algorithm>
#include <mutex>

#include "tests/cluster/mock_cluster.hpp"

using namespace cluster_tests;
using coodie::errc;
using coodie::error_kind;
using coodie::kind_of;
using coodie::latency_histogram;
using coodie::node_status;
using namespace std::chrono_literals;

TEST_CASE("metrics: every latency is in the bucket that ends behind it", "[cluster]") {
  for (int power = 0; power < 62; ++power)
    for (const std::int64_t off : {-1, 0, 1}) {
      const std::int64_t ns = (std::int64_t{1} << power) + off;
      const std::size_t bucket = latency_histogram::bucket_of(ns);
      REQUIRE(bucket < latency_histogram::buckets);
      if (bucket + 1 < latency_histogram::buckets) CHECK(ns < latency_histogram::end_of(bucket));
      if (bucket > 0) CHECK(ns >= latency_histogram::end_of(bucket - 1));
    }
  CHECK(latency_histogram::bucket_of(-5) == 0);
  for (std::size_t i = 1; i < latency_histogram::buckets; ++i)
    CHECK(latency_histogram::end_of(i) > latency_histogram::end_of(i - 1));
}

TEST_CASE("metrics: percentiles are right to a sixteenth", "[cluster]") {
  coodie::cluster_detail::latency_counters counters;
  latency_histogram none;
  CHECK(none.percentile(99) == 0ns);
  for (int us = 1; us <= 1000; ++us) counters.record(us * 1000);
  latency_histogram all;
  counters.add_to(all);
  CHECK(all.count() == 1000);
  CHECK(all.sum() == 500500us);
  for (const double percent : {1.0, 50.0, 90.0, 99.0, 99.9}) {
    const auto exact = percent * 10 * 1000;
    const auto found = static_cast<double>(all.percentile(percent).count());
    INFO(percent);
    CHECK(found >= exact);
    CHECK(found <= exact * 1.07 + 1100);
  }
  CHECK(all.percentile(100) >= 1ms);
}

TEST_CASE("metrics: each error has a kind", "[cluster]") {
  using coodie::server_errc;
  CHECK(kind_of(errc::request_timeout) == error_kind::timeout);
  CHECK(kind_of(errc::no_host_available) == error_kind::no_host);
  CHECK(kind_of(errc::connection_closed) == error_kind::connection);
  CHECK(kind_of(errc::queue_full) == error_kind::queue_full);
  CHECK(kind_of(errc::cancelled) == error_kind::cancelled);
  CHECK(kind_of(errc::closed) == error_kind::cancelled);
  CHECK(kind_of(errc::value_too_large) == error_kind::client);
  CHECK(kind_of(server_errc::unavailable) == error_kind::unavailable);
  CHECK(kind_of(server_errc::read_timeout) == error_kind::server_timeout);
  CHECK(kind_of(server_errc::write_failure) == error_kind::server_failure);
  CHECK(kind_of(server_errc::overloaded) == error_kind::overloaded);
  CHECK(kind_of(server_errc::syntax_error) == error_kind::invalid);
  CHECK(kind_of(coodie::server_error_code(0x7777)) == error_kind::server_error);
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < coodie::error_kinds; ++i) names.insert(to_string(static_cast<error_kind>(i)));
  CHECK(names.size() == coodie::error_kinds);
}

TEST_CASE("metrics: requests, errors and nodes are counted", "[cluster]") {
  mock_cluster cluster(2);
  for (int i = 0; i < 10; ++i) CHECK(!ask(*cluster.driver).code);
  CHECK(!ask(*cluster.driver, prepared_question, {"local"}).code);
  CHECK(ask(*cluster.driver, "SELECT nonsense").code);
  const auto m = cluster.driver->metrics();
  CHECK(m.requests == 12);
  CHECK(m.succeeded == 11);
  CHECK(m.failed() == 1);
  CHECK(m.errors[static_cast<std::size_t>(error_kind::invalid)] == 1);
  CHECK(m.prepares == 1);
  CHECK(m.connections == 2);
  CHECK(m.connections_opened == 2);
  CHECK(m.topology_refreshes == 1);
  CHECK(m.in_flight == 0);
  CHECK(m.bytes_sent > 100);
  CHECK(m.bytes_received > 100);
  CHECK(m.latency.count() == 11);
  CHECK(m.latency.percentile(50) > 0ns);
  REQUIRE(m.nodes.size() == 2);
  std::uint64_t attempts = 0;
  for (const node_status& n : m.nodes) {
    attempts += n.requests;
    CHECK(n.now == node_status::state::up);
    CHECK(n.connections == 1);
    CHECK(n.datacenter == "datacenter1");
    CHECK(!n.host_id.is_nil());
  }
  CHECK(attempts == 12);
}

TEST_CASE("metrics: a lost node says why, and its connection is not counted", "[cluster]") {
  mock_cluster cluster(2);
  cluster.server.stop_node(1);
  CHECK(eventually([&] {
    const auto m = cluster.driver->metrics();
    return m.connections == 1 && m.connections_lost == 1 && m.connect_failures >= 1;
  }));
  for (const node_status& n : cluster.driver->metrics().nodes)
    if (n.now != node_status::state::up) CHECK(n.last_error == "connection refused");
}

TEST_CASE("metrics: requests on their way, and those that nobody waits for any more", "[cluster]") {
  mock_cluster cluster;
  cluster.server.on({.statement = "SELECT key FROM", .times = 0}, react::ignore());
  std::thread caller([&] { static_cast<void>(ask(*cluster.driver, any_question, {}, {.timeout = 200ms})); });
  CHECK(eventually([&] { return cluster.driver->metrics().in_flight == 1; }));
  caller.join();
  const auto m = cluster.driver->metrics();
  CHECK(m.errors[static_cast<std::size_t>(error_kind::timeout)] == 1);
  CHECK(eventually([&] { return cluster.driver->metrics().orphans == 1; }));
  CHECK(m.nodes[0].timeouts == 1);
}

TEST_CASE("metrics: the text is what Prometheus reads", "[cluster]") {
  mock_cluster cluster(2);
  for (int i = 0; i < 3; ++i) CHECK(!ask(*cluster.driver).code);
  const std::string text = to_prometheus(cluster.driver->metrics());
  CHECK(text.find("# TYPE coodie_requests_total counter\ncoodie_requests_total 3\n") != std::string::npos);
  CHECK(text.find("coodie_errors_total{kind=\"timeout\"} 0\n") != std::string::npos);
  CHECK(text.find("coodie_request_duration_seconds_count 3\n") != std::string::npos);
  CHECK(text.find("coodie_request_duration_seconds_bucket{le=\"+Inf\"} 3\n") != std::string::npos);
  CHECK(text.find("coodie_node_up{node=\"" + cluster.server.contact_points()[1] +
                  "\",datacenter=\"datacenter1\"} 1\n") != std::string::npos);
  std::size_t begin = 0;  // each line is a comment or "name value"
  std::uint64_t last_bucket = 0;
  while (begin < text.size()) {
    const std::size_t end = text.find('\n', begin);
    REQUIRE(end != std::string::npos);
    const std::string line = text.substr(begin, end - begin);
    begin = end + 1;
    INFO(line);
    CHECK((line.starts_with("# HELP coodie_") || line.starts_with("# TYPE coodie_") ||
           line.starts_with("coodie_")));
    if (!line.starts_with("coodie_request_duration_seconds_bucket")) continue;
    const std::uint64_t value = std::stoull(line.substr(line.rfind(' ') + 1));
    CHECK(value >= last_bucket);
    last_bucket = value;
  }
}

TEST_CASE("tracker: is told of each request, its node and its attempts", "[cluster]") {
  struct seen {
    std::string statement, node;
    std::uint32_t attempts;
    coodie::error_code error;
    std::chrono::nanoseconds latency;
  };
  std::mutex mutex;
  std::vector<seen> reports;
  const auto tracker = [&](const coodie::request_report& r) {
    const std::lock_guard lock(mutex);
    reports.push_back({std::string(r.statement), std::string(r.node), r.attempts, r.error, r.latency});
  };
  mock_cluster cluster(2, {.tracker = tracker});
  cluster.server.on({.statement = "SELECT key FROM"}, react::close());
  CHECK(!ask(*cluster.driver, any_question, {}, {.idempotent = true}).code);
  cluster.server.on({.statement = "SELECT key FROM"}, react::delay(30ms));
  CHECK(!ask(*cluster.driver, prepared_question, {"secret"}).code);
  CHECK(ask(*cluster.driver, "SELECT nonsense").code);
  const std::lock_guard lock(mutex);
  REQUIRE(reports.size() == 3);
  CHECK(reports[0].statement == any_question);
  CHECK(reports[0].attempts == 2);
  CHECK(!reports[0].error);
  CHECK(reports[1].statement == prepared_question);
  CHECK(reports[1].attempts == 1);
  CHECK(reports[1].latency >= 25ms);
  CHECK(reports[2].error);
  const auto points = cluster.server.contact_points();
  for (const seen& each : reports) CHECK(std::count(points.begin(), points.end(), each.node) == 1);
}

TEST_CASE("log: nodes that come and go, slow requests, and never a value", "[cluster]") {
  std::mutex mutex;
  std::vector<std::string> lines;
  const auto log = [&](const coodie::log_entry& entry) {
    const std::lock_guard lock(mutex);
    lines.push_back(std::string(to_string(entry.level)) + ": " + std::string(entry.text));
  };
  const auto has = [&](std::string_view part) {
    const std::lock_guard lock(mutex);
    return std::any_of(lines.begin(), lines.end(),
                       [&](const std::string& line) { return line.find(part) != std::string::npos; });
  };
  mock_cluster cluster(2, {.log = log, .log_level = coodie::log_level::debug, .slow_request = 20ms});
  cluster.server.on({.statement = "SELECT key FROM"}, react::delay(40ms));
  CHECK(!ask(*cluster.driver, prepared_question, {"a secret value"}).code);
  cluster.server.stop_node(1);
  CHECK(eventually([&] { return has("warning: the connection is lost"); }));
  CHECK(has("info: is connected"));
  CHECK(has("warning: slow request"));
  CHECK_FALSE(has("a secret value"));
  cluster.driver->close();
}

TEST_CASE("log: levels below the one that is wanted are not told", "[cluster]") {
  std::atomic<int> calls{0};
  const auto log = [&](const coodie::log_entry&) { ++calls; };
  mock_cluster cluster(2, {.log = log, .log_level = coodie::log_level::error});
  CHECK(!ask(*cluster.driver).code);
  CHECK(calls == 0);
}
