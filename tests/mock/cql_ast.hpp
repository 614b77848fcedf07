// SPDX-License-Identifier: MIT
// What the mock server's parser makes of a statement, before any name in it is looked up.
#ifndef COODIE_TESTS_MOCK_CQL_AST_HPP
#define COODIE_TESTS_MOCK_CQL_AST_HPP

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "protocol/config.hpp"

namespace coodie::inline COODIE_ABI::testing::cql {

/// A type as it is written: `int`, `frozen<list<text>>`, `ks.address`, `vector<float, 3>`,
/// `'a.custom.Class'`.
struct type_name {
  std::string keyspace;  ///< of a user type, when written
  std::string name;      ///< in lower case, or as quoted
  std::vector<type_name> parameters;
  std::int32_t dimensions = 0;  ///< of a vector
  bool frozen = false;
  bool custom = false;  ///< written as a string: a class name

  bool operator==(const type_name&) const = default;
};

enum class term_kind : std::uint8_t {
  null,
  string,     ///< text: the content
  integer,    ///< text: the digits, with their sign
  floating,   ///< text: as written; also nan, infinity, -nan, -infinity
  boolean,    ///< text: true or false
  uuid,       ///< text: as written
  hex,        ///< text: the digits without 0x
  duration,   ///< text: as written
  marker,     ///< ? or :name; index, and text for a named one
  list,       ///< [items], also a vector
  set,        ///< {items}; {} is a set without items
  map,        ///< {items[0]: items[1], ...}
  tuple,      ///< (items)
  user_type,  ///< {names[i]: items[i], ...}
  function,   ///< text(items); keyspace in names[0] when written
  hint,       ///< (type) items[0]
};

/// A value as it is written.
struct term {
  term_kind kind = term_kind::null;
  std::string text;
  std::vector<term> items;
  std::vector<std::string> names;
  std::vector<type_name> types;  ///< of a hint: one
  std::uint32_t index = 0;       ///< of a marker: its place in the statement, from 0

  bool operator==(const term&) const = default;
};

/// [keyspace.]name
struct object_name {
  std::string keyspace;
  std::string name;

  bool operator==(const object_name&) const = default;
};

enum class selector_kind : std::uint8_t {
  column,     ///< name
  element,    ///< items[0][key]
  field,      ///< items[0].name
  function,   ///< [keyspace.]name(items)
  count_all,  ///< count(*), count(1)
  cast,       ///< cast(items[0] as type)
  literal,    ///< a term
};

/// What stands between SELECT and FROM.
struct selector {
  selector_kind kind = selector_kind::column;
  std::string keyspace;  ///< of a function, when written
  std::string name;
  std::vector<selector> items;
  std::vector<term> terms;       ///< the key of an element, or the literal
  std::vector<type_name> types;  ///< of a cast: one
  std::string alias;             ///< AS alias; of the outermost selector only

  bool operator==(const selector&) const = default;
};

enum class relation_op : std::uint8_t {
  eq,
  ne,
  lt,
  le,
  gt,
  ge,
  in,
  contains,
  contains_key,
  like,
  is_not_null
};
enum class relation_target : std::uint8_t { column, tuple, token, element, field };

/// One condition of WHERE or IF.
struct relation {
  relation_target target = relation_target::column;
  std::vector<std::string> columns;  ///< one, or those of a tuple or of token()
  std::optional<term> key;           ///< of an element: column[key]
  std::string field;                 ///< of a field: column.field
  relation_op op = relation_op::eq;
  std::vector<term> values;  ///< one; for IN (a, b) each; for IN ? the marker, with in_marker set
  bool in_marker = false;

  bool operator==(const relation&) const = default;
};

/// USING TIMESTAMP and USING TTL.
struct attributes {
  std::optional<term> timestamp;
  std::optional<term> ttl;

  bool operator==(const attributes&) const = default;
};

/// A property of WITH: `name = term`.
struct property {
  std::string name;
  term value;

  bool operator==(const property&) const = default;
};

struct ordering {
  std::string column;
  bool descending = false;
  std::optional<term> ann_of;  ///< ORDER BY column ANN OF term

  bool operator==(const ordering&) const = default;
};

struct select_statement {
  object_name table;
  bool json = false, distinct = false, star = false, allow_filtering = false;
  std::vector<selector> selection;
  std::vector<relation> where;
  std::vector<selector> group_by;
  std::vector<ordering> order_by;
  std::optional<term> limit, per_partition_limit;

  bool operator==(const select_statement&) const = default;
};

struct insert_statement {
  object_name table;
  bool json = false, default_unset = false, if_not_exists = false;
  std::vector<std::string> columns;
  std::vector<term> values;  ///< of INSERT JSON: one
  attributes using_;

  bool operator==(const insert_statement&) const = default;
};

enum class assignment_kind : std::uint8_t {
  set,       ///< column = value
  add,       ///< column = column + value, column += value
  subtract,  ///< column = column - value, column -= value
  prepend,   ///< column = value + column
  element,   ///< column[key] = value
  field,     ///< column.field = value
};

struct assignment {
  assignment_kind kind = assignment_kind::set;
  std::string column;
  std::optional<term> key;
  std::string field;
  term value;

