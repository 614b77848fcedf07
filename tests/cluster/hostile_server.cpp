// SPDX-License-Identifier: MIT
// A server that lies: whatever it says, a call ends with an error, memory stays small, and the driver works
// again when the truth is told. The fuzz target of the whole client finds the lies that are not here.
#include <array>
#include <functional>
#include <string>
#include <utility>

#include "orm/coodie_all.hpp"
#include "tests/cluster/memory_peak.hpp"
#include "tests/cluster/mock_cluster.hpp"
#include "tests/support/hostile_answers.hpp"

using namespace cluster_tests;
using coodie::col;
using coodie::errc;
using coodie::testing::lie;
using hostile::answer;
using hostile::octets;
using namespace std::chrono_literals;
namespace protocol = coodie::protocol;
using protocol::result_kind;

namespace {

struct entry {
  std::int32_t k = 0;
  std::int32_t c = 0;
  std::string v = {};
  using table = coodie::table<"t", coodie::partition_key<&entry::k>, coodie::clustering_key<&entry::c>,
                              coodie::keyspace<"ks">>;
};

constexpr std::size_t most_memory = 48 + freed_but_kept;  // mebibytes, the mock server's included
constexpr std::uint32_t huge = 0x7fffffff;

/// A frame instead of the true one.
using falsehood = std::function<std::string(answer&)>;

coodie::testing::frame_rewriter telling(const falsehood& what) {
  return {[](void* context, std::string_view frame) {
            answer a(frame);
            return (*static_cast<const falsehood*>(context))(a);
          },
          const_cast<falsehood*>(&what)};
}

/// Three ways of reading the same rows.
struct row_reader {
  const char* name;
  opcode asked;
  errc (*read)(coodie::abstract_driver&);
};

errc read_model(coodie::abstract_driver& driver) {
  static_cast<void>(driver);
  coodie::error_code ec;
  coodie::diagnostics diag;
  static_cast<void>(coodie::sync::find<entry>(col<&entry::k> == 1, {.timeout = 2s}).all(ec, diag));
  return ec ? static_cast<errc>(ec.value()) : errc::ok;
}
errc read_with(coodie::abstract_driver& driver, std::string_view statement,
               const coodie::value_list& values) {
  const outcome ended = ask(driver, statement, values, {.timeout = 2s});
  return ended.code ? static_cast<errc>(ended.code.value()) : errc::ok;
}

const row_reader readers[] = {
    {"text", opcode::query,
     [](coodie::abstract_driver& driver) { return read_with(driver, "SELECT k, c, v FROM ks.t", {}); }},
    {"prepared", opcode::execute,
     [](coodie::abstract_driver& driver) {
       return read_with(driver, "SELECT k, c, v FROM ks.t WHERE k = ?", {1});
     }},
    {"model", opcode::execute, read_model},
};

struct named_lie {
  const char* name;
  falsehood tell;
  std::array<errc, 3> expected;  ///< of each reader
};

std::array<errc, 3> all_of(errc e) { return {e, e, e}; }

struct hostile_cluster : mock_cluster {
  explicit hostile_cluster(coodie::init_options options = {}) : mock_cluster(1, with_name(options)) {
    make_keyspace(server);
    REQUIRE(server.execute("CREATE TABLE ks.t (k int, c int, v text, PRIMARY KEY (k, c))").empty());
    for (const char* row : {"(1, 1, 'one')", "(1, 2, 'two')", "(1, 3, 'three')"})
      REQUIRE(server.execute(std::string("INSERT INTO ks.t (k, c, v) VALUES ") + row).empty());
    coodie::register_driver("hostile", driver, true);
  }
  ~hostile_cluster() { coodie::unregister_driver("hostile"); }
  static coodie::init_options with_name(coodie::init_options options) {
    options.retry = coodie::retries::fallthrough;
    return options;
  }

  void check(const named_lie& told) {
    for (std::size_t i = 0; i < std::size(readers); ++i) {
      INFO(told.name << ", " << readers[i].name);
      CHECK(read_lied_to(readers[i], react::rewrite(telling(told.tell))) == told.expected[i]);
    }
  }
  /// Reads while the reaction is in force, then without it.
  errc read_lied_to(const row_reader& reader, const coodie::testing::reaction& what) {
    REQUIRE(reader.read(*driver) == errc::ok);  // it is prepared
    const auto rule = server.on({.opcode = reader.asked}, what);
    const memory_peak memory;
    const errc ended = reader.read(*driver);
    CHECK(memory.grown() <= most_memory);
    CHECK(server.applied(rule) == 1);
    server.remove_rule(rule);
    CHECK(eventually([&] { return reader.read(*driver) == errc::ok; }));
    CHECK(driver->metrics().in_flight == 0);
    return ended;
  }
};

octets no_metadata(std::uint32_t columns, std::uint32_t rows) {
  return octets().number(protocol::metadata_flag::no_metadata).number(columns).number(rows);
}

}  // namespace

#if defined(__linux__)
TEST_CASE("hostile server: the measure of memory sees 64 MiB", "[cluster]") {
  const memory_peak memory;
  std::string(std::size_t{64} << 20, 'x');
  CHECK(memory.grown() >= 60);
}
#endif

