// SPDX-License-Identifier: MIT
#ifndef COODIE_ORM_SYNC_SCHEMA_IPP
#define COODIE_ORM_SYNC_SCHEMA_IPP

#include "orm/sync_schema.hpp"

namespace coodie::inline COODIE_ABI::sync {

void create_keyspace(std::string_view name, const keyspace_options& options, error_code& ec,
                     diagnostics& diag) {
  coodie::detail::call_blocking(options.driver, coodie::detail::make_create_keyspace(name, options), ec,
                                diag);
}
void drop_keyspace(std::string_view name, const keyspace_options& options, error_code& ec,
                   diagnostics& diag) {
  coodie::detail::call_blocking(options.driver, coodie::detail::make_drop_keyspace(name, options), ec, diag);
}
schema_metadata read_schema(const read_schema_options& options, error_code& ec, diagnostics& diag) {
  return coodie::detail::call_blocking(options.driver, coodie::detail::schema_reader(options), ec, diag);
}
schema_metadata read_schema(error_code& ec, diagnostics& diag) { return sync::read_schema({}, ec, diag); }

#if COODIE_HAS_EXCEPTIONS
void create_keyspace(std::string_view name, const keyspace_options& options) {
  coodie::detail::call_blocking(options.driver, coodie::detail::make_create_keyspace(name, options));
}
void drop_keyspace(std::string_view name, const keyspace_options& options) {
  coodie::detail::call_blocking(options.driver, coodie::detail::make_drop_keyspace(name, options));
}
schema_metadata read_schema(const read_schema_options& options) {
  return coodie::detail::call_blocking(options.driver, coodie::detail::schema_reader(options));
}
#endif

}  // namespace coodie::inline COODIE_ABI::sync

#endif  // COODIE_ORM_SYNC_SCHEMA_IPP
