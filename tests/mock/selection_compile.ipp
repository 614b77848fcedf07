// SPDX-License-Identifier: MIT
// Selectors get their types and names.
#ifndef COODIE_TESTS_MOCK_SELECTION_COMPILE_IPP
#define COODIE_TESTS_MOCK_SELECTION_COMPILE_IPP

#include <algorithm>

#include "tests/mock/cql_printer.hpp"
#include "tests/mock/mock_numbers.hpp"
#include "tests/mock/selection.hpp"

namespace coodie::inline COODIE_ABI::testing::store {

namespace detail {

class selection_compiler {
 public:
  selection_compiler(term_context& context, std::size_t& slots) : context_(context), slots_(slots) {}

  cql::refusal compile_one(const cql::selector& from, selected& result) {
    result.slot = slots_++;
    cql::refusal refused;
    switch (from.kind) {
      case cql::selector_kind::column: refused = compile_column(from, result); break;
      case cql::selector_kind::element: refused = compile_element(from, result); break;
      case cql::selector_kind::field: refused = compile_field(from, result); break;
      case cql::selector_kind::function: refused = compile_function(from, result); break;
      case cql::selector_kind::cast: refused = compile_cast(from, result); break;
      case cql::selector_kind::literal: refused = compile_literal(from, nullptr, result); break;
      case cql::selector_kind::count_all:
        result.kind = selected::what::count;
        result.type = type_id::bigint;
        result.name = "count";
        break;
    }
    if (refused) return refused;
    result.aggregates = result.is_aggregate();
    for (const auto& item : result.items) {
      if (item.aggregates && result.is_aggregate())
        return cql::invalid("aggregate functions cannot be used as arguments of aggregate functions");
      result.aggregates = result.aggregates || item.aggregates;
    }
    return {};
  }

 private:
  cql::refusal compile_column(const cql::selector& from, selected& result) {
    if (auto refused = find_column(context_.table, from.name, result.on)) return refused;
    result.type = result.on->type;
    result.name = from.name;
    return {};
  }

  cql::refusal compile_element(const cql::selector& from, selected& result) {
    result.kind = selected::what::element;
    if (auto refused = compile_one(from.items.front(), result.items.emplace_back())) return refused;
    const selected& whole = result.items.front();
    if (whole.type.id == type_id::list)
      return cql::invalid("Element selection is only allowed on sets and maps, but " + whole.name +
                          " is a list");
    if (!is_collection(whole.type))
      return cql::invalid("Invalid element selection: " + whole.name + " is of type " +
                          schema_type_text(whole.type) + " is not a collection");
    const bool map = whole.type.id == type_id::map;
    const receiver key{(map ? "key(" : "value(") + whole.name + ')', whole.type.parameters[0]};
    if (auto refused = compile(context_, from.terms.front(), key, result.term)) return refused;
    result.type = whole.type.parameters[map ? 1 : 0];
    result.name = whole.name + '[' + cql::print(from.terms.front()) + ']';
    return {};
  }

  cql::refusal compile_field(const cql::selector& from, selected& result) {
    result.kind = selected::what::field;
    if (auto refused = compile_one(from.items.front(), result.items.emplace_back())) return refused;
    const selected& whole = result.items.front();
    if (whole.type.id != type_id::udt)
      return cql::invalid("Invalid field selection: " + whole.name + " of type " +
                          schema_type_text(whole.type) + " is not a user type");
    const auto& names = whole.type.field_names;
    const auto at = std::find(names.begin(), names.end(), from.name);
    if (at == names.end())
      return cql::invalid(whole.name + " of type " + schema_type_text(whole.type) + " has no field " +
                          from.name);
    result.field = static_cast<std::size_t>(at - names.begin());
    result.type = whole.type.parameters[result.field];
    result.name = whole.name + '.' + from.name;
    return {};
  }

  // A literal has a type when a hint or the argument of a function gives it one.
  cql::refusal compile_literal(const cql::selector& from, const cql_type* wanted, selected& result) {
    const cql::term& term = from.terms.front();
    result.kind = selected::what::literal;
    result.name = cql::print(term);
    if (wanted != nullptr) {
      result.type = *wanted;
    } else if (term.kind == cql::term_kind::hint) {
      if (auto refused =
              resolve_type(context_.schema, context_.table.keyspace, term.types.front(), result.type))
        return refused;
    } else {
      return cql::invalid("Cannot infer type for term " + result.name +
                          " in selection clause (try using a cast to force a type)");
    }
    return compile(context_, term, {"[selection]", result.type}, result.term);
  }

