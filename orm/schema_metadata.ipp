// SPDX-License-Identifier: MIT
#ifndef COODIE_ORM_SCHEMA_METADATA_IPP
#define COODIE_ORM_SCHEMA_METADATA_IPP

#include <algorithm>

#include "orm/schema_metadata.hpp"

namespace coodie::inline COODIE_ABI {

namespace detail {
/// The one of that name, or nullptr.
template <class Things>
[[nodiscard]] auto* find_named(Things& all, std::string_view name) noexcept {
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const auto& each) { return each.name == name; });
  return found == all.end() ? nullptr : &*found;
}
}  // namespace detail

const column_metadata* table_metadata::find_column(std::string_view column) const noexcept {
  return coodie::detail::find_named(columns, column);
}
const index_metadata* table_metadata::find_index(std::string_view index) const noexcept {
  return coodie::detail::find_named(indexes, index);
}
const table_metadata* keyspace_metadata::find_table(std::string_view table) const noexcept {
  return coodie::detail::find_named(tables, table);
}
const view_metadata* keyspace_metadata::find_view(std::string_view view) const noexcept {
  return coodie::detail::find_named(views, view);
}
const type_metadata* keyspace_metadata::find_type(std::string_view type) const noexcept {
  return coodie::detail::find_named(types, type);
}
const keyspace_metadata* schema_metadata::find_keyspace(std::string_view keyspace) const noexcept {
  return coodie::detail::find_named(keyspaces, keyspace);
}
const table_metadata* schema_metadata::find_table(std::string_view keyspace,
                                                  std::string_view table) const noexcept {
  const keyspace_metadata* const in = find_keyspace(keyspace);
  return in == nullptr ? nullptr : in->find_table(table);
}

}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_ORM_SCHEMA_METADATA_IPP