TEST_CASE("hostile server: frames of any length", "[cluster]") {
  const auto length = [](std::uint32_t n) { return [n](answer& a) { return a.frame_of_length(n); }; };
  const named_lie lies[] = {
      {"2^31 - 1", length(huge), all_of(errc::frame_too_large)},
      {"-1", length(0xffffffff), all_of(errc::frame_too_large)},
      {"256 MiB and one", length((1U << 28) + 1), all_of(errc::frame_too_large)},
      {"no body", [](answer& a) { return a.say(opcode::result, "").frame(); }, all_of(errc::truncated)},
  };
  hostile_cluster cluster;
  for (const named_lie& each : lies) cluster.check(each);
}

TEST_CASE("hostile server: a frame that is announced takes no memory until it comes", "[cluster]") {
  hostile_cluster cluster({.heartbeat_interval = 100ms, .heartbeat_timeout = 500ms});
  const falsehood rest_does_not_come = [](answer& a) { return a.frame_of_length(1U << 28); };
  CHECK(cluster.read_lied_to(readers[0], react::rewrite(telling(rest_does_not_come))) ==
        errc::heartbeat_timeout);
}

TEST_CASE("hostile server: rows that are not there", "[cluster]") {
  const named_lie lies[] = {
      {"rows, no columns",
       [](answer& a) { return a.say(result_kind::rows, no_metadata(0, huge)).frame(); },
       {errc::length_exceeds_input, errc::length_exceeds_input, errc::schema_mismatch}},
      {"columns, no rows",
       [](answer& a) { return a.say(result_kind::rows, no_metadata(huge, 0)).frame(); },
       {errc::unexpected_message, errc::unexpected_message, errc::schema_mismatch}},
      {"both",
       [](answer& a) { return a.say(result_kind::rows, no_metadata(huge, huge)).frame(); },
       {errc::length_exceeds_input, errc::length_exceeds_input, errc::schema_mismatch}},
      {"fewer rows than none",
       [](answer& a) { return a.say(result_kind::rows, no_metadata(3, 0xffffffff)).frame(); },
       {errc::negative_length, errc::negative_length, errc::length_exceeds_input}},
  };
  hostile_cluster cluster;
  for (const named_lie& each : lies) cluster.check(each);
}

TEST_CASE("hostile server: rows that contradict themselves", "[cluster]") {
  // Rows of a model come without metadata: nothing can be said about their columns any more.
  struct row_lie {
    lie told;
    errc as_text, in_model;
  };
  constexpr row_lie lies[] = {
      {lie::row_count, errc::length_exceeds_input, errc::length_exceeds_input},
      {lie::column_count, errc::truncated, errc::schema_mismatch},
      {lie::cell_size, errc::truncated, errc::truncated},
      {lie::name_size, errc::truncated, errc::ok},
      {lie::nesting, errc::nesting_too_deep, errc::ok},
      {lie::fewer_columns, errc::ok, errc::ok},
      {lie::more_columns, errc::truncated, errc::ok},
      {lie::types, errc::ok, errc::ok},
  };
  hostile_cluster cluster;
  for (const row_lie& each : lies)
    for (const row_reader& reader : readers) {
      INFO(static_cast<int>(each.told) << ", " << reader.name);
      const errc expected = reader.read == read_model ? each.in_model : each.as_text;
      CHECK(cluster.read_lied_to(reader, react::tell(each.told)) == expected);
    }
}

TEST_CASE("hostile server: a model's columns that are not what was asked for", "[cluster]") {
  const std::pair<lie, errc> lies[] = {
      {lie::column_count, errc::length_exceeds_input}, {lie::name_size, errc::truncated},
      {lie::nesting, errc::nesting_too_deep},          {lie::fewer_columns, errc::schema_mismatch},
      {lie::more_columns, errc::schema_mismatch},      {lie::types, errc::schema_mismatch}};
  for (const auto& [told, expected] : lies) {
    INFO(static_cast<int>(told));
    hostile_cluster cluster;
    cluster.server.on({.opcode = opcode::prepare}, react::tell(told));
    const memory_peak memory;
    CHECK(read_model(*cluster.driver) == expected);
    CHECK(memory.grown() <= most_memory);
    CHECK(read_model(*cluster.driver) == errc::ok);
  }
}

TEST_CASE("hostile server: bodies that say they are huge when they are not compressed", "[cluster]") {
  const auto packed = [](std::uint32_t size, std::string_view block) {
    return [=](answer& a) {
      a.flags = protocol::frame_flag::compression;
      a.body = octets().number(size).raw(block).bytes();
      return a.frame();
    };
  };
  hostile_cluster cluster({.compression = coodie::compression::lz4});
  cluster.check({"2 GB", packed(huge, "\x10"), all_of(errc::frame_too_large)});
  cluster.check({"-1", packed(0xffffffff, "\x10"), all_of(errc::frame_too_large)});
  cluster.check({"200 MB in ten bytes", packed(200'000'000, "0123456789"), all_of(errc::compression_error)});
}
