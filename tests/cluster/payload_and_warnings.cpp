// SPDX-License-Identifier: MIT
// What stands before an answer: custom payloads, which go both ways, and the server's warnings.
#include "cluster/asio_config.hpp"

#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>
#include <mutex>

#include "orm/coodie_all.hpp"
#include "tests/cluster/mock_cluster.hpp"

namespace db = coodie::sync;
using namespace cluster_tests;

namespace {

struct noted {
  std::int32_t k = 0;
  std::string v = {};

  using table = coodie::table<"noted", coodie::partition_key<&noted::k>>;
};

std::string text_of(const std::vector<std::byte>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// The lines of a log, from any thread.
struct log_lines {
  mutable std::mutex mutex;
  std::vector<std::string> lines;

  void add(const coodie::log_entry& entry) {
    const std::lock_guard lock(mutex);
    lines.push_back(std::string(to_string(entry.level)) + ": " + std::string(entry.text));
  }
  [[nodiscard]] std::size_t count(std::string_view part) const {
    const std::lock_guard lock(mutex);
    std::size_t n = 0;
    for (const std::string& line : lines) n += line.find(part) != std::string::npos ? 1U : 0U;
    return n;
  }
};

}  // namespace

TEST_CASE("payload: what is sent arrives, what comes back is read", "[cluster]") {
  mock_cluster cluster;
  const std::string binary("\0\xFF", 2);
  cluster.server.on({.statement = "system.local", .times = 0},
                    react::payload({{"first", "one"}, {"second", binary}, {"empty", ""}}));
  const bool prepared = GENERATE(false, true);
  const coodie::value_list values = prepared ? coodie::value_list{"local"} : coodie::value_list{};
  const std::string_view text = prepared ? prepared_question : any_question;
  const auto check = [&](const coodie::result& found) {
    REQUIRE(found.custom_payload().size() == 3);
    CHECK(found.custom_payload()[0].first == "first");
    CHECK(text_of(found.custom_payload()[0].second) == "one");
    CHECK(text_of(found.custom_payload()[1].second) == binary);
    CHECK(found.custom_payload()[2].second.empty());
    CHECK(found.size() == 1);
    const auto seen = cluster.server.requests(prepared ? opcode::execute : opcode::query).back();
    using entries = std::vector<std::pair<std::string, std::string>>;
    CHECK(seen.custom_payload == entries{{"mine", binary}, {"none", ""}});
  };
  const auto sent = std::as_bytes(std::span(binary));
  const coodie::protocol::payload_entry entries[] = {{"mine", sent}, {"none", {}}};
  check(cluster.driver->execute(text, values, {.payload = entries}));

  asio::io_context context;
  asio::co_spawn(
      context,
      [&]() -> asio::awaitable<void> {
        // What it names may go away before it is sent.
        std::string gone = binary;
        const coodie::protocol::payload_entry temporary[] = {{"mine", std::as_bytes(std::span(gone))},
                                                             {"none", {}}};
        auto asked = cluster.driver->execute_async(text, values, {.payload = temporary});
        check(co_await std::move(asked));
      },
      [](std::exception_ptr e) { CHECK(e == nullptr); });
  context.run();
  // It is not sent again with the next one.
  CHECK(cluster.driver->execute(text, values).size() == 1);
  CHECK(cluster.server.requests(prepared ? opcode::execute : opcode::query).back().custom_payload.empty());
}

TEST_CASE("warnings: a result has them, and the log has them of every call", "[cluster]") {
  log_lines said;
  const auto log = [&](const coodie::log_entry& entry) { said.add(entry); };
  const auto compression = GENERATE(coodie::compression::none, coodie::compression::lz4);
  mock_cluster cluster(1, {.compression = compression, .log = log});
  coodie::close_all();
  coodie::register_driver("default", cluster.driver);
  make_keyspace(cluster.server);
  REQUIRE(cluster.server.execute("CREATE TABLE ks.noted (k int PRIMARY KEY, v text)").empty());
  cluster.server.on({.statement = "noted", .times = 0}, react::warn({"too large", "too many"}));
  const auto found = cluster.driver->execute("SELECT * FROM ks.noted WHERE k = ?", {1});
  CHECK(found.warnings() == std::vector<std::string>{"too large", "too many"});
  CHECK(said.count("warning: the server warns: too large: SELECT * FROM ks.noted WHERE k = ?") == 1);
  CHECK(said.count("too many") == 1);
  CHECK(said.count("the server warns") == 2);
  coodie::batch batch;
  batch.execute("INSERT INTO ks.noted (k, v) VALUES (?, ?)", {1, "secret"});
  db::apply(batch);
  CHECK(said.count("the server warns: too many: INSERT INTO ks.noted (k, v) VALUES (?, ?)") == 1);
  CHECK(said.count("secret") == 0);
  coodie::close_all();
}

TEST_CASE("warnings: the ORM's reads and writes are in the log", "[cluster]") {
  log_lines said;
  const auto log = [&](const coodie::log_entry& entry) { said.add(entry); };
  mock_cluster cluster;
  make_keyspace(cluster.server);
  REQUIRE(cluster.server.execute("CREATE TABLE ks.noted (k int PRIMARY KEY, v text)").empty());
  coodie::close_all();
  db::init_coodie({.hosts = cluster.hosts, .keyspace = "ks", .port = cluster.server.port(), .log = log});
  cluster.server.on({.opcode = opcode::execute, .statement = "noted", .times = 0}, react::warn({"careful"}));
  db::save(noted{.k = 1, .v = "one"});
  CHECK(said.count("the server warns: careful: INSERT INTO noted") == 1);
  CHECK(db::find<noted>().all().size() == 1);
  CHECK(said.count("the server warns: careful: SELECT k, v FROM noted") == 1);
  CHECK(db::get<noted>(1).v == "one");
  CHECK(said.count("the server warns") == 3);
  coodie::close_all();
}
