// SPDX-License-Identifier: MIT
// The keyspaces of the mock cluster.
#ifndef COODIE_TESTS_MOCK_CATALOG_IPP
#define COODIE_TESTS_MOCK_CATALOG_IPP

#include <array>
#include <utility>

#include "tests/mock/catalog.hpp"

namespace coodie::inline COODIE_ABI::testing::store {

keyspace_schema* catalog::find(std::string_view keyspace) {
  const auto at = keyspaces.find(std::string(keyspace));
  return at == keyspaces.end() ? nullptr : &at->second;
}

cql::refusal catalog::find_table(const cql::object_name& name, std::string_view current,
                                 std::shared_ptr<stored_table>& table) {
  const std::string_view keyspace = name.keyspace.empty() ? current : std::string_view(name.keyspace);
  if (keyspace.empty())
    return cql::invalid(
        "No keyspace has been specified. USE a keyspace, or explicitly specify keyspace.tablename");
  keyspace_schema* found = find(keyspace);
  if (found == nullptr) return cql::invalid("keyspace " + std::string(keyspace) + " does not exist");
  const auto at = found->tables.find(name.name);
  if (at == found->tables.end()) return cql::invalid("table " + name.name + " does not exist");
  table = at->second;
  return {};
}

void catalog::touch() {
  ++revision;
  schema_version = uuid::random();
}

bool is_system_keyspace(std::string_view name) noexcept {
  return name == "system" || name == "system_schema" || name == "system_auth" ||
         name == "system_distributed" || name == "system_traces" || name == "system_views" ||
         name == "system_virtual_schema";
}

namespace detail {

struct native_type_name {
  std::string_view name;
  type_id id;
  std::size_t parameters;
};
inline constexpr std::array native_type_names = {
    native_type_name{"ascii", type_id::ascii, 0},       native_type_name{"bigint", type_id::bigint, 0},
    native_type_name{"blob", type_id::blob, 0},         native_type_name{"boolean", type_id::boolean, 0},
    native_type_name{"counter", type_id::counter, 0},   native_type_name{"date", type_id::date, 0},
    native_type_name{"decimal", type_id::decimal, 0},   native_type_name{"double", type_id::double_, 0},
    native_type_name{"duration", type_id::duration, 0}, native_type_name{"float", type_id::float_, 0},
    native_type_name{"inet", type_id::inet, 0},         native_type_name{"int", type_id::int_, 0},
    native_type_name{"smallint", type_id::smallint, 0}, native_type_name{"text", type_id::varchar, 0},
    native_type_name{"time", type_id::time, 0},         native_type_name{"timestamp", type_id::timestamp, 0},
    native_type_name{"timeuuid", type_id::timeuuid, 0}, native_type_name{"tinyint", type_id::tinyint, 0},
    native_type_name{"uuid", type_id::uuid, 0},         native_type_name{"varchar", type_id::varchar, 0},
    native_type_name{"varint", type_id::varint, 0},     native_type_name{"list", type_id::list, 1},
    native_type_name{"set", type_id::set, 1},           native_type_name{"map", type_id::map, 2},
    native_type_name{"vector", type_id::vector, 1},     native_type_name{"tuple", type_id::tuple, 1},
};

inline void freeze(cql_type& type) {
  if (is_collection(type) || type.id == type_id::udt) type.frozen = true;
  for (auto& parameter : type.parameters) freeze(parameter);
}

inline cql::refusal find_user_type(const catalog& schema, const std::string& keyspace,
                                   const cql::type_name& written, cql_type& type) {
  const std::string& where = written.keyspace.empty() ? keyspace : written.keyspace;
  if (!written.keyspace.empty() && written.keyspace != keyspace)
    return cql::invalid("Statement on keyspace " + keyspace + " cannot refer to a user type in keyspace " +
                        written.keyspace +
                        "; user types can only be used in the keyspace they are defined in");
  const auto at = schema.keyspaces.find(where);
  if (at != schema.keyspaces.end()) {
    const auto found = at->second.types.find(written.name);
    if (found != at->second.types.end()) {
      type = found->second;
      return {};
    }
  }
  return cql::invalid("Unknown type " + where + '.' + written.name);
}

// What may stand inside a list, set or map that is written element by element or not.
inline cql::refusal check_collection(const cql_type& type) {
  const std::string text = schema_type_text(type);
  for (const auto& parameter : type.parameters) {
    if (parameter.id == type_id::counter)
      return cql::invalid("Counters are not allowed inside collections: " + text);
    if (is_multi_cell(parameter) && !type.frozen)
      return cql::invalid((parameter.id == type_id::udt ? "Non-frozen UDTs" : "Non-frozen collections") +
                          (" are not allowed inside collections: " + text));
  }
  if (type.id == type_id::set && type.parameters[0].id == type_id::duration)
    return cql::invalid("Durations are not allowed inside sets: " + text);
  if (type.id == type_id::map && type.parameters[0].id == type_id::duration)
    return cql::invalid("Durations are not allowed as map keys: " + text);
  return {};
}

inline cql::refusal resolve_nested(const catalog& schema, const std::string& keyspace,
                                   const cql::type_name& written, bool frozen, cql_type& type) {
  if (written.custom) {
    if (parse_marshal_type(written.name, type) == errc::ok && type.id != type_id::custom) return {};
    return cql::syntax_error("Error setting type " + written.name + ": Unable to find abstract-type class '" +
                             written.name + "'");
  }
  const native_type_name* native = nullptr;
  for (const auto& candidate : native_type_names)
    if (written.keyspace.empty() && candidate.name == written.name) native = &candidate;
  if (native == nullptr) {
    if (auto refused = find_user_type(schema, keyspace, written, type)) return refused;
    type.frozen = frozen;
    return {};
  }
  type = cql_type(native->id);
  const bool count_fits = native->id == type_id::tuple ? !written.parameters.empty()
                                                       : written.parameters.size() == native->parameters;
  if (!count_fits) return cql::syntax_error("type " + written.name + " has another number of parameters");
  type.frozen = frozen && is_collection(type);
  for (const auto& parameter : written.parameters) {
    cql_type inner;
    if (auto refused = resolve_nested(schema, keyspace, parameter, frozen || parameter.frozen, inner))
      return refused;
    type.parameters.push_back(std::move(inner));
  }
  if (native->id == type_id::tuple)
    for (auto& parameter : type.parameters) freeze(parameter);
  if (native->id == type_id::vector) {
    if (written.dimensions <= 0)
      return cql::invalid("vectors may only have positive dimensions; given " +
                          std::to_string(written.dimensions));
    type.dimensions = static_cast<std::uint32_t>(written.dimensions);
  }
  if (is_collection(type)) return check_collection(type);
  return {};
}

}  // namespace detail

cql::refusal resolve_type(const catalog& schema, const std::string& keyspace, const cql::type_name& written,
                          cql_type& type) {
  if (auto refused = detail::resolve_nested(schema, keyspace, written, written.frozen, type)) return refused;
  const bool freezable = is_collection(type) || type.id == type_id::udt || type.id == type_id::tuple ||
                         type.id == type_id::vector;
  if (written.frozen && !freezable)
    return cql::syntax_error("frozen<> is only allowed on collections, tuples, and user-defined types (got " +
                             schema_type_text(type) + ')');
  return {};
}

}  // namespace coodie::inline COODIE_ABI::testing::store

#endif  // COODIE_TESTS_MOCK_CATALOG_IPP
