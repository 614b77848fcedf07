// SPDX-License-Identifier: MIT
// The snippets of docs/timeouts-retries-speculation.md, compiled and run, and its table held against the
// policy. tests/docs/check_snippets.py compares the snippets.
#include <fstream>
#include <map>
#include <sstream>

#include "tests/docs/shop.hpp"

using namespace guide;
using namespace std::chrono_literals;
using coodie::errc;
using coodie::failed_attempt;
using coodie::server_errc;

namespace {

struct ending {
  coodie::error_code code;
  std::chrono::steady_clock::duration took;
};

ending read_order(const coodie::execute_options& options) {
  const auto before = std::chrono::steady_clock::now();
  ending end;
  coodie::diagnostics diag;
  coodie::get_driver()->execute("SELECT item FROM shop.orders", {}, options, end.code, diag);
  end.took = std::chrono::steady_clock::now() - before;
  return end;
}

}  // namespace

TEST_CASE("guide, timeouts", "[docs]") {
  shop page;
  // snippet: timeouts
  auto driver = coodie::sync::init_coodie({
      .hosts = {"127.0.0.1"},
      .port = page.port(),  // docs: -
      .request_timeout = 2s,
      .attempt_timeout = 500ms,  // then an idempotent request goes to another node
  });
  driver->execute("SELECT item FROM shop.orders", {}, {.timeout = 200ms});  // this one may take less
  // end of snippet
  page.server.on({.statement = "SELECT item"}, react::ignore());
  ending end = read_order({.idempotent = true});
  CHECK(!end.code);
  CHECK(end.took >= 500ms);
  page.server.on({.statement = "SELECT item"}, react::ignore());
  end = read_order({.timeout = 200ms});
  CHECK(end.code == errc::request_timeout);
  CHECK(end.took < 2s);
}

TEST_CASE("guide, retries: what is idempotent", "[docs]") {
  shop page;
  auto driver = coodie::sync::init_coodie({.hosts = {"127.0.0.1"}, .port = page.port()});
  page.server.on({.statement = "UPDATE"}, react::error(0x1001));
  // snippet: idempotent
  driver->execute("UPDATE shop.orders SET sent = true WHERE id = 7", {}, {.idempotent = true});
  // end of snippet
  CHECK(page.asked("UPDATE").size() == 2);
}

TEST_CASE("guide, retries: other policies", "[docs]") {
  shop page;
  SECTION("named ones") {
    // snippet: fallthrough and backoff
    coodie::sync::init_coodie({
        .hosts = {"127.0.0.1"},
        .port = page.port(),  // docs: -
        .retry = coodie::retries::standard,
        .retry_backoff = 20ms,  // 20 ms, 40 ms, 80 ms, ...
        .retry_backoff_max = 500ms,
    });
    // end of snippet
    page.server.on({.statement = "SELECT item", .times = 2}, react::error(0x1001));
    const ending end = read_order({.idempotent = true});
    CHECK(!end.code);
    CHECK(end.took >= 60ms);
  }
  SECTION("downgrading") {
    // snippet: downgrading
    coodie::sync::init_coodie({
        .hosts = {"127.0.0.1"},
        .port = page.port(),  // docs: -
        .consistency = coodie::consistency::quorum,
        .retry = coodie::retries::downgrading,
    });
    // end of snippet
    page.server.stop_node(1);
    page.server.stop_node(2);
    CHECK(eventually([&] { return coodie::get_driver()->metrics().connections == 1; }));
    CHECK(!read_order({}).code);
    CHECK(page.asked("SELECT item").back().consistency == coodie::consistency::one);
  }
  SECTION("one of the program's") {
    // snippet: own policy
    const auto patient = [](const coodie::failed_attempt& failed) -> coodie::retry_decision {
      if (failed.code != coodie::server_errc::overloaded || !failed.idempotent || failed.retries == 4)
        return {};  // the caller gets the error
      return {.action = coodie::retry_decision::what::same_node, .delay = 50ms * (1 << failed.retries)};
    };
    coodie::sync::init_coodie({
        .hosts = {"127.0.0.1"},
        .port = page.port(),  // docs: -
        .retry_policy = patient,
    });
    // end of snippet
    page.server.on({.statement = "SELECT item", .times = 2}, react::error(0x1001));
    const ending end = read_order({.idempotent = true});
    CHECK(!end.code);
    CHECK(end.took >= 150ms);
    CHECK(page.asked("SELECT item").size() == 3);
  }
}

