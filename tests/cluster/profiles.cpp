// SPDX-License-Identifier: MIT
// The driver's own options as defaults of requests, and named sets beside them.
#include "tests/cluster/mock_cluster.hpp"

using namespace cluster_tests;
using coodie::consistency;
using coodie::errc;
using namespace std::chrono_literals;

namespace {

coodie::testing::request_record only_request(const mock_cluster& cluster) {
  const auto all = cluster.server.requests(opcode::query);
  REQUIRE(all.size() == 1);
  return all[0];
}

}  // namespace

TEST_CASE("profiles: what a call does not say is the driver's", "[cluster]") {
  mock_cluster cluster(
      1, {.consistency = consistency::one, .serial_consistency = consistency::serial, .page_size = 7});
  CHECK(!ask(*cluster.driver).code);
  auto request = only_request(cluster);
  CHECK(request.consistency == consistency::one);
  CHECK(request.serial_consistency == consistency::serial);
  CHECK(request.page_size == 7);
  cluster.server.clear_requests();
  CHECK(!ask(*cluster.driver, any_question, {},
             {.consistency = consistency::local_one,
              .serial_consistency = consistency::local_serial,
              .page_size = 11})
             .code);
  request = only_request(cluster);
  CHECK(request.consistency == consistency::local_one);
  CHECK(request.serial_consistency == consistency::local_serial);
  CHECK(request.page_size == 11);
}

TEST_CASE("profiles: the defaults of a driver that was told nothing", "[cluster]") {
  mock_cluster cluster;
  CHECK(!ask(*cluster.driver).code);
  const auto request = only_request(cluster);
  CHECK(request.consistency == consistency::local_quorum);
  CHECK(request.serial_consistency == consistency::local_serial);
  CHECK(request.page_size == 5000);
}

TEST_CASE("profiles: a named one takes the place of the driver's options", "[cluster]") {
  const coodie::profile_options slow{
      .name = "analytics", .consistency = consistency::local_one, .request_timeout = 80ms, .page_size = 3};
  mock_cluster cluster(1, {.serial_consistency = consistency::serial, .profiles = {slow}});
  CHECK(!ask(*cluster.driver, any_question, {}, {.profile = std::string("analytics")}).code);
  const auto request = only_request(cluster);
  CHECK(request.consistency == consistency::local_one);
  CHECK(request.serial_consistency == consistency::serial);  // not said: the driver's
  CHECK(request.page_size == 3);
  cluster.server.on({.statement = "SELECT key FROM"}, react::ignore());
  const auto before = std::chrono::steady_clock::now();
  CHECK(ask(*cluster.driver, any_question, {}, {.profile = "analytics"}).code == errc::request_timeout);
  CHECK(std::chrono::steady_clock::now() - before < 2s);
}

TEST_CASE("profiles: one that does not exist is an error that names it", "[cluster]") {
  mock_cluster cluster;
  const auto ended = ask(*cluster.driver, any_question, {}, {.profile = "no such"});
  CHECK(ended.code == errc::configuration);
  CHECK(ended.diag.message() == "there is no execution profile \"no such\"");
  CHECK(cluster.server.requests(opcode::query).empty());
}

TEST_CASE("profiles: policies are a profile's too", "[cluster]") {
  const coodie::profile_options quick{.name = "quick", .speculation = {.delay = 20ms}};
  const coodie::profile_options careful{.name = "careful", .retry = coodie::retries::fallthrough};
  mock_cluster cluster(2, {.profiles = {quick, careful}});
  cluster.server.on({.statement = "SELECT key FROM"}, react::ignore());
  CHECK(!ask(*cluster.driver, any_question, {}, {.profile = "quick", .idempotent = true}).code);
  cluster.server.on({.statement = "SELECT key FROM"}, react::error(0x1001));
  CHECK(ask(*cluster.driver, any_question, {}, {.profile = "careful", .idempotent = true}).code ==
        coodie::server_errc::overloaded);
  cluster.server.on({.statement = "SELECT key FROM"}, react::error(0x1001));
  CHECK(!ask(*cluster.driver, any_question, {}, {.idempotent = true}).code);
}

