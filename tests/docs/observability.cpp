// SPDX-License-Identifier: MIT
// The snippets of docs/observability.md, compiled and run. tests/docs/check_snippets.py compares them.
#include <iostream>
#include <mutex>
#include <sstream>

#include "tests/docs/shop.hpp"

using namespace guide;
using namespace std::chrono_literals;

namespace {

/// What a page would send over HTTP, or write: from any thread.
class answers {
 public:
  void operator()(const std::string& text) {
    const std::lock_guard lock(mutex_);
    text_ += text;
  }
  [[nodiscard]] std::string text() const {
    const std::lock_guard lock(mutex_);
    return text_;
  }
  [[nodiscard]] bool has(std::string_view part) const { return text().find(part) != std::string::npos; }

 private:
  mutable std::mutex mutex_;
  std::string text_;
};

struct Order {
  std::int32_t id = 0;
  std::optional<std::string> item;
  using table = coodie::table<"orders", coodie::partition_key<&Order::id>>;
};

}  // namespace

TEST_CASE("guide, observability: metrics", "[docs]") {
  const shop page;
  const auto driver = coodie::sync::init_coodie({.hosts = {"127.0.0.1"}, .port = page.port()});
  driver->execute("SELECT item FROM shop.orders");
  std::ostringstream out;
  const auto before = std::cout.rdbuf(out.rdbuf());
  // snippet: metrics
  const coodie::metrics_snapshot m = driver->metrics();
  std::cout << m.requests << " requests, " << m.failed() << " failed, 99 % took at most "
            << m.latency.percentile(99).count() / 1000 << " us\n";
  const auto timeouts = m.errors[static_cast<std::size_t>(coodie::error_kind::timeout)];
  // end of snippet
  std::cout.rdbuf(before);
  CHECK(out.str().starts_with("1 requests, 0 failed, 99 % took at most "));
  CHECK(timeouts == 0);
  answers respond;
  // snippet: prometheus
  respond(coodie::to_prometheus(driver->metrics()));  // Content-Type: text/plain; version=0.0.4
  // end of snippet
  CHECK(respond.has("\ncoodie_requests_total 1\n"));
}

TEST_CASE("guide, observability: health", "[docs]") {
  shop page;
  const auto driver = coodie::sync::init_coodie({.hosts = {"127.0.0.1"}, .port = page.port()});
  page.server.stop_node(2);
  CHECK(eventually([&] {
    const auto now = driver->metrics();
    return now.connections == 2 && now.connect_failures > 0;
  }));
  answers respond;
  // snippet: health
  bool healthy = false;
  for (const coodie::node_status& node : driver->metrics().nodes) {
    healthy = healthy || node.now == coodie::node_status::state::up;
    respond(node.address + " " + node.datacenter + " " + std::string(to_string(node.now)) + " " +
            node.last_error + "\n");
  }
  // end of snippet
  CHECK(healthy);
  CHECK(respond.has(page.server.contact_points()[0] + " datacenter1 up \n"));
  CHECK(respond.has(page.server.contact_points()[2] + " datacenter1 down connection refused\n"));
}

TEST_CASE("guide, observability: log, slow requests and tracker", "[docs]") {
  shop page;
  answers write, count;
  // snippet: log
  const auto log = [&](const coodie::log_entry& entry) {
    write(std::string(to_string(entry.level)) + " " + std::string(entry.node) + " " +
          std::string(entry.text) + "\n");
  };
  // end of snippet
  // snippet: tracker
  const auto tracker = [&](const coodie::request_report& request) {
    if (request.attempts > 1 || request.error)
      count(std::string(request.statement) + ": " + std::to_string(request.attempts) + " attempts\n");
  };
  coodie::sync::init_coodie({
      .hosts = {"127.0.0.1"},
      .port = page.port(),  // docs: -
      .log = log,
      .log_level = coodie::log_level::info,
      .tracker = tracker,
      .slow_request = 100ms,
  });
  // end of snippet
  const auto driver = coodie::get_driver();
  page.server.on({.statement = "SELECT item"}, react::delay(150ms));
  driver->execute("SELECT item FROM shop.orders WHERE id = ?", {7});
  page.server.on({.statement = "SELECT sent"}, react::error(0x1001));
  driver->execute("SELECT sent FROM shop.orders WHERE id = ?", {7}, {.idempotent = true});
  driver->close();
  CHECK(write.has("info " + page.server.contact_points()[0] + " is connected\n"));
  CHECK(write.has("warning "));
  CHECK(write.has(" ms: SELECT item FROM shop.orders WHERE id = ?\n"));
  CHECK(count.text() == "SELECT sent FROM shop.orders WHERE id = ?: 2 attempts\n");
}

TEST_CASE("guide, observability: traces of the ORM", "[docs]") {
  const shop page;
  const auto driver =
      coodie::sync::init_coodie({.hosts = {"127.0.0.1"}, .keyspace = "shop", .port = page.port()});
  coodie::query_trace trace;
  // snippet: orm trace
  coodie::error_code ec;
  coodie::diagnostics diag;
  auto order = coodie::sync::get<Order>(7, {.tracing = true}, ec, diag);
  if (diag.tracing_id()) trace = coodie::sync::get_trace(*diag.tracing_id());
  // end of snippet
  CHECK(order.item == "a book");
  CHECK(trace.parameters.at("query").starts_with("SELECT"));
}
