// SPDX-License-Identifier: MIT
// What every call tells its request: consistency, timeout, and the values of USING.
#ifndef COODIE_ORM_CALL_SETTINGS_HPP
#define COODIE_ORM_CALL_SETTINGS_HPP

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "driver/diagnostics.hpp"
#include "driver/execute_options.hpp"
#include "driver/profile_name.hpp"
#include "orm/options.hpp"
#include "orm/query_text.hpp"
#include "orm/row_reader.hpp"
#include "protocol/machine/request.hpp"

namespace coodie::inline COODIE_ABI::detail {

/// In nanoseconds; -1, which is refused, for what is negative or longer than a week.
[[nodiscard]] constexpr std::int64_t timeout_in_ns(std::chrono::milliseconds timeout) noexcept {
  if (timeout.count() < 0 || timeout > longest_timeout) return -1;
  return std::chrono::nanoseconds(timeout).count();
}

/// The options that become fields of the request. What the caller left out stays as the driver set it.
struct call_settings {
  consistency_option consistency{}, serial{};
  std::int64_t timeout_ns = 0;
  std::string_view profile{};
  bool tracing = false;

  template <class Options>
  [[nodiscard]] static call_settings of(const Options& options) noexcept {
    call_settings settings;
    settings.consistency = options.consistency;
    if constexpr (requires { options.serial_consistency; }) settings.serial = options.serial_consistency;
    settings.timeout_ns = timeout_in_ns(options.timeout);
    if constexpr (requires { options.profile; })
      if (!options.profile.empty()) settings.profile = keep_profile_name(options.profile);
    if constexpr (requires { options.tracing; }) settings.tracing = options.tracing;
    return settings;
  }
  /// Tells the request what the caller has said; the rest is the profile's.
  void apply(protocol::request& r, bool conditional) const noexcept {
    r.tracing = tracing;
    r.give_consistency(consistency);
    if (timeout_ns != 0) r.timeout_ns = timeout_ns;
    if (!profile.empty()) r.profile = profile;
    if (conditional && r.serial == protocol::no_serial_consistency)
      r.serial = coodie::consistency::local_serial;
    r.give_serial(serial);
  }
};

/// Describes the execution of a prepared statement.
inline void describe_execute(protocol::request& r, const protocol::statement& what, std::size_t value_count,
                             const call_settings& settings) noexcept {
  r.kind = protocol::request_kind::execute;
  r.what = &what;
  r.value_count = static_cast<std::uint16_t>(value_count);
  r.idempotent = what.has(protocol::statement_flag::idempotent);
  r.has_token = false;
  settings.apply(r, what.has(protocol::statement_flag::conditional));
}

/// errc::invalid_query with a sentence, or errc::ok.
[[nodiscard]] COODIE_DECL errc check_settings(const call_settings& settings, diagnostics* diag) noexcept;

/// The values of USING TTL ? AND TIMESTAMP ?.
struct using_values {
  std::int64_t ttl = 0;        ///< seconds
  std::int64_t timestamp = 0;  ///< microseconds
  unsigned clause = 0;         ///< using_clause

  template <class Options>
  [[nodiscard]] static constexpr using_values of(const Options& options) noexcept {
    using_values values;
    if constexpr (requires { options.ttl; }) {
      if (options.ttl) {
        values.ttl = options.ttl->count();
        values.clause |= using_clause::ttl;
      }
    }
    if constexpr (requires { options.timestamp; }) {
      if (options.timestamp) {
        values.timestamp = options.timestamp->time_since_epoch().count();
        values.clause |= using_clause::timestamp;
      }
    }
    return values;
  }

  [[nodiscard]] bool has_timestamp() const noexcept { return (clause & using_clause::timestamp) != 0; }
  [[nodiscard]] std::size_t count() const noexcept { return (clause & 1U) + (clause >> 1U); }
  [[nodiscard]] std::size_t size() const noexcept { return (clause & 1U) * 8 + (clause >> 1U) * 12; }
  [[nodiscard]] std::byte* put(std::byte* to) const noexcept {
    if ((clause & using_clause::ttl) != 0) to = protocol::put_value(to, static_cast<std::int32_t>(ttl));
    if (has_timestamp()) to = protocol::put_value(to, timestamp);
    return to;
  }
};

/// What a write is, as far as USING is concerned.
struct write_traits {
  bool conditional = false, counters = false;
};
/// errc::value_out_of_range for a TTL outside 0 to 20 years, errc::invalid_query for what can't be combined.
[[nodiscard]] COODIE_DECL errc check_using(const using_values& values, write_traits traits,
                                           diagnostics* diag) noexcept;

}  // namespace coodie::inline COODIE_ABI::detail

#endif  // COODIE_ORM_CALL_SETTINGS_HPP
