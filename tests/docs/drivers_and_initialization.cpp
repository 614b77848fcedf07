// SPDX-License-Identifier: MIT
// The snippets of docs/drivers-and-initialization.md, compiled and run. tests/docs/check_snippets.py compares
// them.
#include "orm/coodie_all.hpp"

#include <asio/bind_executor.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/use_future.hpp>
#include <iostream>
#include <sstream>
#include <string>
#include <thread>

#include "tests/catch.hpp"
#include "tests/driver/idle_driver.hpp"
#include "tests/mock/testing_all.hpp"

using namespace std::chrono_literals;

namespace {

/// What the page assumes: nodes, keyspaces, a table of users, an empty registry.
struct guide {
  coodie::testing::server server{coodie::testing::server_options{.nodes = 3}};
  coodie::uuid user_id = coodie::uuid::random();
  driver_tests::clean_registry clean{};

  guide() {
    for (const char* keyspace : {"my_keyspace", "my_ks", "analytics", "prod"})
      run("CREATE KEYSPACE " + std::string(keyspace) +
          " WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}");
    run("CREATE TABLE my_keyspace.users (id uuid PRIMARY KEY, name text, email text)");
    run("INSERT INTO my_keyspace.users (id, name) VALUES (" + coodie::to_string(user_id) + ", 'Ada')");
  }
  [[nodiscard]] int port() const { return server.port(); }
  [[nodiscard]] std::shared_ptr<coodie::abstract_driver> init() const {
    return coodie::sync::init_coodie({.hosts = {"127.0.0.1"}, .keyspace = "my_keyspace", .port = port()});
  }
  void run(const std::string& statement) { REQUIRE(server.execute(statement).empty()); }
};

/// Runs a coroutine to its end.
void run_coroutine(asio::io_context& context, asio::awaitable<void> body) {
  std::exception_ptr thrown;
  asio::co_spawn(context, std::move(body), [&](std::exception_ptr e) { thrown = e; });
  context.run();
  if (thrown) std::rethrow_exception(thrown);
}

/// What a block prints.
class printed {
 public:
  printed() : before_(std::cout.rdbuf(text_.rdbuf())) {}
  ~printed() { std::cout.rdbuf(before_); }
  printed(const printed&) = delete;
  printed& operator=(const printed&) = delete;
  [[nodiscard]] std::string text() const { return text_.str(); }

 private:
  std::ostringstream text_;
  std::streambuf* before_;
};

}  // namespace

TEST_CASE("guide, drivers: quick start", "[docs]") {
  const guide page;
  {
    // snippet: quick start
    auto driver = coodie::sync::init_coodie({
        .hosts = {"127.0.0.1"},
        .keyspace = "my_keyspace",
        .port = page.port(),  // docs: -
    });
    // end of snippet
    CHECK(driver->keyspace() == "my_keyspace");
  }
  asio::io_context context;
  const auto connect = [&]() -> asio::awaitable<void> {
    // snippet: quick start, asynchronous
    auto driver = co_await coodie::aio::init_coodie({
        .hosts = {"127.0.0.1"},
        .keyspace = "my_keyspace",
        .port = page.port(),  // docs: -
    });
    // end of snippet
    CHECK(driver->keyspace() == "my_keyspace");
  };
  run_coroutine(context, connect());
}