TEST_CASE("guide, profiles", "[docs]") {
  const shop page;
  // snippet: profiles
  const coodie::profile_options fast{
      .name = "fast", .request_timeout = 300ms, .speculation = {.delay = 20ms}};
  const coodie::profile_options reports{.name = "reports",
                                        .consistency = coodie::consistency::local_one,
                                        .request_timeout = 60s,
                                        .attempt_timeout = 0s};  // none
  auto driver = coodie::sync::init_coodie({
      .hosts = {"127.0.0.1"},
      .port = page.port(),  // docs: -
      .attempt_timeout = 2s,
      .profiles = {fast, reports},
  });
  driver->execute("SELECT item FROM shop.orders", {}, {.profile = "reports"});
  // end of snippet
  CHECK(page.asked("SELECT item").back().consistency == coodie::consistency::local_one);
  coodie::error_code ec;
  coodie::diagnostics diag;
  driver->execute("SELECT item FROM shop.orders", {}, {.profile = "mars"}, ec, diag);
  CHECK(ec == errc::configuration);
}

TEST_CASE("guide, speculation", "[docs]") {
  shop page;
  SECTION("constant") {
    // snippet: speculation
    coodie::sync::init_coodie({
        .hosts = {"127.0.0.1"},
        .port = page.port(),  // docs: -
        .speculation = {.delay = 30ms, .most = 2},
    });
    // end of snippet
  }
  SECTION("percentile") {
    // snippet: percentile
    coodie::sync::init_coodie({
        .hosts = {"127.0.0.1"},
        .port = page.port(),  // docs: -
        .speculation = {.delay = 100ms, .percentile = 99},
    });
    // end of snippet
  }
  page.server.on({.statement = "SELECT item"}, react::ignore());
  const ending end = read_order({.idempotent = true});
  CHECK(!end.code);
  CHECK(end.took < 5s);
  CHECK(page.nodes_asked("SELECT item").size() == 2);
  CHECK(coodie::get_driver()->metrics().speculations_won == 1);
}

