// SPDX-License-Identifier: MIT
// The schema calls as operations: what sync and aio share of them.
#ifndef COODIE_ORM_SCHEMA_CALLS_HPP
#define COODIE_ORM_SCHEMA_CALLS_HPP

#include <chrono>
#include <string>
#include <string_view>
#include <utility>

#include "driver/abstract_driver.hpp"
#include "orm/schema_operation.hpp"
#include "orm/statements.hpp"
#include "orm/static_text.hpp"

namespace coodie::inline COODIE_ABI::detail {

template <class Options>
[[nodiscard]] schema_settings settings_of(const Options& options) {
  schema_settings settings;
  if constexpr (requires { options.dry_run; }) settings.dry_run = options.dry_run;
  settings.timeout_ns = timeout_in_ns(options.timeout);
  settings.agreement_timeout_ns = timeout_in_ns(options.agreement_timeout);
  return settings;
}

/// The keyspace that the call, the table or the driver names.
template <class T>
[[nodiscard]] std::string_view keyspace_of(const sync_table_options& options,
                                           const abstract_driver& driver) noexcept {
  if (!options.keyspace.empty()) return options.keyspace;
  return table_of_model<T>.keyspace.empty() ? driver.keyspace() : table_of_model<T>.keyspace;
}

template <class T>
[[nodiscard]] schema_operation make_sync_table(const sync_table_options& options,
                                               const abstract_driver& driver) {
  schema_settings settings = settings_of(options);
  settings.keyspace = keyspace_of<T>(options, driver);
  return schema_operation::sync(describe_table<T>(), std::move(settings));
}

/// `start` and the table's name, with the keyspace if there is one.
template <class T>
[[nodiscard]] std::string table_statement(std::string_view start, const schema_options& options) {
  const std::string_view keyspace = options.keyspace.empty() ? table_of_model<T>.keyspace : options.keyspace;
  text_sink counting;
  write_table_name(counting, table_of_model<T>, keyspace);
  std::string text(start.size() + counting.size, '\0');
  text.replace(0, start.size(), start);
  text_sink storing{text.data() + start.size()};
  write_table_name(storing, table_of_model<T>, keyspace);
  return text;
}
template <class T>
[[nodiscard]] schema_change_operation make_table_statement(std::string_view start,
                                                           const schema_options& options,
                                                           bool wait_for_agreement) {
  return schema_change_operation(schema_operation::change({table_statement<T>(start, options)},
                                                          settings_of(options), wait_for_agreement));
}

template <class T>
[[nodiscard]] schema_change_operation make_drop_table(const schema_options& options) {
  return make_table_statement<T>("DROP TABLE IF EXISTS ", options, true);
}
template <class T>
[[nodiscard]] schema_change_operation make_truncate(const schema_options& options) {
  return make_table_statement<T>("TRUNCATE TABLE ", options, false);
}

[[nodiscard]] inline schema_change_operation make_create_keyspace(std::string_view name,
                                                                  const keyspace_options& options) {
  std::string why;
  std::string text = create_keyspace_text(name, options, why);
  return schema_change_operation(
      schema_operation::change({std::move(text)}, settings_of(options), true, std::move(why)));
}
[[nodiscard]] inline schema_change_operation make_drop_keyspace(std::string_view name,
                                                                const keyspace_options& options) {
  std::string why;
  std::string text = drop_keyspace_text(name, why);
  return schema_change_operation(
      schema_operation::change({std::move(text)}, settings_of(options), true, std::move(why)));
}

}  // namespace coodie::inline COODIE_ABI::detail

#endif  // COODIE_ORM_SCHEMA_CALLS_HPP
