// SPDX-License-Identifier: MIT
// Terms of a statement once their types are known, and the values that are bound to its markers.
#ifndef COODIE_TESTS_MOCK_EXPRESSION_HPP
#define COODIE_TESTS_MOCK_EXPRESSION_HPP

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "protocol/bytes/reader.hpp"
#include "protocol/config.hpp"
#include "protocol/values/cql_type.hpp"
#include "tests/mock/catalog.hpp"
#include "tests/mock/cql_ast.hpp"
#include "tests/mock/cql_refusal.hpp"
#include "tests/mock/mock_octets.hpp"
#include "tests/mock/native_functions.hpp"

namespace coodie::inline COODIE_ABI::testing::store {

/// What a term is for: the name stands in messages and, for a marker, in the metadata.
struct receiver {
  std::string name;
  cql_type type;
  const column* on = nullptr;  ///< the column, when it is for a whole one
};

/// What a term for a whole column is for.
[[nodiscard]] inline receiver receiver_of(const column& on) { return {on.name, on.type, &on}; }

/// A bind marker as PREPARED announces it.
struct marker_spec {
  std::string keyspace, table, name;
  cql_type type;
  const column* on = nullptr;  ///< the column that it is for, when it is for a whole one
};

/// A statement while its terms get their types.
struct term_context {
  const catalog& schema;
  const table_schema& table;
  const std::vector<std::string>& marker_names;  ///< empty for `?`
  std::vector<marker_spec>& markers;             ///< as many as there are markers
};

/// A typed term.
struct expression {
  enum class what : std::uint8_t { null, constant, marker, nested, call };

  what kind = what::null;
  cql_type type;
  std::string name;  ///< of the receiver
  octets value;      ///< of a constant
  std::uint32_t marker = 0;
  std::vector<expression> parts;  ///< of a collection, tuple, user type or vector; the arguments of a call
  native_function function;       ///< of a call
};

/// A value, null or not set.
struct bound_value {
  enum class state : std::uint8_t { value, null, unset };

  state is = state::null;
  octets bytes;

  [[nodiscard]] bool is_null() const noexcept { return is == state::null; }
  [[nodiscard]] bool is_unset() const noexcept { return is == state::unset; }
  [[nodiscard]] bool has_value() const noexcept { return is == state::value; }
  [[nodiscard]] nullable to_nullable() const { return has_value() ? nullable(bytes) : nullable(); }
};

/// The values of a statement's markers.
using bindings = std::vector<bound_value>;

/// Gives a term its type; refuses what does not fit, with Cassandra's words.
[[nodiscard]] COODIE_DECL cql::refusal compile(term_context& context, const cql::term& term,
                                               const receiver& target, expression& result);
/// Whether compile() would accept the term for the type, as far as that can be told without its value.
[[nodiscard]] COODIE_DECL bool is_assignable(const term_context& context, const cql::term& term,
                                             const cql_type& type);

/// The encoded bytes of a constant (a string, a number, ...) in a scalar type.
[[nodiscard]] COODIE_DECL cql::refusal encode_constant(const cql::term& term, const receiver& target,
                                                       octets& value);
/// Whether a constant may stand for a scalar type at all.
[[nodiscard]] COODIE_DECL bool constant_fits(cql::term_kind kind, const cql_type& type) noexcept;

/// The value of a term.
[[nodiscard]] COODIE_DECL cql::refusal evaluate(const expression& what, const bindings& values,
                                                bound_value& result);

/// The values of a request.
struct sent_values {
  const std::vector<protocol::bytes_view>& values;
  const std::vector<std::string_view>& names;  ///< empty: by place
  bool to_prepared = false;  ///< of EXECUTE, which has its own words when the number is wrong
};

/// Gives each marker its value, by place or by name, and checks it against the marker's type.
[[nodiscard]] COODIE_DECL cql::refusal bind_values(const std::vector<marker_spec>& markers,
                                                   const std::vector<std::string>& marker_names,
                                                   const sent_values& sent, bindings& bound);

}  // namespace coodie::inline COODIE_ABI::testing::store

#endif  // COODIE_TESTS_MOCK_EXPRESSION_HPP