  cql::refusal compile_function(const cql::selector& from, selected& result) {
    if (!from.keyspace.empty() && from.keyspace != "system")
      return cql::unsupported("user-defined functions");
    bool known = true;
    if (from.keyspace.empty())
      if (auto refused = compile_cell_function(from, result, known); refused || known) return refused;
    if (auto refused = compile_aggregate(from, result, known); refused || known) return refused;
    return compile_call(from, result);
  }

  // writetime(c), maxwritetime(c), ttl(c)
  cql::refusal compile_cell_function(const cql::selector& from, selected& result, bool& known) {
    known = from.name == "writetime" || from.name == "ttl" || from.name == "maxwritetime";
    if (!known) return {};
    if (from.items.size() != 1) return cql::syntax_error("line 1:0 mismatched input in " + from.name + "()");
    if (from.items.front().kind != cql::selector_kind::column)
      return cql::unsupported(from.name + "() of a part of a column");
    if (auto refused = find_column(context_.table, from.items.front().name, result.on)) return refused;
    if (result.on->is_key())
      return cql::invalid("Cannot use selection function " + from.name + " on PRIMARY KEY part " +
                          result.on->name);
    result.name = from.name + '(' + result.on->name + ')';
    const bool ttl = from.name == "ttl";
    result.kind = ttl ? selected::what::ttl : selected::what::writetime;
    result.type = ttl ? type_id::int_ : type_id::bigint;
    if (from.name == "maxwritetime") {
      result.kind = selected::what::max_writetime;
    } else if (is_multi_cell(result.on->type)) {
      if (result.on->type.id == type_id::udt)
        return cql::unsupported(from.name + "() of a non-frozen user type");
      result.type = cql_type(type_id::list, {result.type});
      result.type.frozen = true;
    }
    return {};
  }

  cql::refusal compile_aggregate(const cql::selector& from, selected& result, bool& known) {
    static constexpr std::pair<std::string_view, selected::what> aggregates[] = {
        {"count", selected::what::count},
        {"sum", selected::what::sum},
        {"avg", selected::what::average},
        {"min", selected::what::minimum},
        {"max", selected::what::maximum}};
    known = false;
    for (const auto& [name, kind] : aggregates) {
      if (from.name != name) continue;
      known = true;
      result.kind = kind;
    }
    if (!known) return {};
    if (from.items.size() != 1)
      return cql::invalid("Invalid number of arguments in call to function system." + from.name +
                          ": 1 required but " + std::to_string(from.items.size()) + " provided");
    if (auto refused = compile_one(from.items.front(), result.items.emplace_back())) return refused;
    const selected& argument = result.items.front();
    result.name = "system." + from.name + '(' + argument.name + ')';
    result.type = result.kind == selected::what::count ? cql_type(type_id::bigint) : argument.type;
    const bool adds = result.kind == selected::what::sum || result.kind == selected::what::average;
    if (adds && !is_number(argument.type.id))
      return cql::invalid("Invalid call to function " + from.name + ", none of its type signatures match");
    return {};
  }

  cql::refusal compile_cast(const cql::selector& from, selected& result) {
    result.kind = selected::what::call;
    if (auto refused = compile_one(from.items.front(), result.items.emplace_back())) return refused;
    if (auto refused =
            resolve_type(context_.schema, context_.table.keyspace, from.types.front(), result.type))
      return refused;
    const selected& argument = result.items.front();
    if (!find_cast(argument.type, result.type, result.function))
      return cql::invalid("Invalid call to function system.cast_as_" + schema_type_text(result.type) +
                          ", none of its type signatures match (" + schema_type_text(argument.type) + ')');
    result.name = "cast(" + argument.name + " as " + schema_type_text(result.type) + ')';
    return {};
  }

  // Whether a function takes the arguments: literals by what they look like, the rest by their types.
  [[nodiscard]] bool takes(const native_function& function, const cql::selector& from,
                           const selected& call) const {
    if (function.arguments.size() != from.items.size()) return false;
    for (std::size_t i = 0; i < from.items.size(); ++i) {
      const bool literal = from.items[i].kind == cql::selector_kind::literal;
      const cql_type& wanted = function.arguments[i];
      const bool fits = literal ? is_assignable(context_, from.items[i].terms.front(), wanted)
                                : same_encoding(call.items[i].type, wanted);
      if (!fits) return false;
    }
    return true;
  }

