// SPDX-License-Identifier: MIT
// What the compiler refuses of a query is what the server refuses.
#include "orm/query_shape.hpp"

#include <algorithm>

#include "orm/query_text.hpp"
#include "tests/catch.hpp"
#include "tests/orm/both_servers.hpp"

namespace {

using namespace coodie::detail;
using coodie::asc;
using coodie::desc;

struct sample {
  std::int32_t p = 0, q = 0, c = 0, d = 0;
  std::optional<std::int32_t> s = {}, x = {}, y = {}, z = {};

  using table = coodie::table<"sample", coodie::partition_key<&sample::p, &sample::q>,
                              coodie::clustering_key<&sample::c, &sample::d, coodie::desc>,
                              coodie::static_column<&sample::s>, coodie::indexed<&sample::x, &sample::y>>;
};
constexpr const auto& table = table_of_model<sample>;
constexpr std::size_t p = 0, q = 1, c = 2, d = 3, s = 4, x = 5, y = 6, z = 7;

template <std::size_t N>
constexpr fault judge(const condition_shape (&conditions)[N], bool allow_filtering = false) {
  std::array<condition_shape, N> all{};
  std::copy_n(conditions, N, all.begin());
  return judge_select(table, all, std::array<order_shape, 0>(), allow_filtering).what;
}
template <std::size_t N, std::size_t M>
constexpr fault judge(const condition_shape (&conditions)[N], const order_shape (&orders)[M]) {
  std::array<condition_shape, N> all{};
  std::copy_n(conditions, N, all.begin());
  std::array<order_shape, M> order{};
  std::copy_n(orders, M, order.begin());
  return judge_select(table, all, order, false).what;
}
template <std::size_t N>
constexpr fault judge_removal(const condition_shape (&conditions)[N]) {
  std::array<condition_shape, N> all{};
  std::copy_n(conditions, N, all.begin());
  return judge_remove(table, all).what;
}

constexpr auto eq = relation::equal;
constexpr auto in = relation::in;
constexpr auto gt = relation::greater;
constexpr auto lt = relation::less;
using enum fault;

static_assert(judge({{p, eq}, {q, eq}}) == none);
static_assert(judge({{p, in}, {q, eq}, {c, eq}, {d, gt}, {d, lt}}) == none);
static_assert(judge({{p, eq}}) == partition_incomplete);
static_assert(judge({{p, gt}, {q, eq}}) == partition_range);
static_assert(judge({{p, gt}, {q, eq}}, true) == none);
static_assert(judge({{p, eq}, {q, eq}, {d, eq}}) == clustering_skipped);
static_assert(judge({{p, eq}, {q, eq}, {c, gt}, {d, eq}}) == clustering_after_range);
static_assert(judge({{c, eq}}) == clustering_alone);
static_assert(judge({{z, eq}}) == not_indexed);
static_assert(judge({{x, gt}}) == not_indexed);
static_assert(judge({{x, eq}}) == none);
static_assert(judge({{x, eq}, {y, eq}}) == second_index);
static_assert(judge({{x, eq}, {y, eq}}, true) == none);
static_assert(judge({{p, eq}, {q, eq}, {x, eq}}) == none);
static_assert(judge({{p, eq}, {x, eq}}) == partition_incomplete);
static_assert(judge({{p, in}, {q, eq}, {x, eq}}) == index_with_list);
static_assert(judge({{p, in}, {q, eq}, {x, eq}}, true) == index_with_list);
static_assert(judge({{c, relation::not_equal}}, true) == not_equal);
static_assert(judge({{p, eq}, {p, eq}, {q, eq}}) == column_twice);
static_assert(judge({{p, eq}, {q, eq}, {c, gt}, {c, gt}}) == column_twice);
static_assert(judge({{no_column, eq}}) == foreign_column);
static_assert(judge({{z, eq, true}}, true) == null_compared);

static_assert(judge({{p, eq}, {q, eq}}, {{c, false}}) == none);
static_assert(judge({{p, eq}, {q, eq}}, {{c, true}, {d, false}}) == none);
static_assert(judge({{p, eq}, {q, eq}}, {{c, true}, {d, true}}) == order_mixed);
static_assert(judge({{p, eq}, {q, eq}}, {{d, false}}) == order_skips);
static_assert(judge({{p, eq}, {q, eq}, {c, eq}}, {{d, false}}) == none);
static_assert(judge({{p, eq}, {q, eq}}, {{z, false}}) == order_by_regular);
static_assert(judge({{x, eq}}, {{c, false}}) == order_without_partition);
static_assert(judge({{p, eq}, {q, eq}, {x, eq}}, {{c, false}}) == order_with_index);

static_assert(judge_removal({{p, eq}, {q, eq}}) == none);
static_assert(judge_removal({{p, eq}, {q, in}, {c, gt}}) == none);
static_assert(judge_removal({{p, eq}}) == remove_incomplete);
static_assert(judge_removal({{p, eq}, {q, eq}, {z, eq}}) == remove_by_regular);
static_assert(judge_removal({{p, eq}, {q, eq}, {d, eq}}) == remove_skips);
static_assert(judge_removal({{p, eq}, {q, eq}, {c, gt}, {d, eq}}) == remove_skips);

/// Restrictions as text, with values in place of markers.
std::string where_text(const std::vector<condition_shape>& conditions) {
  std::string text;
  for (const condition_shape& each : conditions) {
    text += text.empty() ? " WHERE " : " AND ";
    text += std::string(table.columns[each.column].name);
    std::string relation(relation_text(each.how));
    relation.replace(relation.find('?'), 1, each.how == in ? "(1, 2)" : "1");
    text += relation;
  }
  return text;
}

/// Whether the server takes a statement, and that it is a refusal of the statement when it does not.
bool server_takes(coodie::abstract_driver& driver, const std::string& text,
                  const coodie::execute_options& options = {}) {
  coodie::error_code ec;
  coodie::diagnostics diag;
  static_cast<void>(driver.execute(text, {}, options, ec, diag));
  if (ec && ec != coodie::server_errc::invalid) UNSCOPED_INFO(text << ": " << ec.message());
  return !ec;
}

/// All combinations of restrictions on some columns: none, ==, in, >.
std::vector<std::vector<condition_shape>> combinations(std::initializer_list<std::size_t> columns) {
  std::vector<std::vector<condition_shape>> all(1);
  for (std::size_t column : columns) {
    const auto before = all;
    for (relation how : {eq, in, gt})
      for (auto each : before) {
        each.push_back({column, how});
        all.push_back(std::move(each));
      }
  }
  return all;
}

fault judge_at_run_time(const std::vector<condition_shape>& conditions, bool allow_filtering) {
  restrictions<8> where;
  for (const condition_shape& each : conditions) where.add(table, each);
  if (const verdict v = check_filtering(table, where); v.what != none && !allow_filtering) return v.what;
  return check_index(table, where).what;
}
fault judge_order_at_run_time(const std::vector<condition_shape>& conditions,
                              const std::vector<order_shape>& order) {
  restrictions<8> where;
  for (const condition_shape& each : conditions) where.add(table, each);
  if (order.size() == 1) return check_order(table, where, std::array{order[0]}).what;
  return check_order(table, where, std::array{order[0], order[1]}).what;
}
fault judge_removal_at_run_time(const std::vector<condition_shape>& conditions) {
  std::array<condition_shape, 8> all{};
  std::copy(conditions.begin(), conditions.end(), all.begin());
  switch (conditions.size()) {
    case 0: return judge_remove(table, std::array<condition_shape, 0>()).what;
    case 1: return judge_remove(table, std::array{all[0]}).what;
    case 2: return judge_remove(table, std::array{all[0], all[1]}).what;
    case 3: return judge_remove(table, std::array{all[0], all[1], all[2]}).what;
    default: return judge_remove(table, std::array{all[0], all[1], all[2], all[3]}).what;
  }
}

}  // namespace

