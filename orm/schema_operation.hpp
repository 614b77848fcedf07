// SPDX-License-Identifier: MIT
// Schema changes as one operation of many steps: look, change, wait until the nodes agree.
#ifndef COODIE_ORM_SCHEMA_OPERATION_HPP
#define COODIE_ORM_SCHEMA_OPERATION_HPP

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "orm/call_settings.hpp"
#include "orm/options.hpp"
#include "orm/table_description.hpp"

namespace coodie::inline COODIE_ABI::detail {

struct schema_state;

/// What all schema operations take of their options.
struct schema_settings {
  std::string keyspace;
  bool dry_run = false;
  std::int64_t timeout_ns = 0, agreement_timeout_ns = 0;
};

/// Reads what is there, sends the statements that are missing, and waits for agreement. Gives the statements
/// back.
class schema_operation {
 public:
  using result_type = std::vector<std::string>;

  /// Makes a table fit its description.
  [[nodiscard]] static COODIE_DECL schema_operation sync(const table_description& table,
                                                         schema_settings settings);
  /// Sends these statements; `why` is an error that was found while they were made.
  [[nodiscard]] static COODIE_DECL schema_operation change(std::vector<std::string> statements,
                                                           schema_settings settings,
                                                           bool wait_for_agreement = true,
                                                           std::string why = {});
  COODIE_DECL schema_operation(schema_operation&&) noexcept;
  COODIE_DECL ~schema_operation();

  [[nodiscard]] COODIE_DECL errc check(diagnostics* diag) const noexcept;
  COODIE_DECL void prepare_request(protocol::request& r) const noexcept;
  [[nodiscard]] std::size_t values_size() const noexcept { return 0; }
  std::byte* put_values(std::byte* to) const noexcept { return to; }
  [[nodiscard]] COODIE_DECL errc consume(const protocol::response& answer, bool& more,
                                         diagnostics* diag) noexcept;
  [[nodiscard]] COODIE_DECL std::span<const std::byte> paging_state() const noexcept;
  [[nodiscard]] COODIE_DECL result_type take();

 private:
  COODIE_DECL explicit schema_operation(std::unique_ptr<schema_state> state) noexcept;
  std::unique_ptr<schema_state> state_;
};

/// The same without a result.
class schema_change_operation : public schema_operation {
 public:
  using result_type = void;

  explicit schema_change_operation(schema_operation&& steps) noexcept : schema_operation(std::move(steps)) {}
  void take() {}
};

/// The texts of keyspaces. `why` says what is wrong with the options.
[[nodiscard]] COODIE_DECL std::string create_keyspace_text(std::string_view name,
                                                           const keyspace_options& options, std::string& why);
[[nodiscard]] COODIE_DECL std::string drop_keyspace_text(std::string_view name, std::string& why);

}  // namespace coodie::inline COODIE_ABI::detail

#endif  // COODIE_ORM_SCHEMA_OPERATION_HPP