  bool operator==(const assignment&) const = default;
};

struct update_statement {
  object_name table;
  attributes using_;
  std::vector<assignment> assignments;
  std::vector<relation> where;
  std::vector<relation> conditions;
  bool if_exists = false;

  bool operator==(const update_statement&) const = default;
};

/// column, column[key] or column.field
struct deletion {
  std::string column;
  std::optional<term> key;
  std::string field;

  bool operator==(const deletion&) const = default;
};

struct delete_statement {
  object_name table;
  attributes using_;
  std::vector<deletion> deletions;  ///< empty: whole rows
  std::vector<relation> where;
  std::vector<relation> conditions;
  bool if_exists = false;

  bool operator==(const delete_statement&) const = default;
};

using modification = std::variant<insert_statement, update_statement, delete_statement>;

enum class batch_kind : std::uint8_t { logged, unlogged, counter };

struct batch_statement {
  batch_kind kind = batch_kind::logged;
  attributes using_;
  std::vector<modification> statements;

  bool operator==(const batch_statement&) const = default;
};

struct use_statement {
  std::string keyspace;
  bool operator==(const use_statement&) const = default;
};

struct truncate_statement {
  object_name table;
  bool operator==(const truncate_statement&) const = default;
};

struct create_keyspace_statement {
  std::string keyspace;
  bool if_not_exists = false;
  bool alter = false;  ///< ALTER KEYSPACE
  bool if_exists = false;
  std::vector<property> properties;

  bool operator==(const create_keyspace_statement&) const = default;
};

struct column_declaration {
  std::string name;
  type_name type;
  bool is_static = false;

  bool operator==(const column_declaration&) const = default;
};

struct create_table_statement {
  object_name table;
  bool if_not_exists = false;
  std::vector<column_declaration> columns;
  std::vector<std::string> inline_keys;                ///< columns with PRIMARY KEY behind their type
  std::vector<std::vector<std::string>> primary_keys;  ///< partition key of each PRIMARY KEY clause
  std::vector<std::string> clustering;
  std::vector<ordering> clustering_order;
  bool compact_storage = false;
  std::vector<property> properties;

  bool operator==(const create_table_statement&) const = default;
};

enum class alteration_kind : std::uint8_t { add, drop, rename, with, alter_type };

struct alter_table_statement {
  object_name table;
  bool if_exists = false;
  alteration_kind kind = alteration_kind::add;
  bool if_column = false;                   ///< ADD IF NOT EXISTS, DROP IF EXISTS, RENAME IF EXISTS
  std::vector<column_declaration> columns;  ///< of ADD; of DROP without types
  std::vector<std::pair<std::string, std::string>> renamed;  ///< of RENAME
  std::vector<property> properties;                          ///< of WITH

  bool operator==(const alter_table_statement&) const = default;
};

struct create_type_statement {
  object_name type;
  bool if_not_exists = false;
  std::vector<column_declaration> fields;

  bool operator==(const create_type_statement&) const = default;
};

struct alter_type_statement {
  object_name type;
  bool if_exists = false;
  alteration_kind kind = alteration_kind::add;
  bool if_field = false;
  std::vector<column_declaration> fields;
  std::vector<std::pair<std::string, std::string>> renamed;

  bool operator==(const alter_type_statement&) const = default;
};

enum class index_target_kind : std::uint8_t { column, keys, values, entries, full };

struct create_index_statement {
  std::string keyspace;  ///< of the index name, when written
  std::string name;      ///< empty: chosen by the server
  object_name table;
  bool custom = false, if_not_exists = false;
  std::vector<std::pair<index_target_kind, std::string>> targets;
  std::string class_name;
  std::vector<property> properties;

  bool operator==(const create_index_statement&) const = default;
};

enum class dropped_kind : std::uint8_t { keyspace, table, type, index };

struct drop_statement {
  dropped_kind kind = dropped_kind::table;
  object_name name;  ///< of a keyspace: `name`
  bool if_exists = false;

  bool operator==(const drop_statement&) const = default;
};

/// A statement that is CQL, but that the mock does not execute.
struct unsupported_statement {
  std::string what;
  bool operator==(const unsupported_statement&) const = default;
};

using any_statement =
    std::variant<select_statement, insert_statement, update_statement, delete_statement, batch_statement,
                 use_statement, truncate_statement, create_keyspace_statement, create_table_statement,
                 alter_table_statement, create_type_statement, alter_type_statement, create_index_statement,
                 drop_statement, unsupported_statement>;

/// A statement and its bind markers: one name for each, empty for `?`.
struct parsed_statement {
  any_statement statement;
  std::vector<std::string> markers;

  bool operator==(const parsed_statement&) const = default;
};

}  // namespace coodie::inline COODIE_ABI::testing::cql

#endif  // COODIE_TESTS_MOCK_CQL_AST_HPP