TEST_CASE("guide, drivers: driver types", "[docs]") {
  const guide page;
  // snippet: scylla
  coodie::sync::init_coodie({
      .hosts = {"127.0.0.1", "127.0.0.2", "127.0.0.3"},  // docs: .hosts = {"node1", "node2", "node3"},
      .keyspace = "my_ks",
      .driver_type = "scylla",  // the default: can be left out
      .port = page.port(),      // docs: -
  });
  // end of snippet
  CHECK(coodie::get_driver()->keyspace() == "my_ks");
  // snippet: cassandra
  coodie::sync::init_coodie({
      .hosts = {"127.0.0.1", "127.0.0.2"},  // docs: .hosts = {"node1", "node2"},
      .keyspace = "my_ks",
      .driver_type = "cassandra",
      .port = page.port(),  // docs: -
  });
  // end of snippet
  // snippet: acsylla
  asio::io_context context;
  asio::co_spawn(
      context,
      [&]() -> asio::awaitable<void> {
        auto driver = co_await coodie::aio::init_coodie({
            .hosts = {"127.0.0.1", "127.0.0.2"},  // docs: .hosts = {"node1", "node2"},
            .keyspace = "my_ks",
            .driver_type = "acsylla",
            .port = page.port(),  // docs: -
        });
        co_await driver->execute_async("SELECT release_version FROM system.local");
        driver->close();  // an open driver keeps context.run() from returning
      },
      asio::detached);
  context.run();
  // end of snippet
  context.restart();
  std::thread runner;
  // snippet: acsylla, blocking
  auto driver = coodie::sync::init_coodie({
      .hosts = {"127.0.0.1"},  // docs: .hosts = {"node1"},
      .driver_type = "acsylla",
      .port = page.port(),  // docs: -
      .executor = context,  // runs it until the driver is there; afterwards you do
  });
  // end of snippet
  runner = std::thread([&] { context.run(); });
  CHECK(driver->execute("SELECT key FROM system.local").size() == 1);
  driver->close();
  runner.join();
}

TEST_CASE("guide, drivers: bring your own session", "[docs]") {
  const guide page;
  // snippet: session
  coodie::cluster cluster({
      .hosts = {"127.0.0.1", "127.0.0.2"},  // docs: .hosts = {"node1", "node2"},
      .port = page.port(),                  // docs: -
      .request_timeout = 2s,
      .compression = coodie::compression::lz4,
      // ... any other option
  });
  coodie::session session = cluster.connect("my_keyspace");

  auto driver = coodie::sync::init_coodie({.session = session, .keyspace = "my_keyspace"});
  // end of snippet
  CHECK(driver->execute("SELECT name FROM users").size() == 1);
}

TEST_CASE("guide, drivers: named drivers", "[docs]") {
  const guide page;
  // snippet: named drivers
  coodie::sync::init_coodie({
      .hosts = {"127.0.0.1"},  // docs: .hosts = {"analytics-cluster"},
      .keyspace = "analytics",
      .name = "analytics",
      .port = page.port(),  // docs: -
  });
  coodie::sync::init_coodie({
      .hosts = {"127.0.0.2"},  // docs: .hosts = {"production-cluster"},
      .keyspace = "prod",
      .name = "prod",
      .port = page.port(),  // docs: -
  });
  // end of snippet
  // snippet: get_driver
  auto analytics_driver = coodie::get_driver("analytics");
  auto prod_driver = coodie::get_driver("prod");
  // end of snippet
  CHECK(analytics_driver->keyspace() == "analytics");
  CHECK(prod_driver->keyspace() == "prod");
  CHECK(coodie::get_driver() == analytics_driver);
}

TEST_CASE("guide, drivers: the low-level API", "[docs]") {
  const guide page;
  const auto made = page.init();
  const auto user_id = page.user_id;
  const printed output;
  {
    // snippet: execute
    auto driver = coodie::get_driver();

    auto rows = driver->execute("SELECT name, email FROM users WHERE id = ?", {user_id});
    for (auto row : rows) {
      auto name = row.get<std::string>("name");
      auto email = row.get<std::optional<std::string>>(1);
      std::cout << name << " " << email.value_or("has no address") << "\n";
    }
    // end of snippet
  }
  CHECK(output.text() == "Ada has no address\n");
  {
    const auto driver = made;
    // snippet: rows as structs
    struct user {
      std::string name;
      std::optional<std::string> email;
    };
    std::vector<user> users = driver->execute("SELECT name, email FROM users").rows<user>();
    std::optional<user> ada =
        driver->execute("SELECT name, email FROM users WHERE id = ?", {user_id}).one<user>();
    // end of snippet
    REQUIRE((users.size() == 1 && ada));
    CHECK((users[0].name == "Ada" && ada->name == "Ada"));
  }

  asio::io_context context;
  const auto ask = [&]() -> asio::awaitable<void> {
    auto driver = coodie::get_driver();
    // snippet: execute_async
    auto rows = co_await driver->execute_async("SELECT name FROM users WHERE id = ?", {user_id});
    // end of snippet
    CHECK(rows.size() == 1);
  };
  run_coroutine(context, ask());
  context.restart();

  const auto driver = coodie::get_driver();
  // snippet: tokens
  driver->execute_async("SELECT name FROM users", {}, {.page_size = 100},
                        asio::bind_executor(context, [](coodie::error_code ec, coodie::result rows) {
                          if (!ec) std::cout << rows.size() << " users\n";
                        }));
  auto future = driver->execute_async("SELECT name FROM users", {}, {}, asio::use_future);
  // end of snippet
  CHECK(future.get().size() == 1);
  context.run();
  CHECK(output.text() == "Ada has no address\n1 users\n");
}