TEST_CASE("the server refuses the same queries, and takes the others", "[orm][both]") {
  orm_tests::own_keyspace keyspace("shapes");
  coodie::sync::sync_table<sample>();
  std::size_t taken = 0, refused = 0;
  for (const auto& conditions : combinations({p, q, c, d, x, z})) {
    const std::string text = "SELECT p FROM sample" + where_text(conditions);
    const bool found = server_takes(keyspace.driver(), text);
    ++(found ? taken : refused);
    INFO(text);
    CHECK((judge_at_run_time(conditions, false) == none) == found);
  }
  CHECK(taken > 50);
  CHECK(refused > 3000);
}

TEST_CASE("with ALLOW FILTERING the server takes nearly everything", "[orm][both]") {
  orm_tests::own_keyspace keyspace("filtering");
  coodie::sync::sync_table<sample>();
  for (const auto& conditions : combinations({p, q, c, d, x})) {
    const std::string text = "SELECT p FROM sample" + where_text(conditions) + " ALLOW FILTERING";
    INFO(text);
    CHECK((judge_at_run_time(conditions, true) == none) == server_takes(keyspace.driver(), text));
  }
}

TEST_CASE("the server takes and refuses the same orders", "[orm][both]") {
  orm_tests::own_keyspace keyspace("orders");
  coodie::sync::sync_table<sample>();
  std::vector<std::vector<order_shape>> orders;
  for (std::size_t first : {c, d, z})
    for (bool first_descending : {false, true}) {
      orders.push_back({{first, first_descending}});
      for (std::size_t second : {c, d, z})
        for (bool second_descending : {false, true})
          if (second != first) orders.push_back({{first, first_descending}, {second, second_descending}});
    }
  for (const auto& conditions : combinations({p, q, c, x}))
    for (const auto& order : orders) {
      if (judge_at_run_time(conditions, false) != none) continue;
      std::string text = "SELECT p, c FROM sample" + where_text(conditions);
      for (std::size_t i = 0; i < order.size(); ++i) {
        text += i == 0 ? " ORDER BY " : ", ";
        text += std::string(table.columns[order[i].column].name) + (order[i].descending ? " DESC" : " ASC");
      }
      // With a list of partition keys the server answers unpaged requests only.
      INFO(text);
      CHECK((judge_order_at_run_time(conditions, order) == none) ==
            server_takes(keyspace.driver(), text, {.page_size = 0}));
    }
}

TEST_CASE("two indexes, and static columns", "[orm][both]") {
  orm_tests::own_keyspace keyspace("shapes_two");
  coodie::sync::sync_table<sample>();
  for (const auto& conditions : combinations({x, y, s})) {
    const std::string text = "SELECT p FROM sample" + where_text(conditions);
    INFO(text);
    CHECK((judge_at_run_time(conditions, false) == none) == server_takes(keyspace.driver(), text));
  }
}

TEST_CASE("the server refuses the same removals, and takes the others", "[orm][both]") {
  orm_tests::own_keyspace keyspace("removals");
  coodie::sync::sync_table<sample>();
  for (const auto& conditions : combinations({p, q, c, d})) {
    if (conditions.empty()) continue;
    const std::string text = "DELETE FROM sample" + where_text(conditions);
    INFO(text);
    CHECK((judge_removal_at_run_time(conditions) == none) == server_takes(keyspace.driver(), text));
  }
}
