// SPDX-License-Identifier: MIT
// Drivers of the program's own: one that answers from memory, one that logs and forwards.
#include "driver/custom_driver.hpp"

#include <future>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "driver/driver_all.hpp"

#include <asio/bind_executor.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>

#include "tests/catch.hpp"
#include "tests/driver/idle_driver.hpp"
#include "tests/support/test_server.hpp"

using coodie::errc;
using coodie::request_view;
using coodie::server_errc;
using namespace std::string_literals;
namespace protocol = coodie::protocol;

namespace {

/// Answers by the text of the statement, and keeps what it was asked.
class canned_driver final : public coodie::abstract_driver {
 public:
  void start(protocol::request& what) noexcept override {
    const request_view asked(what);
    texts.emplace_back(asked.text());
    consistencies.push_back(what.consistency_level);
    if (closed) return coodie::answer_error(what, errc::closed);
    if (asked.text() == "SELECT id, name FROM users WHERE id = ?") return find_user(what, asked);
    if (asked.text() == "SELECT n FROM numbers") return one_page(what);
    if (asked.text().starts_with("INSERT")) return coodie::answer_void(what);
    if (asked.text() == "SELECT n FROM broken") return broken(what);
    if (asked.text() == "SELECT n FROM silent") return;
    coodie::answer_error(what, server_errc::invalid, "no table of that name");
  }
  void close() noexcept override { closed = true; }
  [[nodiscard]] std::string_view keyspace() const noexcept override { return "memory"; }

  bool closed = false;
  std::vector<std::string> texts;
  std::vector<coodie::consistency> consistencies;

 private:
  static void find_user(protocol::request& what, const request_view& asked) {
    std::int32_t id = 0;
    if (asked.get(0, id) != errc::ok)
      return coodie::answer_error(what, server_errc::invalid, "id is not an int");
    coodie::rows_builder rows;
    rows.column<std::int32_t>("id").column<std::string>("name");
    if (id == 7) rows.row(7, "Ada");
    if (id == 8) rows.row(8, nullptr);
    coodie::answer_rows(what, rows);
  }
  // 0 to 4, two at a time; the state is the next number.
  static void one_page(protocol::request& what) {
    std::int32_t n = what.paging_state.empty() ? 0 : static_cast<std::int32_t>(what.paging_state[0]);
    coodie::rows_builder rows;
    rows.column<std::int32_t>("n");
    for (int i = 0; i < 2 && n < 5; ++i) rows.row(n++);
    const std::byte next[] = {static_cast<std::byte>(n)};
    if (n < 5) rows.paging_state(next);
    coodie::answer_rows(what, rows);
  }
  static void broken(protocol::request& what) {
    coodie::rows_builder rows;
    rows.column<std::int32_t>("n").row(1, 2);
    coodie::answer_rows(what, rows);
  }
};

/// One line for each request and one for its end.
class logging_driver final : public coodie::forwarding_driver {
 public:
  using forwarding_driver::forwarding_driver;
  void before(protocol::request& what) noexcept override {
    const request_view asked(what);
    note("> " + std::string(asked.text()) + " [" + std::to_string(asked.values().size()) + "]");
    coodie::observe(what, [this](const coodie::request_ending& how) {
      note(how.code ? "< " + how.code.message() : "< " + std::to_string(how.rows()) + " rows");
    });
  }
  std::vector<std::string> lines() {
    const std::lock_guard lock(mutex_);
    return std::exchange(lines_, {});
  }

 private:
  void note(std::string line) {
    const std::lock_guard lock(mutex_);
    lines_.push_back(std::move(line));
  }
  std::mutex mutex_;
  std::vector<std::string> lines_;
};

using lines = std::vector<std::string>;

/// The values of a request as text; "null" and "unset" for those.
std::vector<std::string> texts_of(const request_view& view, std::size_t statement = 0) {
  std::vector<std::string> all;
  for (const protocol::bytes_view& value : view.values(statement))
    all.push_back(value.is_unset()  ? "unset"
                  : value.is_null() ? "null"
                                    : std::string(reinterpret_cast<const char*>(value.data), value.size()));
  return all;
}

}  // namespace

