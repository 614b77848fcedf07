// SPDX-License-Identifier: MIT
// What can be said about one execute().
#ifndef COODIE_DRIVER_EXECUTE_OPTIONS_HPP
#define COODIE_DRIVER_EXECUTE_OPTIONS_HPP

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>

#include "protocol/machine/request.hpp"
#include "protocol/messages/consistency.hpp"

namespace coodie::inline COODIE_ABI {

namespace detail {
/// What is longer is a mistake, and could not be added to the time of day.
inline constexpr std::chrono::hours longest_timeout{24 * 7};

[[nodiscard]] constexpr bool is_timeout_or_zero(std::chrono::nanoseconds value) noexcept {
  return value.count() >= 0 && value <= longest_timeout;
}
}  // namespace detail

/// Options of one execute().
struct execute_options {
  /// Without one: the profile's.
  std::optional<coodie::consistency> consistency = {};
  /// Of a conditional statement: serial or local_serial. Without one: the profile's.
  std::optional<coodie::consistency> serial_consistency = {};
  /// Of the whole request, and of each page, up to a week; 0: the profile's.
  std::chrono::nanoseconds timeout = {};
  /// Of each attempt; 0: none but that of the request. Without one: the profile's.
  std::optional<std::chrono::nanoseconds> attempt_timeout = {};
  /// Name of an execution profile; empty: the driver's own options.
  std::string_view profile = {};
  /// Rows of a page; 0: the server does not page. Without one: the profile's.
  std::optional<std::int32_t> page_size = {};
  /// Microseconds since 1970; without it the driver's clock.
  std::optional<std::int64_t> timestamp = {};
  /// The statement may be executed twice: it is sent again when a node fails.
  bool idempotent = false;
  /// The server traces the request: result::tracing_id().
  bool tracing = false;
  /// One page instead of all; result::paging_state() tells where the next one begins.
  bool single_page = false;
  /// Where to begin: a paging_state() of the same statement with the same values. Anything else is
  /// errc::paging_state_invalid, and the server is not asked.
  std::span<const std::byte> paging_state = {};
  /// For the server's own extensions; what it sends back is result::custom_payload().
  std::span<const protocol::payload_entry> payload = {};
};
static_assert(std::is_trivially_copyable_v<execute_options>,
              "g++ 12 destroys other temporaries twice in co_await");

}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_DRIVER_EXECUTE_OPTIONS_HPP