TEST_CASE("profiles: what the driver has switched on a profile switches off", "[cluster]") {
  const coodie::profile_options plain{
      .name = "plain", .attempt_timeout = 0s, .retry_backoff = 0s, .speculation = {.most = 0}};
  const coodie::profile_options same{.name = "same", .page_size = 100};
  const auto how_often_asked = [&](mock_cluster& cluster, std::string_view profile,
                                   const coodie::testing::reaction& what) {
    cluster.server.clear_requests();
    cluster.server.on({.statement = "SELECT key FROM"}, what);
    CHECK(!ask(*cluster.driver, any_question, {}, {.profile = profile, .idempotent = true}).code);
    return cluster.asked("SELECT key FROM").size();
  };
  SECTION("an attempt's timeout, also of a call") {
    mock_cluster cluster(2, {.attempt_timeout = 40ms, .profiles = {plain, same}});
    CHECK(how_often_asked(cluster, "plain", react::delay(120ms)) == 1);
    CHECK(how_often_asked(cluster, "same", react::delay(120ms)) == 2);
    cluster.server.clear_requests();
    cluster.server.on({.statement = "SELECT key FROM"}, react::delay(120ms));
    CHECK(!ask(*cluster.driver, any_question, {}, {.attempt_timeout = 0s, .idempotent = true}).code);
    CHECK(cluster.asked("SELECT key FROM").size() == 1);
  }
  SECTION("speculation") {
    mock_cluster cluster(2, {.speculation = {.delay = 20ms}, .profiles = {plain, same}});
    CHECK(how_often_asked(cluster, "plain", react::delay(100ms)) == 1);
    CHECK(cluster.driver->metrics().speculations == 0);
    CHECK(how_often_asked(cluster, "same", react::delay(100ms)) == 2);
  }
  SECTION("a backoff") {
    mock_cluster cluster(2, {.retry_backoff = 300ms, .profiles = {plain, same}});
    const auto time_with = [&](std::string_view profile) {
      const auto before = std::chrono::steady_clock::now();
      CHECK(how_often_asked(cluster, profile, react::error(0x1001)) == 2);
      return std::chrono::steady_clock::now() - before;
    };
    CHECK(time_with("plain") < 250ms);
    CHECK(time_with("same") >= 300ms);
  }
}

TEST_CASE("profiles: how far a backoff grows is a profile's too", "[cluster]") {
  const coodie::profile_options quick{.name = "quick", .retry_backoff_max = 150ms};
  mock_cluster cluster(3, {.retry_backoff = 150ms, .retry_backoff_max = 1s, .profiles = {quick}});
  const auto time_with = [&](std::string_view profile) {
    cluster.server.on({.statement = "SELECT key FROM", .times = 2}, react::error(0x1001));
    const auto before = std::chrono::steady_clock::now();
    CHECK(!ask(*cluster.driver, any_question, {}, {.profile = profile, .idempotent = true}).code);
    return std::chrono::steady_clock::now() - before;
  };
  CHECK(time_with("") >= 450ms);  // 150 and 300
  const auto took = time_with("quick");
  CHECK(took >= 300ms);
  CHECK(took < 430ms);
}

TEST_CASE("profiles: options that can't be are refused before anything is connected", "[cluster]") {
  const auto refusal = [](coodie::init_options options) {
    options.hosts = {"127.0.0.1"};
    options.port = 1;
    coodie::error_code ec;
    coodie::diagnostics diag;
    CHECK(coodie::sync::init_coodie(options, ec, diag) == nullptr);
    CHECK(ec == errc::configuration);
    return diag.message();
  };
  using coodie::profile_options;
  CHECK(refusal({.profiles = {profile_options{}}}) == "a profile needs a .name");
  CHECK(refusal({.profiles = {profile_options{.name = "a"}, profile_options{.name = "a"}}}) ==
        "two profiles have the name \"a\"");
  CHECK(refusal({.profiles = {profile_options{.name = "a", .request_timeout = -1ns}}})
            .starts_with("the profile \"a\": "));
  CHECK(refusal({.profiles = {profile_options{.name = "a", .attempt_timeout = -1ns}}})
            .starts_with("the profile \"a\": "));
  CHECK(refusal({.retry_backoff = 2s}) ==
        ".retry_backoff is more than .retry_backoff_max, to which it grows");
  CHECK(refusal({.profiles = {profile_options{.name = "a", .retry_backoff = 2s}}}) ==
        "the profile \"a\": .retry_backoff is more than .retry_backoff_max, to which it grows");
  CHECK(
      refusal({.retry_backoff = 20ms, .profiles = {profile_options{.name = "a", .retry_backoff_max = 10ms}}})
          .starts_with("the profile \"a\": .retry_backoff is more"));
  CHECK(refusal({.speculation = {.most = 2}}).starts_with(".speculation.most"));
  CHECK(refusal({.serial_consistency = consistency::quorum}).starts_with(".serial_consistency"));
  CHECK(refusal({.page_size = 0}) == ".page_size must be at least 1");
  CHECK(refusal({.speculation = {.percentile = 100}}).starts_with(".speculation.percentile"));
  CHECK(refusal({.max_in_flight = 0}).starts_with(".max_in_flight"));
  CHECK(refusal({.bind_address = "here"}).starts_with(".bind_address"));
  CHECK(refusal({.loops = 0}) == ".loops must be from 1 to 64");
}
