// SPDX-License-Identifier: MIT
// coodie::sync: keyspaces and tables made, changed, emptied, dropped and read.
#ifndef COODIE_ORM_SYNC_SCHEMA_HPP
#define COODIE_ORM_SYNC_SCHEMA_HPP

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "orm/blocking_call.hpp"
#include "orm/schema_calls.hpp"
#include "orm/schema_reader.hpp"

namespace coodie::inline COODIE_ABI::sync {

/// Makes the table of T on the server what T says: creates it, adds columns, sets options that have changed,
/// makes indexes, and waits until all nodes agree on the schema. Sends nothing when nothing is missing.
/// Returns the statements, with {.dry_run = true} without sending them. errc::schema_mismatch (schema_error)
/// when that is not enough: another key, another type, another order. Nothing is ever dropped.
template <class T>
std::vector<std::string> sync_table(const sync_table_options& options, error_code& ec, diagnostics& diag) {
  if constexpr (coodie::detail::model_refusal<T>::good) {
    const auto driver = get_driver(coodie::detail::driver_name<T>(options), ec, diag);
    if (ec) return {};
    return coodie::detail::run_blocking(*driver, coodie::detail::make_sync_table<T>(options, *driver), ec,
                                        diag);
  } else {
    return {};
  }
}
template <class T>
std::vector<std::string> sync_table(error_code& ec, diagnostics& diag) {
  return sync::sync_table<T>({}, ec, diag);
}

/// Drops the table of T if it exists.
template <class T>
void drop_table(const schema_options& options, error_code& ec, diagnostics& diag) {
  if constexpr (coodie::detail::model_refusal<T>::good)
    coodie::detail::call_blocking(coodie::detail::driver_name<T>(options),
                                  coodie::detail::make_drop_table<T>(options), ec, diag);
}
template <class T>
void drop_table(error_code& ec, diagnostics& diag) {
  sync::drop_table<T>({}, ec, diag);
}

/// Removes all rows of the table of T. All nodes have to be up.
template <class T>
void truncate(const schema_options& options, error_code& ec, diagnostics& diag) {
  if constexpr (coodie::detail::model_refusal<T>::good)
    coodie::detail::call_blocking(coodie::detail::driver_name<T>(options),
                                  coodie::detail::make_truncate<T>(options), ec, diag);
}
template <class T>
void truncate(error_code& ec, diagnostics& diag) {
  sync::truncate<T>({}, ec, diag);
}

/// Creates a keyspace if there is none of that name, and waits until all nodes agree on the schema:
/// `create_keyspace("shop", {.datacenters = {{{"dc1", 3}, {"dc2", 2}}}})`.
COODIE_DECL void create_keyspace(std::string_view name, const keyspace_options& options, error_code& ec,
                                 diagnostics& diag);
inline void create_keyspace(std::string_view name, error_code& ec, diagnostics& diag) {
  sync::create_keyspace(name, {}, ec, diag);
}
/// Drops a keyspace, with everything in it, if it exists.
COODIE_DECL void drop_keyspace(std::string_view name, const keyspace_options& options, error_code& ec,
                               diagnostics& diag);
inline void drop_keyspace(std::string_view name, error_code& ec, diagnostics& diag) {
  sync::drop_keyspace(name, {}, ec, diag);
}

/// The schema as it is now, of all keyspaces or of those that are named: one request for each of a dozen
/// tables (and named keyspace), all to nodes that may differ while the schema changes. Virtual tables are
/// those of the node that was asked; a server that has none is no error.
COODIE_DECL schema_metadata read_schema(const read_schema_options& options, error_code& ec,
                                        diagnostics& diag);
COODIE_DECL schema_metadata read_schema(error_code& ec, diagnostics& diag);

#if COODIE_HAS_EXCEPTIONS
template <class T>
std::vector<std::string> sync_table(const sync_table_options& options = {}) {
  if constexpr (coodie::detail::model_refusal<T>::good) {
    const auto driver = get_driver(coodie::detail::driver_name<T>(options));
    return coodie::detail::run_blocking(*driver, coodie::detail::make_sync_table<T>(options, *driver));
  } else {
    return {};
  }
}
template <class T>
void drop_table(const schema_options& options = {}) {
  if constexpr (coodie::detail::model_refusal<T>::good)
    coodie::detail::call_blocking(coodie::detail::driver_name<T>(options),
                                  coodie::detail::make_drop_table<T>(options));
}
template <class T>
void truncate(const schema_options& options = {}) {
  if constexpr (coodie::detail::model_refusal<T>::good)
    coodie::detail::call_blocking(coodie::detail::driver_name<T>(options),
                                  coodie::detail::make_truncate<T>(options));
}
COODIE_DECL void create_keyspace(std::string_view name, const keyspace_options& options = {});
COODIE_DECL void drop_keyspace(std::string_view name, const keyspace_options& options = {});
COODIE_DECL schema_metadata read_schema(const read_schema_options& options = {});
#endif

}  // namespace coodie::inline COODIE_ABI::sync

#endif  // COODIE_ORM_SYNC_SCHEMA_HPP
