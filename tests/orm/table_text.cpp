// SPDX-License-Identifier: MIT
#include "orm/table_text.hpp"

#include "tests/catch.hpp"
#include "tests/orm/models.hpp"

namespace {

using namespace orm_tests;
using coodie::column_kind;
using coodie::detail::check_model;
using coodie::detail::create_table_source;
using coodie::detail::static_text;
using coodie::detail::table_of_model;

template <class T>
inline constexpr std::string_view create = static_text<create_table_source<T>>::view;

static_assert(check_model<blog_post>() && check_model<reading>() && check_model<page_views>() &&
              check_model<quoted>() && check_model<every_type>() && check_model<point>() &&
              check_model<account>() && check_model<post_view>());

static_assert(
    create<blog_post> ==
    "CREATE TABLE IF NOT EXISTS blog_posts (blog_id uuid, published_at timestamp, title text, body text, "
    "author text, views int, PRIMARY KEY (blog_id, published_at)) WITH CLUSTERING ORDER BY (published_at "
    "DESC)");
static_assert(
    create<reading> ==
    "CREATE TABLE IF NOT EXISTS readings (sensor text, year int, day int, hour int, place text STATIC, value "
    "double, quality int, batch_number int, notes list<text>, flags set<int>, extra map<text, bigint>, "
    "PRIMARY KEY ((sensor, year), day, hour)) WITH CLUSTERING ORDER BY (day DESC, hour ASC)");
static_assert(
    create<page_views> ==
    "CREATE TABLE IF NOT EXISTS page_views (url text, views counter, clicks counter, PRIMARY KEY (url))");
static_assert(create<quoted> ==
              "CREATE TABLE IF NOT EXISTS \"Mixed\" (id int, \"order\" text, \"a \"\"quoted\"\" name\" text, "
              "\"Capital\" text, PRIMARY KEY (id))");
static_assert(create<point> ==
              "CREATE TABLE IF NOT EXISTS points (x int, y int, label text, PRIMARY KEY (x, y))");
static_assert(
    create<account> ==
    "CREATE TABLE IF NOT EXISTS bank.accounts (id uuid, owner text, cents bigint, PRIMARY KEY (id))");
static_assert(
    create<every_type> ==
    "CREATE TABLE IF NOT EXISTS every_type (id uuid, a_ascii ascii, a_bigint bigint, a_blob blob, a_boolean "
    "boolean, a_date date, a_decimal decimal, a_double double, a_duration duration, a_float float, a_inet "
    "inet, a_int int, a_smallint smallint, a_text text, a_time time, a_timestamp timestamp, a_timeuuid "
    "timeuuid, a_tinyint tinyint, a_varint varint, an_enum smallint, a_list list<frozen<list<text>>>, a_set "
    "set<text>, an_unordered_set set<int>, a_map map<text, frozen<set<int>>>, an_unordered_map map<int, "
    "text>, a_tuple tuple<int, text>, a_pair tuple<text, frozen<list<int>>>, a_vector vector<float, 3>, "
    "an_optional_list list<int>, PRIMARY KEY (id))");

static_assert(table_of_model<account>.driver == "ledger" && table_of_model<account>.keyspace == "bank");
static_assert(table_of_model<reading>.columns[4].kind == column_kind::static_column);
static_assert(table_of_model<reading>.columns[2].descending &&
              !table_of_model<reading>.columns[3].descending);
static_assert(table_of_model<reading>.columns[6].indexed && !table_of_model<reading>.columns[5].indexed);
static_assert(table_of_model<page_views>.counters && !table_of_model<reading>.counters);
static_assert(table_of_model<quoted>.columns[2].name == "a \"quoted\" name" &&
              table_of_model<quoted>.columns[2].member == "strange");

// Marks may come in any order, and more than once.
struct reordered {
  std::int32_t a = 0, b = 0, c = 0, d = 0, e = 0;
  using table = coodie::table<"reordered", coodie::static_column<&reordered::e>,
                              coodie::clustering_key<&reordered::c, coodie::asc>,
                              coodie::clustering_key<&reordered::d, coodie::desc>,
                              coodie::partition_key<&reordered::b>, coodie::partition_key<&reordered::a>>;
};
static_assert(
    create<reordered> ==
    "CREATE TABLE IF NOT EXISTS reordered (a int, b int, c int, d int, e int STATIC, PRIMARY KEY ((b, a), "
    "c, d)) WITH CLUSTERING ORDER BY (c ASC, d DESC)");

struct only_partition {
  std::int32_t a = 0, b = 0;
  using table =
      coodie::table<"only_partition", coodie::partition_key<&only_partition::a, &only_partition::b>>;
};
static_assert(create<only_partition> ==
              "CREATE TABLE IF NOT EXISTS only_partition (a int, b int, PRIMARY KEY ((a, b)))");

struct with_options {
  std::int32_t id = 0;
  std::int32_t at = 0;
  using table = coodie::table<
      "with_options", coodie::partition_key<&with_options::id>,
      coodie::clustering_key<&with_options::at, coodie::desc>,
      coodie::with<coodie::default_ttl<86400>, coodie::comment<"it's \"here\"">, coodie::gc_grace<0>>,
      coodie::with<coodie::option<"compaction", "{'class': 'LeveledCompactionStrategy'}">>>;
};
static_assert(
    create<with_options> ==
    "CREATE TABLE IF NOT EXISTS with_options (id int, at int, PRIMARY KEY (id, at)) WITH CLUSTERING ORDER "
    "BY (at DESC) AND default_time_to_live = 86400 AND comment = 'it''s \"here\"' AND gc_grace_seconds = 0 "
    "AND compaction = {'class': 'LeveledCompactionStrategy'}");

struct reserved_word {
  std::int32_t id = 0;
  std::int32_t select = 0, key = 0, _under = 0, with9 = 0;
  using table = coodie::table<"table", coodie::partition_key<&reserved_word::id>, coodie::keyspace<"Space">>;
};
static_assert(
    create<reserved_word> ==
    "CREATE TABLE IF NOT EXISTS \"Space\".\"table\" (id int, \"select\" int, key int, \"_under\" int, with9 "
    "int, PRIMARY KEY (id))");

}  // namespace

TEST_CASE("the key of a table is known by index, partition key first", "[orm]") {
  const auto& table = table_of_model<reordered>;
  CHECK(table.partition_size == 2);
  CHECK(table.clustering_size == 2);
  CHECK((table.key[0] == 1 && table.key[1] == 0 && table.key[2] == 2 && table.key[3] == 3));
}
