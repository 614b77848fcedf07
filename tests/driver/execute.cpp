// SPDX-License-Identifier: MIT
// driver->execute(): values of all types, pages, conditional statements, errors. On both servers.
#include "driver/execute.hpp"

#include <algorithm>
#include <asio/use_future.hpp>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "tests/catch.hpp"
#include "tests/support/test_server.hpp"

using coodie::errc;
using coodie::server_errc;
using coodie::unset;
using namespace std::chrono_literals;
using namespace std::string_literals;

namespace {

using driver_pointer = std::shared_ptr<coodie::abstract_driver>;

template <class T>
T only(const coodie::result& result, std::size_t column = 0) {
  REQUIRE(result.size() == 1);
  return result[0].get<T>(column);
}

/// A table with a column of each of some types; values survive a round trip through them.
class typed_table {
 public:
  typed_table(driver_pointer driver, std::vector<std::string> types)
      : driver_(std::move(driver)), types_(std::move(types)) {
    std::string columns = "k int PRIMARY KEY";
    for (std::size_t i = 0; i < types_.size(); ++i) columns += ", c" + std::to_string(i) + " " + types_[i];
    static_cast<void>(driver_->execute("CREATE TABLE t (" + columns + ")"));
  }
  template <class... Values>
  void keeps(std::string_view type, const Values&... values) {
    INFO(type);
    (survives(column(type), values), ...);
  }
  /// The name of the column of that type.
  [[nodiscard]] std::string column(std::string_view type) const {
    return "c" + std::to_string(std::find(types_.begin(), types_.end(), type) - types_.begin());
  }

 private:
  template <class T>
  void survives(const std::string& column, const T& value) {
    ++key_;
    static_cast<void>(driver_->execute("INSERT INTO t (k, " + column + ") VALUES (?, ?)", {key_, value}));
    const auto found = driver_->execute("SELECT " + column + " FROM t WHERE k = ?", {key_});
    CHECK(only<T>(found) == value);
    CHECK(found.columns()[0].name == column);
  }

  driver_pointer driver_;
  std::vector<std::string> types_;
  std::int32_t key_ = 0;
};

coodie::error_code refused(coodie::abstract_driver& driver, std::string_view statement,
                           const coodie::value_list& values, coodie::diagnostics& diag,
                           const coodie::execute_options& options = {}) {
  coodie::error_code ec;
  const auto result = driver.execute(statement, values, options, ec, diag);
  CHECK(result.empty());
  return ec;
}

}  // namespace

TEST_CASE("execute: numbers survive a round trip", "[driver][both]") {
  const tests::test_server server;
  typed_table table(server.driver(), {"tinyint", "smallint", "int", "bigint", "float", "double", "boolean",
                                      "varint", "decimal"});
  using std::numeric_limits;
  table.keeps("tinyint", std::int8_t{0}, numeric_limits<std::int8_t>::min(),
              numeric_limits<std::int8_t>::max());
  table.keeps("smallint", std::int16_t{-1}, numeric_limits<std::int16_t>::min(),
              numeric_limits<std::int16_t>::max());
  table.keeps("int", 0, numeric_limits<std::int32_t>::min(), numeric_limits<std::int32_t>::max());
  table.keeps("bigint", std::int64_t{1} << 40, numeric_limits<std::int64_t>::min(),
              numeric_limits<std::int64_t>::max());
  table.keeps("float", 0.0F, -1.5F, numeric_limits<float>::max(), numeric_limits<float>::infinity());
  table.keeps("double", 0.1, -numeric_limits<double>::denorm_min(), numeric_limits<double>::lowest());
  table.keeps("boolean", true, false);
  table.keeps("varint", coodie::varint(0), coodie::varint(-129),
              *coodie::varint::parse("-123456789012345678901234567890"));
  table.keeps("decimal", *coodie::decimal::parse("0.1"),
              *coodie::decimal::parse("-12345678901234567890.123"));
}