TEST_CASE("guide, timestamps", "[docs]") {
  shop page;
  // snippet: timestamps
  const auto from_our_clock = []() -> std::int64_t {
    static std::atomic<std::int64_t> last{1'700'000'000'000'000};
    return ++last;
  };
  auto driver = coodie::sync::init_coodie({
      .hosts = {"127.0.0.1"},
      .port = page.port(),  // docs: -
      .timestamp_source = from_our_clock,
  });
  driver->execute("INSERT INTO shop.orders (id, item) VALUES (?, ?)", {8, "a map"});
  driver->execute("INSERT INTO shop.orders (id, item) VALUES (?, ?)", {9, "a pen"},
                  {.timestamp = 1'600'000'000'000'000});
  // end of snippet
  const auto writes = page.asked("INSERT");
  REQUIRE(writes.size() == 2);
  CHECK(writes[0].timestamp.value_or(0) > 1'700'000'000'000'000);
  CHECK(writes[0].timestamp.value_or(0) < 1'700'000'000'001'000);
  CHECK(writes[1].timestamp == 1'600'000'000'000'000);
}

namespace {

/// An attempt for each row of the table, by the first cell of the row.
std::map<std::string, std::vector<failed_attempt>> attempts_of_rows() {
  const auto sent = [](std::initializer_list<coodie::error_code> codes) {
    std::vector<failed_attempt> all;
    for (const auto& code : codes) all.push_back({.code = code, .sent = true});
    return all;
  };
  const auto timeout = [](server_errc code, std::int32_t received, bool data, std::string_view type) {
    return failed_attempt{.code = code,
                          .sent = true,
                          .required = 2,
                          .received = received,
                          .data_present = data,
                          .write_type = type};
  };
  const auto read = server_errc::read_timeout, write = server_errc::write_timeout;
  std::map<std::string, std::vector<failed_attempt>> rows;
  rows["no node has seen it"] = {{.code = errc::connection_closed}, {.code = errc::queue_full}};
  rows["the connection broke"] =
      sent({errc::connection_closed, errc::connection_failed, errc::heartbeat_timeout});
  rows["the attempt took too long"] = sent({errc::request_timeout});
  rows["`is_bootstrapping`"] = sent({server_errc::is_bootstrapping});
  rows["`unavailable`"] = sent({server_errc::unavailable});
  rows["`overloaded`, `server_error`, `truncate_error`"] =
      sent({server_errc::overloaded, server_errc::server_error, server_errc::truncate_error});
  rows["`read_timeout`, only the data is missing"] = {timeout(read, 2, false, "")};
  rows["`read_timeout`, too few replicas answered"] = {timeout(read, 1, false, ""),
                                                       timeout(read, 1, true, "")};
  rows["`write_timeout` of `BATCH_LOG`"] = {timeout(write, 1, false, "BATCH_LOG")};
  rows["`write_timeout`, others"] = {timeout(write, 1, false, "COUNTER"), timeout(write, 1, false, "CAS"),
                                     timeout(write, 0, false, "SIMPLE")};
  rows["`read_failure`, `write_failure`, `function_failure`"] =
      sent({server_errc::read_failure, server_errc::write_failure, server_errc::function_failure});
  rows["`rate_limited`"] = sent({server_errc::rate_limited});
  rows["the statement is wrong or not allowed"] =
      sent({server_errc::syntax_error, server_errc::invalid, server_errc::unauthorized,
            server_errc::config_error, server_errc::already_exists, server_errc::protocol_error,
            server_errc::bad_credentials, server_errc::unprepared});
  return rows;
}

/// As the table says it.
std::string decision_of(coodie::retries policy, failed_attempt attempt) {
  using what = coodie::retry_decision::what;
  const auto decide = [&] { return coodie::cluster_detail::decide_retry(policy, attempt).action; };
  const auto first = decide();
  if (first == what::fail) return "error";
  if (first == what::succeed) return "success";
  attempt.retries = 1;
  const bool again = decide() == first;
  return std::string(first == what::same_node ? "same node" : "next node") + (again ? "" : ", once");
}

std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells;
  std::stringstream all(line.substr(1));
  for (std::string cell; std::getline(all, cell, '|');) {
    const auto begin = cell.find_first_not_of(' '), end = cell.find_last_not_of(' ');
    cells.push_back(begin == std::string::npos ? "" : cell.substr(begin, end - begin + 1));
  }
  return cells;
}

}  // namespace

TEST_CASE("guide, retries: the table is what the policies decide", "[docs]") {
  std::ifstream page("docs/timeouts-retries-speculation.md");
  REQUIRE(page);
  auto rows = attempts_of_rows();
  bool inside = false;
  for (std::string line; std::getline(page, line);) {
    if (line.starts_with("| What failed |")) inside = true;
    if (!inside || line.starts_with("| What failed |") || line.starts_with("|---")) continue;
    if (line.empty()) break;
    const auto cells = cells_of(line);
    INFO(line);
    REQUIRE(cells.size() >= 4);
    const auto row = rows.find(cells[0]);
    REQUIRE(row != rows.end());
    for (failed_attempt attempt : row->second) {
      INFO(attempt.code.message());
      attempt.idempotent = true;
      CHECK(decision_of(coodie::retries::standard, attempt) == cells[1]);
      attempt.idempotent = false;
      CHECK(decision_of(coodie::retries::standard, attempt) == cells[2]);
      attempt.idempotent = true;
      CHECK(decision_of(coodie::retries::fallthrough, attempt) == cells[3]);
    }
    rows.erase(row);
  }
  CHECK(rows.empty());
}
