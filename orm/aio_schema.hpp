// SPDX-License-Identifier: MIT
// coodie::aio: keyspaces and tables made, changed, emptied, dropped and read.
#ifndef COODIE_ORM_AIO_SCHEMA_HPP
#define COODIE_ORM_AIO_SCHEMA_HPP

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "orm/async_call.hpp"
#include "orm/driver_name.hpp"
#include "orm/schema_calls.hpp"
#include "orm/schema_reader.hpp"

namespace coodie::inline COODIE_ABI::aio {

/// As sync::sync_table.
template <class T, class... Tail>
auto sync_table(const sync_table_options& options, Tail&&... tail) {
  if constexpr (coodie::detail::model_refusal<T>::good) {
    auto driver = coodie::detail::find_driver(coodie::detail::driver_name<T>(options));
    auto op = coodie::detail::make_sync_table<T>(options, *driver);
    return coodie::detail::start_on(std::move(driver), std::move(op), std::forward<Tail>(tail)...);
  } else {
    return coodie::detail::refuse_async<std::vector<std::string>>(std::forward<Tail>(tail)...);
  }
}
template <class T, class... Tail>
  requires(!coodie::detail::begins_with<sync_table_options, Tail...>)
auto sync_table(Tail&&... tail) {
  return aio::sync_table<T>(sync_table_options{}, std::forward<Tail>(tail)...);
}

/// As sync::drop_table.
template <class T, class... Tail>
auto drop_table(const schema_options& options, Tail&&... tail) {
  if constexpr (coodie::detail::model_refusal<T>::good)
    return coodie::detail::call_async(coodie::detail::driver_name<T>(options),
                                      coodie::detail::make_drop_table<T>(options),
                                      std::forward<Tail>(tail)...);
  else
    return coodie::detail::refuse_async<void>(std::forward<Tail>(tail)...);
}
template <class T, class... Tail>
  requires(!coodie::detail::begins_with<schema_options, Tail...>)
auto drop_table(Tail&&... tail) {
  return aio::drop_table<T>(schema_options{}, std::forward<Tail>(tail)...);
}

/// As sync::truncate.
template <class T, class... Tail>
auto truncate(const schema_options& options, Tail&&... tail) {
  if constexpr (coodie::detail::model_refusal<T>::good)
    return coodie::detail::call_async(coodie::detail::driver_name<T>(options),
                                      coodie::detail::make_truncate<T>(options), std::forward<Tail>(tail)...);
  else
    return coodie::detail::refuse_async<void>(std::forward<Tail>(tail)...);
}
template <class T, class... Tail>
  requires(!coodie::detail::begins_with<schema_options, Tail...>)
auto truncate(Tail&&... tail) {
  return aio::truncate<T>(schema_options{}, std::forward<Tail>(tail)...);
}

/// As sync::create_keyspace.
template <class... Tail>
auto create_keyspace(std::string_view name, const keyspace_options& options, Tail&&... tail) {
  return coodie::detail::call_async(options.driver, coodie::detail::make_create_keyspace(name, options),
                                    std::forward<Tail>(tail)...);
}
template <class... Tail>
  requires(!coodie::detail::begins_with<keyspace_options, Tail...>)
auto create_keyspace(std::string_view name, Tail&&... tail) {
  return aio::create_keyspace(name, keyspace_options{}, std::forward<Tail>(tail)...);
}

/// As sync::drop_keyspace.
template <class... Tail>
auto drop_keyspace(std::string_view name, const keyspace_options& options, Tail&&... tail) {
  return coodie::detail::call_async(options.driver, coodie::detail::make_drop_keyspace(name, options),
                                    std::forward<Tail>(tail)...);
}
template <class... Tail>
  requires(!coodie::detail::begins_with<keyspace_options, Tail...>)
auto drop_keyspace(std::string_view name, Tail&&... tail) {
  return aio::drop_keyspace(name, keyspace_options{}, std::forward<Tail>(tail)...);
}

/// As sync::read_schema; completes with void(error_code, schema_metadata).
template <class... Tail>
auto read_schema(const read_schema_options& options, Tail&&... tail) {
  return coodie::detail::call_async(options.driver, coodie::detail::schema_reader(options),
                                    std::forward<Tail>(tail)...);
}
template <class... Tail>
  requires(!coodie::detail::begins_with<read_schema_options, Tail...>)
auto read_schema(Tail&&... tail) {
  return aio::read_schema(read_schema_options{}, std::forward<Tail>(tail)...);
}

}  // namespace coodie::inline COODIE_ABI::aio

#endif  // COODIE_ORM_AIO_SCHEMA_HPP
