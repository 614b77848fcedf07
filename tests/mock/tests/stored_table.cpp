// SPDX-License-Identifier: MIT
// Which write wins, what deletions shadow, and the order of rows and partitions.
#include "tests/mock/stored_table.hpp"

#include "tests/catch.hpp"
#include "tests/mock/row_view.hpp"

using namespace coodie::testing::store;
using coodie::type_id;

namespace {

cell value(std::int64_t timestamp, octets bytes) { return {{timestamp, 0, 0}, false, std::move(bytes)}; }
cell expiring(std::int64_t timestamp, std::int64_t until, octets bytes) {
  return {{timestamp, 10, until}, false, std::move(bytes)};
}
cell tombstone(std::int64_t timestamp) { return {{timestamp, 0, 0}, true, {}}; }

column make_column(std::string name, coodie::cql_type type, column_kind kind, std::size_t position,
                   std::uint32_t id) {
  column made;
  made.name = std::move(name);
  made.type = std::move(type);
  made.kind = kind;
  made.position = position;
  made.id = id;
  return made;
}

std::shared_ptr<const table_schema> make_schema(bool descending) {
  table_schema made;
  made.keyspace = "ks";
  made.name = "t";
  made.columns = {make_column("k", type_id::int_, column_kind::partition_key, 0, 0),
                  make_column("c", type_id::int_, column_kind::clustering, 0, 1),
                  make_column("d", type_id::int_, column_kind::clustering, 1, 2),
                  make_column("v", type_id::int_, column_kind::regular, 0, 3)};
  made.columns[1].descending = descending;
  made.partition_size = 1;
  made.clustering_size = 2;
  return std::make_shared<const table_schema>(std::move(made));
}

octets number(std::int32_t of) { return encode_big(of); }

}  // namespace

TEST_CASE("stored row: of two writes the later one wins") {
  CHECK(wins(value(2, "a"), value(1, "z")));
  CHECK_FALSE(wins(value(1, "z"), value(2, "a")));
}

TEST_CASE("stored row: of one time a tombstone wins, then what expires, then the greater bytes") {
  CHECK(wins(tombstone(5), value(5, "zzz")));
  CHECK_FALSE(wins(value(5, "zzz"), tombstone(5)));
  CHECK(wins(tombstone(5), expiring(5, 100, "zzz")));
  CHECK(wins(expiring(5, 100, "a"), value(5, "z")));
  CHECK_FALSE(wins(value(5, "z"), expiring(5, 100, "a")));
  CHECK(wins(expiring(5, 101, "a"), expiring(5, 100, "z")));
  CHECK(wins(value(5, number(-7)), value(5, number(5))));  // bytes, not numbers
  CHECK_FALSE(wins(value(5, "a"), value(5, "a")));
}

TEST_CASE("stored row: a row lives by its marker or by a column") {
  stored_row row;
  CHECK_FALSE(row.is_live(0));
  row.at(3).simple = value(1, "x");
  CHECK(row.is_live(0));
  put_cell(row.at(3).simple, tombstone(2), never);
  CHECK_FALSE(row.is_live(0));
  put_marker(row, {3, 0, 0});
  CHECK(row.is_live(0));
  row.remove_up_to(3);
  CHECK_FALSE(row.is_live(0));
  put_marker(row, {4, 10, 100});
  CHECK(row.is_live(99));
  CHECK_FALSE(row.is_live(100));
  row.at(3).simple = expiring(5, 50, "y");
  CHECK(row.find(3)->is_live(49));
  CHECK_FALSE(row.find(3)->is_live(50));
  row.forget(3);
  CHECK(row.find(3) == nullptr);
}

TEST_CASE("stored row: what is not newer than a deletion is dropped") {
  cell present;
  put_cell(present, value(5, "a"), 5);
  CHECK(present.life.timestamp == never);
  put_cell(present, value(6, "a"), 5);
  CHECK(present.value == "a");
  element_cells elements;
  put_element(elements, "k", value(5, "a"), never);
  clear_elements(elements, 5);
  CHECK(elements.cells.empty());
  put_element(elements, "k", value(5, "b"), never);
  CHECK(elements.cells.empty());
  put_element(elements, "k", value(6, "b"), never);
  CHECK(elements.cells.size() == 1);
}

TEST_CASE("stored table: rows stand in clustering order") {
  stored_table table(make_schema(true));
  stored_partition& partition = table.at({number(1)});
  for (const auto& [c, d] : {std::pair{1, 2}, {2, 1}, {1, 1}, {-1, 5}, {2, -1}})
    partition.rows[{number(c), number(d)}].marker = {1, 0, 0};
  std::vector<clustering_key> keys;
  for (const auto& [key, row] : partition.rows) keys.push_back(key);
  const std::vector<clustering_key> expected = {{number(2), number(-1)},
                                                {number(2), number(1)},
                                                {number(1), number(1)},
                                                {number(1), number(2)},
                                                {number(-1), number(5)}};
  CHECK(keys == expected);
  CHECK(partition.rows.lower_bound({number(1)})->first == expected[2]);  // by the first column alone
  CHECK(partition.rows.upper_bound({number(1)})->first == expected[4]);
}

TEST_CASE("stored table: ranges that deletions cover") {
  const stored_table table(make_schema(false));
  const clustering_range range{{{number(1), number(5)}, false}, {{number(2)}, true}};
  const auto covered = [&](std::int32_t c, std::int32_t d) {
    return covers(table.order(), range, {number(c), number(d)});
  };
  CHECK_FALSE(covered(1, 5));
  CHECK(covered(1, 6));
  CHECK(covered(2, 100));
  CHECK_FALSE(covered(3, 0));
  CHECK_FALSE(covered(1, 4));
  CHECK(covers(table.order(), {}, {number(0), number(0)}));
}

TEST_CASE("stored table: a deletion of a range shadows what is written with an older time") {
  stored_table table(make_schema(false));
  stored_partition& partition = table.at({number(1)});
  const clustering_key inside{number(1), number(1)}, outside{number(9), number(1)};
  partition.rows[inside].marker = {10, 0, 0};
  partition.rows[outside].marker = {10, 0, 0};
  partition.remove_range({{{number(0)}, true}, {{number(5)}, true}}, 20);
  CHECK_FALSE(partition.rows[inside].is_live(0));
  CHECK(partition.rows[outside].is_live(0));
  CHECK(partition.shadow_at(inside) == 20);
  CHECK(partition.shadow_at(outside) == never);
  partition.remove_all(30);
  CHECK(partition.shadow_at(outside) == 30);
  CHECK_FALSE(partition.rows[outside].is_live(0));
}

TEST_CASE("stored table: partitions stand by token") {
  stored_table table(make_schema(false));
  for (std::int32_t k = 0; k < 50; ++k) (void)table.at({number(k)});
  std::int64_t last = never;
  for (const auto& [position, partition] : table.partitions) {
    CHECK(position.token > last);
    CHECK(position.routing_key == partition.key.front());
    last = position.token;
  }
  CHECK(table.partitions.size() == 50);
  CHECK(table.find({number(7)}) != nullptr);
  CHECK(table.find({number(77)}) == nullptr);
  CHECK(position_of({number(1), "x"}).routing_key == std::string("\0\4\0\0\0\1\0\0\1x\0", 11));
}
