// SPDX-License-Identifier: MIT
// CREATE, ALTER and DROP.
#ifndef COODIE_TESTS_MOCK_CQL_PARSE_SCHEMA_IPP
#define COODIE_TESTS_MOCK_CQL_PARSE_SCHEMA_IPP

#include "tests/mock/cql_parse_terms.hpp"
#include "tests/mock/cql_parser.hpp"

namespace coodie::inline COODIE_ABI::testing::cql {

namespace detail {

inline bool accept_if_not_exists(cursor& in) {
  if (!in.at_word("if") || !in.peek(1).is_word("not")) return false;
  in.expect_word("if");
  in.expect_word("not");
  in.expect_word("exists");
  return true;
}

inline bool accept_if_exists(cursor& in) { return in.accept_words("if", "exists"); }

inline bool accept_table_word(cursor& in) {
  return in.accept_word("table") || in.accept_word("columnfamily");
}

inline any_statement skip_unsupported(cursor& in, std::string what) {
  if (in.at_word("materialized")) (void)in.take();
  for (const char c : in.peek().text) what += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  while (!in.at_end() && !in.at(";")) (void)in.take();
  return unsupported_statement{std::move(what)};
}

inline column_declaration parse_column(cursor& in) {
  column_declaration result;
  result.name = in.identifier();
  result.type = parse_type(in);
  result.is_static = in.accept_word("static");
  if (in.at_word("masked")) in.fail_with(unsupported("column masks"));
  return result;
}

inline any_statement parse_create_keyspace(cursor& in) {
  create_keyspace_statement result;
  result.if_not_exists = accept_if_not_exists(in);
  result.keyspace = in.identifier();
  if (!in.at_word("with")) in.expect_word("with");
  result.properties = parse_properties(in);
  return result;
}

inline void parse_primary_key(cursor& in, create_table_statement& result) {
  std::vector<std::string> partition;
  in.expect("(");
  if (in.accept("(")) {
    do {
      partition.push_back(in.identifier());
    } while (!in.failed() && in.accept(","));
    in.expect(")");
  } else {
    partition.push_back(in.identifier());
  }
  while (!in.failed() && in.accept(",")) result.clustering.push_back(in.identifier());
  in.expect(")");
  result.primary_keys.push_back(std::move(partition));
}

inline void parse_table_columns(cursor& in, create_table_statement& result) {
  in.expect("(");
  do {
    if (in.at(")") && !result.columns.empty()) break;  // a comma may stand before the parenthesis
    if (in.at_word("primary") && in.peek(1).is_word("key")) {
      (void)in.take();
      (void)in.take();
      parse_primary_key(in, result);
      continue;
    }
    result.columns.push_back(parse_column(in));
    if (!in.accept_word("primary")) continue;
    in.expect_word("key");
    result.inline_keys.push_back(result.columns.back().name);
  } while (!in.failed() && in.accept(","));
  in.expect(")");
}

inline void parse_clustering_order(cursor& in, create_table_statement& result) {
  in.expect_word("clustering");
  in.expect_word("order");
  in.expect_word("by");
  in.expect("(");
  do {
    ordering next;
    next.column = in.identifier();
    next.descending = in.accept_word("desc");
    if (!next.descending) in.expect_word("asc");
    result.clustering_order.push_back(std::move(next));
  } while (!in.failed() && in.accept(","));
  in.expect(")");
}

inline any_statement parse_create_table(cursor& in) {
  create_table_statement result;
  result.if_not_exists = accept_if_not_exists(in);
  result.table = parse_object_name(in);
  parse_table_columns(in, result);
  if (!in.accept_word("with")) return result;
  do {
    if (in.accept_words("compact", "storage"))
      result.compact_storage = true;
    else if (in.at_word("clustering") && in.peek(1).is_word("order"))
      parse_clustering_order(in, result);
    else
      result.properties.push_back(parse_property(in));
  } while (!in.failed() && in.accept_word("and"));
  return result;
}

inline any_statement parse_create_type(cursor& in) {
  create_type_statement result;
  result.if_not_exists = accept_if_not_exists(in);
  result.type = parse_object_name(in);
  in.expect("(");
  do {
    column_declaration field;
    field.name = in.identifier();
    field.type = parse_type(in);
    result.fields.push_back(std::move(field));
  } while (!in.failed() && in.accept(","));
  in.expect(")");
  return result;
}

inline std::pair<index_target_kind, std::string> parse_index_target(cursor& in) {
  static constexpr std::pair<std::string_view, index_target_kind> kinds[] = {
      {"keys", index_target_kind::keys},
      {"values", index_target_kind::values},
      {"entries", index_target_kind::entries},
      {"full", index_target_kind::full}};
  for (const auto& [word, kind] : kinds) {
    if (!in.at_word(word) || !in.peek(1).is("(")) continue;
    (void)in.take();
    in.expect("(");
    std::string column = in.identifier();
    in.expect(")");
    return {kind, std::move(column)};
  }
  return {index_target_kind::column, in.identifier()};
}

inline any_statement parse_create_index(cursor& in, bool custom) {
  create_index_statement result;
  result.custom = custom;
  in.expect_word("index");
  result.if_not_exists = accept_if_not_exists(in);
  if (!in.at_word("on")) {
    object_name name = parse_object_name(in);
    result.keyspace = std::move(name.keyspace);
    result.name = std::move(name.name);
  }
  in.expect_word("on");
  result.table = parse_object_name(in);
  in.expect("(");
  if (!in.at(")")) {
    do {
      result.targets.push_back(parse_index_target(in));
    } while (!in.failed() && in.accept(","));
  }
  in.expect(")");
  if (in.accept_word("using")) {
    if (in.peek().kind != token_kind::string) in.fail_expecting("the name of an index class");
    result.class_name = in.take().text;
  }
  result.properties = parse_properties(in);
  return result;
}

inline std::vector<std::pair<std::string, std::string>> parse_renames(cursor& in) {
  std::vector<std::pair<std::string, std::string>> renamed;
  do {
    std::string from = in.identifier();
    in.expect_word("to");
    renamed.emplace_back(std::move(from), in.identifier());
  } while (!in.failed() && in.accept_word("and"));
  return renamed;
}

inline void parse_added_columns(cursor& in, alter_table_statement& result) {
  result.if_column = accept_if_not_exists(in);
  if (!in.accept("(")) {
    result.columns.push_back(parse_column(in));
    return;
  }
  do {
    result.columns.push_back(parse_column(in));
  } while (!in.failed() && in.accept(","));
  in.expect(")");
}

inline void parse_dropped_columns(cursor& in, alter_table_statement& result) {
  result.kind = alteration_kind::drop;
  result.if_column = accept_if_exists(in);
  const bool several = in.accept("(");
  do {
    column_declaration column;
    column.name = in.identifier();
    result.columns.push_back(std::move(column));
  } while (!in.failed() && several && in.accept(","));
  if (several) in.expect(")");
  if (in.at_word("using")) in.fail_with(unsupported("ALTER TABLE DROP USING TIMESTAMP"));
}

inline any_statement parse_alter_table(cursor& in) {
  alter_table_statement result;
  result.if_exists = accept_if_exists(in);
  result.table = parse_object_name(in);
  if (in.accept_word("add")) {
    parse_added_columns(in, result);
  } else if (in.at_word("drop") && in.peek(1).is_word("compact")) {
    in.fail_with(unsupported("COMPACT STORAGE"));
  } else if (in.accept_word("drop")) {
    parse_dropped_columns(in, result);
  } else if (in.accept_word("rename")) {
    result.kind = alteration_kind::rename;
    result.if_column = accept_if_exists(in);
    result.renamed = parse_renames(in);
  } else if (in.at_word("with")) {
    result.kind = alteration_kind::with;
    result.properties = parse_properties(in);
  } else if (in.accept_word("alter")) {
    result.kind = alteration_kind::alter_type;
    column_declaration column;
    column.name = in.identifier();
    if (!in.accept_word("type")) in.fail_with(unsupported("column masks"));
    column.type = parse_type(in);
    result.columns.push_back(std::move(column));
  } else {
    in.fail_expecting("ADD, DROP, RENAME, ALTER or WITH");
  }
  return result;
}

inline any_statement parse_alter_type(cursor& in) {
  alter_type_statement result;
  result.if_exists = accept_if_exists(in);
  result.type = parse_object_name(in);
  if (in.accept_word("add")) {
    result.if_field = accept_if_not_exists(in);
    column_declaration field;
    field.name = in.identifier();
    field.type = parse_type(in);
    result.fields.push_back(std::move(field));
  } else if (in.accept_word("rename")) {
    result.kind = alteration_kind::rename;
    result.if_field = accept_if_exists(in);
    result.renamed = parse_renames(in);
  } else if (in.accept_word("alter")) {
    result.kind = alteration_kind::alter_type;
    column_declaration field;
    field.name = in.identifier();
    in.expect_word("type");
    field.type = parse_type(in);
    result.fields.push_back(std::move(field));
  } else {
    in.fail_expecting("ADD, RENAME or ALTER");
  }
  return result;
}

inline any_statement parse_alter_keyspace(cursor& in) {
  create_keyspace_statement result;
  result.alter = true;
  result.if_exists = accept_if_exists(in);
  result.keyspace = in.identifier();
  if (!in.at_word("with")) in.expect_word("with");
  result.properties = parse_properties(in);
  return result;
}

inline bool accept_keyspace_word(cursor& in) {
  return in.accept_word("keyspace") || in.accept_word("schema");
}

}  // namespace detail

any_statement parse_create(cursor& in) {
  if (detail::accept_keyspace_word(in)) return detail::parse_create_keyspace(in);
  if (detail::accept_table_word(in)) return detail::parse_create_table(in);
  if (in.accept_word("type")) return detail::parse_create_type(in);
  if (in.at_word("index")) return detail::parse_create_index(in, false);
  if (in.accept_word("custom")) return detail::parse_create_index(in, true);
  return detail::skip_unsupported(in, "CREATE ");
}

any_statement parse_alter(cursor& in) {
  if (detail::accept_keyspace_word(in)) return detail::parse_alter_keyspace(in);
  if (detail::accept_table_word(in)) return detail::parse_alter_table(in);
  if (in.accept_word("type")) return detail::parse_alter_type(in);
  return detail::skip_unsupported(in, "ALTER ");
}

any_statement parse_drop(cursor& in) {
  drop_statement result;
  if (detail::accept_keyspace_word(in))
    result.kind = dropped_kind::keyspace;
  else if (detail::accept_table_word(in))
    result.kind = dropped_kind::table;
  else if (in.accept_word("type"))
    result.kind = dropped_kind::type;
  else if (in.accept_word("index"))
    result.kind = dropped_kind::index;
  else
    return detail::skip_unsupported(in, "DROP ");
  result.if_exists = detail::accept_if_exists(in);
  if (result.kind == dropped_kind::keyspace)
    result.name.name = in.identifier();
  else
    result.name = parse_object_name(in);
  return result;
}

}  // namespace coodie::inline COODIE_ABI::testing::cql

#endif  // COODIE_TESTS_MOCK_CQL_PARSE_SCHEMA_IPP