TEST_CASE("guide, drivers: options of a statement, and its result", "[docs]") {
  guide page;
  const auto driver = page.init();
  const auto user_id = page.user_id;
  const printed output;
  // snippet: execute options
  driver->execute("UPDATE users SET email = ? WHERE id = ?", {"ada@example.org", user_id},
                  {.consistency = coodie::consistency::quorum, .timeout = 500ms, .idempotent = true});
  // end of snippet
  int pages = 0;
  const auto show = [&](const coodie::result&) { ++pages; };
  for (int i = 0; i < 4; ++i)
    page.run("INSERT INTO my_keyspace.users (id, name) VALUES (uuid(), 'user " + std::to_string(i) + "')");
  // snippet: paging
  std::vector<std::byte> state;
  do {
    auto page_of_users = driver->execute("SELECT id, name FROM users", {},
                                         {.page_size = 2, .single_page = true, .paging_state = state});
    show(page_of_users);
    state.assign(page_of_users.paging_state().begin(), page_of_users.paging_state().end());
  } while (!state.empty());
  // end of snippet
  CHECK(pages == 3);
  // snippet: conditional
  auto inserted =
      driver->execute("INSERT INTO users (id, name) VALUES (?, ?) IF NOT EXISTS", {user_id, "Grace"});
  if (!inserted.applied()) std::cout << "there is " << inserted[0].get<std::string>("name") << " already\n";
  // end of snippet
  CHECK_FALSE(inserted.applied());
  CHECK(output.text() == "there is Ada already\n");
  // snippet: null and unset
  std::optional<std::string> unknown;
  driver->execute("INSERT INTO users (id, name, email) VALUES (?, ?, ?)", {user_id, coodie::unset, unknown});
  // end of snippet
  const auto row = driver->execute("SELECT name, email FROM users WHERE id = ?", {user_id});
  CHECK(row[0].get<std::string>(0) == "Ada");
  CHECK(row[0].is_null(1));
}

TEST_CASE("guide, drivers: registering", "[docs]") {
  const guide page;
  const auto my_driver_instance = std::make_shared<driver_tests::idle_driver>();
  // snippet: register_driver
  coodie::register_driver("my_driver", my_driver_instance, true);

  coodie::unregister_driver("my_driver");  // whoever holds it may go on using it
  coodie::close_all();                     // closes and forgets all of them
  // end of snippet
}

TEST_CASE("guide, drivers: further options", "[docs]") {
  coodie::testing::server_options asking;
  asking.user = "app";
  asking.password = "secret";
  const coodie::testing::server server(asking);
  const driver_tests::clean_registry clean;
  const std::string password = "secret";
  // snippet: further options
  coodie::sync::init_coodie({
      .hosts = {"127.0.0.1"},  // docs: .hosts = {"node1"},
      .port = server.port(),   // docs: .port = 19042,
      .auth = {.user = "app", .password = password},
      .connect_timeout = 30s,
      .compression = coodie::compression::lz4,
  });
  // end of snippet
  CHECK(coodie::get_driver()->execute("SELECT key FROM system.local").size() == 1);
}