TEST_CASE("custom driver: answers from memory, blocking", "[driver]") {
  const auto driver = std::make_shared<canned_driver>();
  const auto ada = driver->execute("SELECT id, name FROM users WHERE id = ?", {7});
  REQUIRE(ada.size() == 1);
  CHECK(ada[0].get<std::int32_t>("id") == 7);
  CHECK(ada[0].get<std::string>("name") == "Ada");
  const auto nameless = driver->execute("SELECT id, name FROM users WHERE id = ?", {8});
  CHECK(nameless[0].get<std::optional<std::string>>("name") == std::nullopt);
  const auto nobody = driver->execute("SELECT id, name FROM users WHERE id = ?", {9});
  CHECK(nobody.empty());
  CHECK(nobody.columns().size() == 2);
  CHECK(coodie::to_cql(nobody.columns()[1].type) == "text");
  CHECK(driver->execute("INSERT INTO users (id) VALUES (?)", {1}).empty());

  const auto numbers = driver->execute("SELECT n FROM numbers");
  REQUIRE(numbers.size() == 5);
  for (std::int32_t i = 0; i < 5; ++i) CHECK(numbers[static_cast<std::size_t>(i)].get<std::int32_t>(0) == i);
  CHECK(driver->texts.size() == 7);  // three of them pages of one result
}

TEST_CASE("custom driver: its errors are errors like those of a server", "[driver]") {
  const auto driver = std::make_shared<canned_driver>();
  coodie::error_code ec;
  coodie::diagnostics diag;
  static_cast<void>(driver->execute("SELECT x FROM y", {}, {}, ec, diag));
  CHECK(ec == server_errc::invalid);
  CHECK(diag.message() == "no table of that name");
  CHECK(diag.statement() == "SELECT x FROM y");
  try {
    static_cast<void>(driver->execute("SELECT x FROM y"));
    FAIL("nothing was thrown");
  } catch (const coodie::invalid_error& e) {
    CHECK(e.what() == "coodie: no table of that name\n  in: SELECT x FROM y"s);
  }
  CHECK_THROWS_AS(driver->execute("SELECT id, name FROM users WHERE id = ?", {"no int"}),
                  coodie::invalid_error);
  CHECK_THROWS_AS(driver->execute("SELECT n FROM broken"), coodie::invalid_query_error);
  driver->close();
  static_cast<void>(driver->execute("SELECT n FROM numbers", {}, {}, ec, diag));
  CHECK(ec == errc::closed);
}

TEST_CASE("custom driver: answers from memory, asynchronous", "[driver]") {
  const auto driver = std::make_shared<canned_driver>();
  asio::io_context context;
  bool inside = true;
  int ended = 0;
  driver->execute_async("SELECT n FROM numbers", {}, {},
                        asio::bind_executor(context, [&](coodie::error_code ec, const coodie::result& rows) {
                          CHECK_FALSE(inside);
                          CHECK(!ec);
                          CHECK(rows.size() == 5);
                          ++ended;
                        }));
  inside = false;
  context.run();
  context.restart();
  asio::co_spawn(
      context,
      [&]() -> asio::awaitable<void> {
        const auto ada = co_await driver->execute_async("SELECT id, name FROM users WHERE id = ?", {7});
        CHECK(ada[0].get<std::string>("name") == "Ada");
        try {
          static_cast<void>(co_await driver->execute_async("SELECT x FROM y"));
        } catch (const coodie::invalid_error& e) {
          CHECK(e.diagnostics().message() == "no table of that name");
          ++ended;
        }
      },
      asio::detached);
  context.run();
  CHECK(ended == 2);
}

TEST_CASE("custom driver: registered like any other", "[driver]") {
  const driver_tests::clean_registry clean;
  coodie::register_driver("memory", std::make_shared<canned_driver>());
  CHECK(coodie::get_driver()->execute("SELECT n FROM numbers").size() == 5);
  CHECK(coodie::get_driver("memory")->keyspace() == "memory");
  CHECK(coodie::get_driver()->context() == nullptr);
}

TEST_CASE("custom driver: one that logs and forwards, blocking", "[driver]") {
  const auto memory = std::make_shared<canned_driver>();
  const auto driver = std::make_shared<logging_driver>(memory);
  CHECK(driver->keyspace() == "memory");
  CHECK(driver->execute("SELECT n FROM numbers").size() == 5);
  CHECK(driver->lines() == lines{"> SELECT n FROM numbers [0]", "< 2 rows", "> SELECT n FROM numbers [0]",
                                 "< 2 rows", "> SELECT n FROM numbers [0]", "< 1 rows"});
  CHECK(driver->execute("INSERT INTO users (id) VALUES (?)", {1}).empty());
  CHECK(driver->lines() == lines{"> INSERT INTO users (id) VALUES (?) [1]", "< 0 rows"});
  CHECK_THROWS_AS(driver->execute("SELECT x FROM y"), coodie::invalid_error);
  CHECK(driver->lines() == lines{"> SELECT x FROM y [0]", "< invalid"});
  driver->close();
  CHECK(memory->closed);
}