TEST_CASE("execute: text, bytes and identifiers survive a round trip", "[driver][both]") {
  const tests::test_server server;
  typed_table table(server.driver(), {"text", "ascii", "blob", "uuid", "timeuuid", "inet"});
  table.keeps("text", ""s, "quote ' and \" and ;"s, "NUL\0inside"s, "caf\u00e9 \U0001F600"s,
              std::string(70'000, 'x'));
  table.keeps("ascii", coodie::ascii{"plain"}, coodie::ascii{""});
  table.keeps("blob", coodie::blob{}, coodie::blob{std::byte{0}, std::byte{255}},
              coodie::blob(100'000, std::byte{7}));
  table.keeps("uuid", coodie::uuid::random(), coodie::uuid{});
  table.keeps("timeuuid", coodie::timeuuid::now());
  table.keeps("inet", *coodie::inet::parse("192.0.2.1"), *coodie::inet::parse("2001:db8::1"));
}

TEST_CASE("execute: times survive a round trip", "[driver][both]") {
  const tests::test_server server;
  typed_table table(server.driver(), {"timestamp", "date", "time", "duration"});
  table.keeps("timestamp", coodie::now(), coodie::timestamp{}, coodie::timestamp{-1ms});
  table.keeps("date", coodie::date{std::chrono::days{19'000}}, coodie::date{std::chrono::days{-1}});
  table.keeps("time", coodie::time{0ns}, coodie::time{24h - 1ns});
  table.keeps("duration", coodie::duration{1, 2, 3}, coodie::duration{-1, 0, -5});
}

TEST_CASE("execute: collections, tuples and vectors survive a round trip", "[driver][both]") {
  const tests::test_server server;
  typed_table table(server.driver(),
                    {"list<int>", "set<text>", "map<text, bigint>", "list<frozen<map<int, text>>>",
                     "tuple<int, text>", "vector<float, 3>"});
  table.keeps("list<int>", std::vector<std::int32_t>{3, 1, 3});
  table.keeps("set<text>", std::set<std::string>{"a", "", "c"});
  table.keeps("map<text, bigint>", std::map<std::string, std::int64_t>{{"a", 1}, {"b", -2}});
  table.keeps("list<frozen<map<int, text>>>",
              std::vector<std::map<std::int32_t, std::string>>{{{1, "x"}}, {{2, "y"}, {3, "z"}}});
  table.keeps("tuple<int, text>", std::tuple<std::int32_t, std::string>{7, "seven"});
  table.keeps("tuple<int, text>",
              std::tuple<std::optional<std::int32_t>, std::optional<std::string>>{std::nullopt, "no number"});
  table.keeps("vector<float, 3>", std::array<float, 3>{1.0F, -0.5F, 0.25F});
}

TEST_CASE("execute: null, unset and no value are three things", "[driver][both]") {
  const tests::test_server server;
  const auto driver = server.driver();
  static_cast<void>(driver->execute("CREATE TABLE t (k int PRIMARY KEY, v text, w int)"));
  static_cast<void>(driver->execute("INSERT INTO t (k, v, w) VALUES (?, ?, ?)", {1, "old", 5}));
  static_cast<void>(driver->execute("INSERT INTO t (k, v, w) VALUES (?, ?, ?)", {1, unset, nullptr}));
  const auto found = driver->execute("SELECT v, w FROM t WHERE k = 1");
  REQUIRE(found.size() == 1);
  const coodie::row row = found[0];
  CHECK(row.get<std::string>("v") == "old");
  CHECK(row.get<std::optional<std::string>>("v") == "old");
  CHECK(row.is_null(1));
  CHECK_FALSE(row.is_null(0));
  CHECK(row.get<std::optional<std::int32_t>>("w") == std::nullopt);
  std::int32_t number = 9;
  CHECK(row.get("w", number) == errc::unexpected_null);
  CHECK_THROWS_AS(row.get<std::int32_t>("w"), coodie::decode_error);

  const std::optional<std::string> none;
  static_cast<void>(driver->execute("UPDATE t SET v = ? WHERE k = ?", {none, 1}));
  CHECK(driver->execute("SELECT v FROM t WHERE k = 1")[0].is_null(0));
}

TEST_CASE("execute: what a row can't give says what there is", "[driver][both]") {
  const tests::test_server server;
  const auto driver = server.driver();
  static_cast<void>(driver->execute("CREATE TABLE t (k int PRIMARY KEY, v text)"));
  static_cast<void>(driver->execute("INSERT INTO t (k, v) VALUES (1, 'x')"));
  const auto found = driver->execute("SELECT k, v FROM t");
  const coodie::row row = found[0];
  std::string text;
  std::int64_t wide = 0;
  CHECK(row.get("nothing", text) == errc::column_missing);
  CHECK(row.get(2, text) == errc::column_missing);
  CHECK(row.get("k", text) == errc::type_mismatch);
  CHECK(row.get("k", wide) == errc::type_mismatch);
  CHECK(found.find_column("v") == 1);
  CHECK(found.find_column("V") == 2);
  const auto said = [&](auto&& wrong) {
    try {
      wrong();
    } catch (const coodie::error& e) {
      return std::string(e.what());
    }
    return "nothing was thrown"s;
  };
  CHECK(said([&] { static_cast<void>(row.get<std::string>("nothing")); }) ==
        "coodie: column \"nothing\" is not in the result; it has k v");
  CHECK(said([&] { static_cast<void>(row.get<int>(7)); }) ==
        "coodie: column 7 is not in the result; it has k v");
  CHECK(said([&] { static_cast<void>(row.get<std::string>("k")); }) ==
        "coodie: column \"k\" of type int: the server's column has another type than the C++ member");
}

TEST_CASE("execute: statements without rows have an empty result", "[driver][both]") {
  const tests::test_server server;
  const auto driver = server.driver();
  const auto made = driver->execute("CREATE TABLE t (k int PRIMARY KEY)");
  CHECK(made.size() == 0);
  CHECK(made.empty());
  CHECK(made.applied());
  CHECK(made.begin() == made.end());
  CHECK(driver->execute("INSERT INTO t (k) VALUES (?)", {1}).empty());
  const auto none = driver->execute("SELECT k FROM t WHERE k = ?", {2});
  CHECK(none.empty());
  CHECK(none.columns().size() == 1);
  CHECK(none.paging_state().empty());
  CHECK(none.warnings().empty());
  CHECK_FALSE(none.tracing_id().has_value());
}

TEST_CASE("execute: all pages of a result, of any size", "[driver][both]") {
  const tests::test_server server;
  const auto driver = server.driver();
  static_cast<void>(driver->execute("CREATE TABLE t (k int, c int, v text, PRIMARY KEY (k, c))"));
  for (std::int32_t c = 0; c < 23; ++c)
    static_cast<void>(driver->execute("INSERT INTO t (k, c, v) VALUES (1, ?, ?)", {c, std::to_string(c)}));
  for (const std::int32_t page_size : {0, 1, 7, 22, 23, 24, 5000}) {
    INFO("page_size " << page_size);
    const auto all = driver->execute("SELECT c, v FROM t WHERE k = ?", {1}, {.page_size = page_size});
    REQUIRE(all.size() == 23);
    std::int32_t expected = 0;
    for (const coodie::row row : all) {
      CHECK(row.get<std::int32_t>(0) == expected);
      CHECK(row.get<std::string>("v") == std::to_string(expected));
      ++expected;
    }
    CHECK(all.paging_state().empty());
    CHECK(driver->execute("SELECT c FROM t WHERE k = 1", {}, {.page_size = page_size}).size() == 23);
  }
}

TEST_CASE("execute: one page at a time, by its paging state", "[driver][both]") {
  const tests::test_server server;
  const auto driver = server.driver();
  static_cast<void>(driver->execute("CREATE TABLE t (k int, c int, PRIMARY KEY (k, c))"));
  for (std::int32_t c = 0; c < 10; ++c)
    static_cast<void>(driver->execute("INSERT INTO t (k, c) VALUES (1, ?)", {c}));
  std::vector<std::int32_t> seen;
  std::vector<std::byte> state;
  int pages = 0;
  do {
    const auto page = driver->execute("SELECT c FROM t WHERE k = ?", {1},
                                      {.page_size = 4, .single_page = true, .paging_state = state});
    for (const coodie::row row : page) seen.push_back(row.get<std::int32_t>("c"));
    state.assign(page.paging_state().begin(), page.paging_state().end());
    ++pages;
  } while (!state.empty() && pages < 10);
  CHECK(pages == 3);
  CHECK(seen == std::vector<std::int32_t>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9});

  const auto first =
      driver->execute("SELECT c FROM t WHERE k = ?", {1}, {.page_size = 4, .single_page = true});
  state.assign(first.paging_state().begin(), first.paging_state().end());
  CHECK(driver->execute("SELECT c FROM t WHERE k = ?", {1}, {.page_size = 3, .paging_state = state}).size() ==
        6);
  coodie::diagnostics diag;
  const auto is_refused = [&](std::string_view text, const coodie::value_list& values,
                              std::span<const std::byte> given) {
    return refused(*driver, text, values, diag, {.paging_state = given}) == errc::paging_state_invalid;
  };
  CHECK(is_refused("SELECT c FROM t WHERE k = ?", {2}, state));
  CHECK(diag.message() == "the paging state is of the same statement with other values");
  CHECK(is_refused("SELECT c FROM t WHERE k = 1", {}, state));
  CHECK(diag.message() == "the paging state is of another statement, or of the same one in another keyspace");
  CHECK(diag.statement() == "SELECT c FROM t WHERE k = 1");
  const std::vector<std::byte> nonsense(7, std::byte{0xFF});
  CHECK(is_refused("SELECT c FROM t WHERE k = ?", {1}, nonsense));
  CHECK_THROWS_AS(driver->execute("SELECT c FROM t WHERE k = ?", {1}, {.paging_state = nonsense}),
                  coodie::invalid_query_error);
}

TEST_CASE("execute: conditional statements tell whether they were applied", "[driver][both]") {
  const tests::test_server server;
  const auto driver = server.driver();
  static_cast<void>(driver->execute("CREATE TABLE t (k int PRIMARY KEY, v text)"));
  const auto insert = [&](const char* value) {
    return driver->execute("INSERT INTO t (k, v) VALUES (?, ?) IF NOT EXISTS", {1, value});
  };
  CHECK(insert("first").applied());
  const auto second = insert("second");
  CHECK_FALSE(second.applied());
  REQUIRE(second.size() == 1);
  CHECK(second[0].get<std::string>("v") == "first");
  CHECK_FALSE(driver->execute("UPDATE t SET v = ? WHERE k = ? IF v = ?", {"x", 1, "other"}).applied());
  CHECK(driver
            ->execute("UPDATE t SET v = ? WHERE k = ? IF v = ?", {"x", 1, "first"},
                      {.serial_consistency = coodie::consistency::serial})
            .applied());
  CHECK(driver->execute("DELETE FROM t WHERE k = ? IF EXISTS", {1}).applied());
  CHECK_FALSE(driver->execute("DELETE FROM t WHERE k = ? IF EXISTS", {1}).applied());
}

TEST_CASE("execute: a timestamp of the caller's wins over a later write", "[driver][both]") {
  const tests::test_server server;
  const auto driver = server.driver();
  static_cast<void>(driver->execute("CREATE TABLE t (k int PRIMARY KEY, v text)"));
  const std::string insert = "INSERT INTO t (k, v) VALUES (?, ?)";
  static_cast<void>(driver->execute(insert, {1, "future"}, {.timestamp = 4'000'000'000'000'000}));
  static_cast<void>(driver->execute(insert, {1, "now"}));
  const auto found = driver->execute("SELECT v, writetime(v) FROM t WHERE k = 1");
  CHECK(found[0].get<std::string>(0) == "future");
  CHECK(found[0].get<std::int64_t>(1) == 4'000'000'000'000'000);
}

TEST_CASE("execute: errors of the server, with what it said", "[driver][both]") {
  const tests::test_server server;
  const auto driver = server.driver();
  coodie::diagnostics diag;
  CHECK(refused(*driver, "SELECT", {}, diag) == server_errc::syntax_error);
  CHECK(diag.statement() == "SELECT");
  CHECK_FALSE(diag.server_message().empty());
  CHECK(diag.server().code == 0x2000);
  CHECK(diag.message() == "syntax error");

  CHECK(refused(*driver, "SELECT * FROM nothing WHERE k = ?", {1}, diag) == server_errc::invalid);
  CHECK(diag.server().code == 0x2200);
  CHECK(diag.statement() == "SELECT * FROM nothing WHERE k = ?");
  CHECK(diag.server_message().find("nothing") != std::string::npos);
  const std::string port = ":" + std::to_string(server.port());
  CHECK(std::string(diag.host()).ends_with(port));

  static_cast<void>(driver->execute("CREATE TABLE t (k int PRIMARY KEY)"));
  CHECK(refused(*driver, "CREATE TABLE t (k int PRIMARY KEY)", {}, diag) == server_errc::already_exists);
  CHECK(diag.server().keyspace == server.keyspace());
  CHECK(diag.server().table == "t");
  CHECK(refused(*driver, "INSERT INTO t (k) VALUES (?)", {nullptr}, diag) == server_errc::invalid);
  CHECK(refused(*driver, "INSERT INTO t (k) VALUES (?)", {1, 2}, diag) == server_errc::invalid);

  try {
    static_cast<void>(driver->execute("CREATE TABLE t (k int PRIMARY KEY)"));
    FAIL("nothing was thrown");
  } catch (const coodie::already_exists_error& e) {
    CHECK(e.code() == server_errc::already_exists);
    CHECK(e.diagnostics().server().table == "t");
    CHECK(std::string(e.what()).starts_with("coodie: already exists: "));
    CHECK(std::string(e.what()).ends_with("\n  in: CREATE TABLE t (k int PRIMARY KEY)"));
  }
  CHECK_THROWS_AS(driver->execute("SELECT"), coodie::syntax_error);
  CHECK_THROWS_AS(driver->execute("SELECT * FROM nothing WHERE k = ?", {1}), coodie::invalid_error);
  // The connection is as good as before.
  CHECK(driver->execute("SELECT k FROM t").empty());
}

TEST_CASE("execute: a value without encoding is refused before anything is sent", "[driver][both]") {
  const tests::test_server server;
  const auto driver = server.driver();
  static_cast<void>(driver->execute("CREATE TABLE t (k int PRIMARY KEY, a ascii)"));
  coodie::diagnostics diag;
  const coodie::ascii not_ascii{"secret caf\xc3\xa9"};
  CHECK(refused(*driver, "INSERT INTO t (k, a) VALUES (?, ?)", {1, not_ascii}, diag) == errc::invalid_value);
  CHECK(std::string(diag.message()).starts_with("value 1: "));
  CHECK(diag.statement() == "INSERT INTO t (k, a) VALUES (?, ?)");
  CHECK(coodie::detail::describe_failure(errc::invalid_value, diag).find("secret") == std::string::npos);
  CHECK(driver->execute("SELECT k FROM t").empty());
}

TEST_CASE("execute: options that make no sense are refused before anything is sent", "[driver][both]") {
  const tests::test_server server;
  const auto driver = server.driver();
  const auto refuses = [&](const coodie::execute_options& options) {
    coodie::diagnostics diag;
    CHECK(refused(*driver, "SELECT key FROM system.local", {}, diag, options) == errc::invalid_query);
    return diag.message();
  };
  const std::string timeout = "the timeout must not be negative or above a week; 0 is the driver's";
  CHECK(refuses({.timeout = -1ns}) == timeout);
  CHECK(refuses({.timeout = std::chrono::nanoseconds::max()}) == timeout);
  CHECK(refuses({.attempt_timeout = -1ns}) ==
        "the attempt_timeout must not be negative or above a week; 0 is none");
  CHECK(refuses({.page_size = -1}) == "the page size is negative; 0 is no paging");
  CHECK(refuses({.serial_consistency = coodie::consistency::quorum}) ==
        "serial_consistency takes serial or local_serial only");
  auto future =
      driver->execute_async("SELECT key FROM system.local", {}, {.page_size = -1}, asio::use_future);
  CHECK_THROWS_AS(future.get(), std::system_error);
  CHECK(driver->execute("SELECT key FROM system.local", {}, {.timeout = 24h * 7}).size() == 1);
}

TEST_CASE("execute: more values than can be written in place", "[driver][both]") {
  const tests::test_server server;
  const auto driver = server.driver();
  std::string columns = "k int PRIMARY KEY", names = "k", marks = "?";
  std::vector<std::int32_t> numbers{1};
  for (std::int32_t i = 0; i < 40; ++i) {
    columns += ", c" + std::to_string(i) + " int";
    names += ", c" + std::to_string(i);
    marks += ", ?";
    numbers.push_back(i * i);
  }
  static_cast<void>(driver->execute("CREATE TABLE t (" + columns + ")"));
  std::vector<coodie::value_view> views(numbers.begin(), numbers.end());
  const std::span<const coodie::value_view> span(views);
  static_cast<void>(driver->execute("INSERT INTO t (" + names + ") VALUES (" + marks + ")", span));
  CHECK(driver->execute("SELECT c39 FROM t WHERE k = 1")[0].get<std::int32_t>(0) == 39 * 39);
}

TEST_CASE("execute: a result outlives its driver", "[driver][both]") {
  const tests::test_server server;
  coodie::result kept;
  {
    const auto driver = server.driver();
    static_cast<void>(driver->execute("CREATE TABLE t (k int PRIMARY KEY, v text)"));
    static_cast<void>(driver->execute("INSERT INTO t (k, v) VALUES (1, 'kept')"));
    kept = driver->execute("SELECT v FROM t");
    static_cast<void>(driver->execute("SELECT k FROM t"));
    driver->close();
  }
  CHECK(only<std::string>(kept) == "kept");
  const coodie::result moved = std::move(kept);
  CHECK(only<std::string>(moved) == "kept");
}

TEST_CASE("execute: tracing leaves an id", "[driver][both]") {
  const tests::test_server server;
  const auto driver = server.driver();
  const auto traced = driver->execute("SELECT key FROM system.local", {}, {.tracing = true});
  REQUIRE(traced.tracing_id().has_value());
  CHECK(traced.size() == 1);
}

TEST_CASE("execute: statements that are prepared again and again by text", "[driver][both]") {
  const tests::test_server server;
  const auto driver = server.driver();
  static_cast<void>(driver->execute("CREATE TABLE t (k int PRIMARY KEY, v int)"));
  for (std::int32_t i = 0; i < 20; ++i)
    static_cast<void>(driver->execute("INSERT INTO t (k, v) VALUES (?, ?)", {i, i}));
  static_cast<void>(driver->execute("DROP TABLE t"));
  coodie::diagnostics diag;
  CHECK(refused(*driver, "INSERT INTO t (k, v) VALUES (?, ?)", {1, 1}, diag) == server_errc::invalid);
  static_cast<void>(driver->execute("CREATE TABLE t (k int PRIMARY KEY, v int)"));
  static_cast<void>(driver->execute("INSERT INTO t (k, v) VALUES (?, ?)", {1, 1}));  // prepared anew, quietly
  CHECK(driver->execute("SELECT k FROM t").size() == 1);
}

TEST_CASE("execute: a value of another type than the marker's is refused, not stored as something else",
          "[driver][both]") {
  const tests::test_server server;
  typed_table table(server.driver(), {"float", "bigint", "text", "list<int>"});
  const auto driver = server.driver();
  coodie::error_code ec;
  coodie::diagnostics diag;
  const auto refuses = [&](std::string_view column, const coodie::value_view& value,
                           std::string_view sentence) {
    const std::array<coodie::value_view, 2> values{coodie::value_view(1), value};
    const std::string insert = "INSERT INTO t (k, " + table.column(column) + ") VALUES (?, ?)";
    static_cast<void>(driver->execute(insert, std::span<const coodie::value_view>(values), {}, ec, diag));
    CHECK(ec == errc::type_mismatch);
    CHECK(diag.message().find(sentence) != std::string::npos);
  };
  const std::vector<std::int64_t> wrong_list{1};
  refuses("float", 1, "value 1 is int, but the statement takes float for");
  refuses("float", 1.5, "value 1 is double, but the statement takes float for");
  refuses("bigint", 1, "value 1 is int, but the statement takes bigint for");
  refuses("bigint", "1", "value 1 is text, but the statement takes bigint for");
  refuses("text", 7, "value 1 is int, but the statement takes text for");
  refuses("list<int>", wrong_list, "value 1 is list<bigint>, but the statement takes list<int> for");
  // The same text with the right types, before and after.
  for (int i = 0; i < 2; ++i) {
    table.keeps("bigint", std::int64_t{5}, std::optional<std::int64_t>());
    refuses("bigint", std::int16_t{5}, "value 1 is smallint, but the statement takes bigint for");
  }
}