// snippet: logging driver
class logging_driver final : public coodie::forwarding_driver {
 public:
  using forwarding_driver::forwarding_driver;

  void before(coodie::protocol::request& what) noexcept override {
    coodie::request_view asked(what);
    std::cout << asked.text() << " with " << asked.values().size() << " values\n";
    coodie::observe(what, [](const coodie::request_ending& ended) {
      if (ended.code)
        std::cout << "  failed: " << ended.code.message() << "\n";
      else
        std::cout << "  " << ended.rows() << " rows\n";
    });
  }
};
// end of snippet

// snippet: memory driver
class memory_driver final : public coodie::abstract_driver {
 public:
  void start(coodie::protocol::request& what) noexcept override {
    coodie::request_view asked(what);
    if (asked.text() != "SELECT name FROM users WHERE id = ?")
      return coodie::answer_error(what, coodie::server_errc::invalid, "only users are known here");
    coodie::rows_builder rows;
    rows.column<std::string>("name").row("Ada");
    coodie::answer_rows(what, rows);
  }
  void close() noexcept override {}
};
// end of snippet

TEST_CASE("guide, drivers: custom drivers", "[docs]") {
  const guide page;
  const auto real = page.init();
  const printed output;
  // snippet: custom drivers
  coodie::register_driver("logged", std::make_shared<logging_driver>(coodie::get_driver()), true);
  coodie::register_driver("fake", std::make_shared<memory_driver>());
  // end of snippet
  const std::string select = "SELECT name FROM users WHERE id = ?";
  CHECK(coodie::get_driver()->execute(select, {page.user_id}).size() == 1);
  CHECK_THROWS_AS(coodie::get_driver()->execute("SELECT"), coodie::syntax_error);
  CHECK(output.text() ==
        "SELECT name FROM users WHERE id = ? with 1 values\n  1 rows\n"
        "SELECT with 0 values\n  failed: syntax error\n");
  CHECK(coodie::get_driver("fake")->execute(select, {page.user_id})[0].get<std::string>(0) == "Ada");
  CHECK_THROWS_AS(coodie::get_driver("fake")->execute("SELECT"), coodie::invalid_error);
}

TEST_CASE("guide, drivers: errors", "[docs]") {
  const guide page;
  const printed output;
  // snippet: errors
  try {
    coodie::sync::init_coodie({
        .hosts = {"127.0.0.1"},
        .keyspace = "missing",
        .port = page.port(),  // docs: -
    });
  } catch (const coodie::configuration_error& e) {
    std::cout << e.what() << "\n";
  }
  // end of snippet
  // snippet: error codes
  coodie::error_code ec;
  coodie::diagnostics diag;
  auto driver = coodie::sync::init_coodie(
      {
          .hosts = {"127.0.0.9"},
          .port = page.port(),  // docs: -
      },
      ec, diag);
  if (ec == coodie::errc::no_host_available)
    for (const auto& attempt : diag.attempts()) std::cout << attempt.host << ": " << attempt.reason << "\n";
  // end of snippet
  CHECK(driver == nullptr);
  CHECK(output.text() ==
        "coodie: the keyspace \"missing\" can't be used; create it first (coodie::sync::create_keyspace) on "
        "a driver "
        "without one: Keyspace 'missing' does not exist\n  127.0.0.1:" +
            std::to_string(page.port()) + ": Keyspace 'missing' does not exist\n127.0.0.9:" +
            std::to_string(page.port()) + ": connection refused\n");
  driver = page.init();
  bool caught = false;
  // snippet: server errors
  try {
    driver->execute("CREATE TABLE users (id uuid PRIMARY KEY)");
  } catch (const coodie::already_exists_error& e) {
    const auto& error = e.diagnostics();
    std::cout << error.server().table << " exists, says " << error.host() << ": " << error.server_message()
              << "\n";
    caught = true;  // docs: -
  }
  // end of snippet
  CHECK(caught);
}