TEST_CASE("custom driver: one around the other sees the same", "[driver]") {
  const auto inner = std::make_shared<logging_driver>(std::make_shared<canned_driver>());
  const auto outer = std::make_shared<logging_driver>(inner);
  CHECK(outer->execute("SELECT n FROM numbers").size() == 5);
  const lines seen = outer->lines();
  CHECK(seen.size() == 6);
  CHECK(inner->lines() == seen);
}

TEST_CASE("custom driver: one that logs and forwards to a cluster", "[driver][both][threads]") {
  const tests::test_server server;
  const auto driver = std::make_shared<logging_driver>(server.driver());
  CHECK(driver->keyspace() == server.keyspace());
  static_cast<void>(driver->execute("CREATE TABLE t (k int, c int, PRIMARY KEY (k, c))"));
  for (std::int32_t c = 0; c < 5; ++c)
    static_cast<void>(driver->execute("INSERT INTO t (k, c) VALUES (?, ?)", {1, c}));
  CHECK(driver->lines().size() == 14);  // the agreement of the nodes is a request too
  CHECK(driver->execute("SELECT c FROM t WHERE k = ?", {1}, {.page_size = 3}).size() == 5);
  const std::string asked = "> SELECT c FROM t WHERE k = ? [1]";
  CHECK(driver->lines() == lines{asked, "< 3 rows", asked, "< 2 rows"});

  asio::io_context context;
  asio::co_spawn(
      context,
      [&]() -> asio::awaitable<void> {
        const auto rows =
            co_await driver->execute_async("SELECT c FROM t WHERE k = ?", {1}, {.page_size = 3});
        CHECK(rows.size() == 5);
        try {
          static_cast<void>(co_await driver->execute_async("SELECT"));
        } catch (const coodie::syntax_error&) {
          static_cast<void>(driver->execute("SELECT c FROM t"));
        }
      },
      asio::detached);
  context.run();
  CHECK(driver->lines() == lines{asked, "< 3 rows", asked, "< 2 rows", "> SELECT [0]", "< syntax error",
                                 "> SELECT c FROM t [0]", "< 5 rows"});
  driver->close();
  CHECK_THROWS_AS(driver->execute("SELECT c FROM t"), coodie::error);
  CHECK(driver->lines() == lines{"> SELECT c FROM t [0]", "< the driver is closed"});
}

TEST_CASE("custom driver: a request that its maker observes ends once", "[driver]") {
  struct plain : protocol::request {
    int results = 0, failures = 0;
  } request;
  request.on_result = [](protocol::request& r, const protocol::response&) noexcept {
    ++static_cast<plain&>(r).results;
  };
  request.on_failure = [](protocol::request& r, const protocol::failure&) noexcept {
    ++static_cast<plain&>(r).failures;
  };
  std::vector<int> order;
  coodie::observe(request, [&](const coodie::request_ending&) { order.push_back(1); });
  coodie::observe(request, [&, alive = std::make_unique<int>(2)](const coodie::request_ending& how) {
    CHECK(how.host == "somewhere:1");
    CHECK(how.text == "why");
    order.push_back(*alive);
  });
  request.on_failure(request, {.code = errc::cancelled, .text = "why", .host = "somewhere:1"});
  CHECK(order == std::vector<int>{2, 1});  // the last one in is the first one out
  CHECK(request.failures == 1);
  CHECK(request.results == 0);
  CHECK(request.tap == nullptr);
  coodie::answer_void(request);
  CHECK(request.results == 1);
  CHECK(order.size() == 2);
}

TEST_CASE("request_view: the values of a statement", "[driver]") {
  struct keeping_driver final : coodie::abstract_driver {
    void start(protocol::request& what) noexcept override {
      const request_view view(what);
      REQUIRE(view.size() == 1);
      CHECK_FALSE(view.is_batch());
      CHECK(view.text() == "UPDATE t SET a = ?, b = ?, c = ? WHERE k = ?");
      CHECK(&view.request() == &what);
      seen = texts_of(view);
      std::string text;
      CHECK(view.get(0, text) == errc::ok);
      CHECK(text == "a text");
      std::optional<std::string> none = "x";
      CHECK(view.get(1, none) == errc::ok);
      CHECK_FALSE(none.has_value());
      CHECK(view.get(1, text) == errc::unexpected_null);
      std::int64_t number = 0;
      CHECK(view.get(3, number) == errc::ok);
      CHECK(number == 0x4142434445464748);
      std::int32_t narrow = 0;
      CHECK(view.get(3, narrow) == errc::invalid_value_size);
      CHECK(view.get(4, narrow) == errc::column_missing);
      coodie::answer_void(what);
    }
    void close() noexcept override {}
    std::vector<std::string> seen;
  } driver;
  static_cast<void>(driver.execute("UPDATE t SET a = ?, b = ?, c = ? WHERE k = ?",
                                   {"a text", nullptr, coodie::unset, std::int64_t{0x4142434445464748}}));
  CHECK(driver.seen == std::vector<std::string>{"a text", "null", "unset", "ABCDEFGH"});
}