  cql::refusal compile_call(const cql::selector& from, selected& result) {
    std::vector<cql_type> key;
    for (std::size_t i = 0; i < context_.table.partition_size; ++i)
      key.push_back(context_.table.partition_column(i).type);
    const auto candidates = find_functions(from.name, key);
    if (candidates.empty()) return unknown_function(from.name, "Unknown function '" + from.name + "'");
    result.kind = selected::what::call;
    result.items.resize(from.items.size());
    for (std::size_t i = 0; i < from.items.size(); ++i)
      if (from.items[i].kind != cql::selector_kind::literal)
        if (auto refused = compile_one(from.items[i], result.items[i])) return refused;
    const auto chosen =
        std::find_if(candidates.begin(), candidates.end(),
                     [&](const native_function& candidate) { return takes(candidate, from, result); });
    if (chosen == candidates.end()) return wrong_arguments(candidates, from, result);
    const bool again = std::any_of(chosen + 1, candidates.end(), [&](const native_function& candidate) {
      return takes(candidate, from, result);
    });
    if (again)
      return cql::invalid("Ambiguous call to function " + from.name +
                          " (can be matched by several signatures): use type casts to disambiguate");
    result.function = *chosen;
    result.type = chosen->result;
    result.name = "system." + chosen->name + '(';
    for (std::size_t i = 0; i < from.items.size(); ++i) {
      if (from.items[i].kind == cql::selector_kind::literal)
        if (auto refused = compile_literal(from.items[i], &chosen->arguments[i], result.items[i]))
          return refused;
      result.name += (i == 0 ? "" : ", ") + result.items[i].name;
    }
    result.name += ')';
    return {};
  }

  [[nodiscard]] cql::refusal wrong_arguments(const std::vector<native_function>& candidates,
                                             const cql::selector& from, const selected& call) const {
    const native_function& only = candidates.front();
    if (candidates.size() > 1)
      return cql::invalid("Invalid call to function " + from.name + ", none of its type signatures match");
    if (only.arguments.size() != from.items.size())
      return cql::invalid("Invalid number of arguments in call to function system." + only.name + ": " +
                          std::to_string(only.arguments.size()) + " required but " +
                          std::to_string(from.items.size()) + " provided");
    for (std::size_t i = 0; i < from.items.size(); ++i)
      if (!same_encoding(call.items[i].type, only.arguments[i]))
        return cql::invalid("Type error: " + call.items[i].name + " cannot be passed as argument " +
                            std::to_string(i) + " of function system." + only.name + " of type " +
                            schema_type_text(only.arguments[i]));
    return cql::invalid("Invalid call to function " + from.name);
  }

  term_context& context_;
  std::size_t& slots_;
};

}  // namespace detail

cql::refusal compile_selection(term_context& context, const cql::select_statement& statement,
                               selection& result) {
  detail::selection_compiler compiler(context, result.slots);
  if (statement.star) {
    for (const auto& each : context.table.columns) {
      selected& item = result.items.emplace_back();
      item.on = &each;
      item.type = each.type;
      item.name = each.name;
      item.slot = result.slots++;
    }
  }
  for (const auto& from : statement.selection) {
    selected& item = result.items.emplace_back();
    if (auto refused = compiler.compile_one(from, item)) return refused;
    if (!from.alias.empty()) item.name = from.alias;
    result.aggregates = result.aggregates || item.aggregates;
  }
  return {};
}

std::vector<result_column> selection::columns(const table_schema& table) const {
  std::vector<result_column> specs;
  for (const auto& item : items) specs.push_back({table.keyspace, table.name, item.name, item.type});
  return specs;
}

namespace detail {

// Tells of every column inside a selector whether it is static, or a partition key column.
inline void look_at_columns(const selected& item, bool& any_static, bool& any_other) noexcept {
  if (item.on != nullptr) {
    any_static = any_static || item.on->is_static();
    any_other = any_other || (!item.on->is_static() && item.on->kind != column_kind::partition_key);
  }
  if (item.kind == selected::what::count && item.items.empty()) any_other = true;
  for (const auto& inner : item.items) look_at_columns(inner, any_static, any_other);
}

}  // namespace detail

bool selection::only_statics() const noexcept {
  bool any_static = false, any_other = false;
  for (const auto& item : items) detail::look_at_columns(item, any_static, any_other);
  return any_static && !any_other;
}

}  // namespace coodie::inline COODIE_ABI::testing::store

#endif  // COODIE_TESTS_MOCK_SELECTION_COMPILE_IPP
