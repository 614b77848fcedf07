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
  CHECK(refusal({.serial_consistency = consistency::quorum}).starts_with(".serial_consistency"));
  CHECK(refusal({.page_size = 0}) == ".page_size must be at least 1");
  CHECK(refusal({.speculation = {.percentile = 100}}).starts_with(".speculation.percentile"));
  CHECK(refusal({.max_in_flight = 0}).starts_with(".max_in_flight"));
  CHECK(refusal({.bind_address = "here"}).starts_with(".bind_address"));
  CHECK(refusal({.loops = 0}) == ".loops must be from 1 to 64");
}