TEST_CASE("request_view: the statements of a batch", "[driver]") {
  const protocol::statement insert("INSERT INTO t (k, v) VALUES (?, ?)"), remove("DELETE FROM t WHERE k = ?");
  const auto encoded = [](auto... values) {
    std::vector<std::byte> bytes;
    const auto append = [&](const coodie::value_view& value) {
      const std::size_t before = bytes.size();
      bytes.resize(before + value.size());
      value.put(bytes.data() + before);
    };
    (append(coodie::value_view(values)), ...);
    return bytes;
  };
  const auto first = encoded("AAAA", "one"), second = encoded("BBBB");
  const protocol::batch_member members[] = {{&insert, 2, first}, {&remove, 1, second}};
  protocol::request request;
  request.kind = protocol::request_kind::batch;
  request.members = members;
  const request_view view(request);
  REQUIRE(view.size() == 2);
  CHECK(view.is_batch());
  CHECK(view.text(0) == insert.text);
  CHECK(view.text(1) == remove.text);
  CHECK(texts_of(view, 0) == std::vector<std::string>{"AAAA", "one"});
  CHECK(texts_of(view, 1) == std::vector<std::string>{"BBBB"});
}

TEST_CASE("rows_builder: values of many types as a result reads them", "[driver]") {
  struct typed_driver final : coodie::abstract_driver {
    void start(protocol::request& what) noexcept override {
      coodie::rows_builder rows;
      rows.column<coodie::uuid>("id")
          .column<std::string>("text")
          .column<std::vector<std::int32_t>>("list")
          .column<std::map<std::string, double>>("map")
          .column<std::tuple<bool, std::int8_t>>("tuple")
          .column<std::array<float, 2>>("vector")
          .column<std::optional<std::int64_t>>("maybe");
      rows.row(coodie::uuid{}, std::string("x"), std::vector<std::int32_t>{1, 2},
               std::map<std::string, double>{{"pi", 3.14}},
               std::tuple<bool, std::int8_t>{true, std::int8_t{5}}, std::array<float, 2>{1.0F, 2.0F},
               std::optional<std::int64_t>{});
      CHECK(rows.size() == 1);
      coodie::answer_rows(what, rows);
    }
    void close() noexcept override {}
  } driver;
  const auto found = driver.execute("SELECT everything");
  REQUIRE(found.size() == 1);
  const coodie::row row = found[0];
  CHECK(row.get<coodie::uuid>("id") == coodie::uuid{});
  CHECK(row.get<std::vector<std::int32_t>>("list") == std::vector<std::int32_t>{1, 2});
  CHECK(row.get<std::map<std::string, double>>("map").at("pi") == 3.14);
  CHECK(row.get<std::tuple<bool, std::int8_t>>("tuple") ==
        std::tuple<bool, std::int8_t>{true, std::int8_t{5}});
  CHECK(row.get<std::array<float, 2>>("vector") == std::array<float, 2>{1.0F, 2.0F});
  CHECK(row.get<std::optional<std::int64_t>>("maybe") == std::nullopt);
  CHECK(coodie::to_cql(found.columns()[6].type) == "bigint");
}

TEST_CASE("rows_builder: rows that do not fit their columns are an error, not nonsense", "[driver]") {
  const auto written = [](const coodie::rows_builder& rows) {
    protocol::byte_buffer body;
    protocol::writer out(body);
    return rows.write(out);
  };
  coodie::rows_builder fits, fewer, more, late, unencodable;
  CHECK(written(fits.column<std::int32_t>("a").row(1).row(nullptr)) == errc::ok);
  CHECK(written(fewer.column<std::int32_t>("a").column<bool>("b").row(1)) == errc::invalid_query);
  CHECK(written(more.column<std::int32_t>("a").row(1, 2)) == errc::invalid_query);
  CHECK(written(late.column<std::int32_t>("a").row(1).column<bool>("b")) == errc::invalid_query);
  CHECK(written(unencodable.column<coodie::ascii>("a").row(coodie::ascii{"\xc3"})) == errc::invalid_value);
  const protocol::bytes_view cells[] = {{}, {}};
  coodie::rows_builder raw;
  CHECK(written(raw.column<std::int32_t>("a").raw_row(cells)) == errc::invalid_query);
}
