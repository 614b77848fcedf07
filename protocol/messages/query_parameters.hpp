// SPDX-License-Identifier: MIT
// What QUERY and EXECUTE say beside the statement: consistency, values, paging, timestamps.
#ifndef COODIE_PROTOCOL_MESSAGES_QUERY_PARAMETERS_HPP
#define COODIE_PROTOCOL_MESSAGES_QUERY_PARAMETERS_HPP

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "protocol/messages/notations.hpp"

namespace coodie::inline COODIE_ABI::protocol {

/// The flags of query parameters (native_protocol_v4.spec section 4.1.4).
namespace query_flag {
inline constexpr std::uint8_t values = 0x01;
inline constexpr std::uint8_t skip_metadata = 0x02;
inline constexpr std::uint8_t page_size = 0x04;
inline constexpr std::uint8_t paging_state = 0x08;
inline constexpr std::uint8_t serial_consistency = 0x10;
inline constexpr std::uint8_t timestamp = 0x20;
inline constexpr std::uint8_t names = 0x40;  ///< without `values` it has no meaning
inline constexpr std::uint8_t known = 0x7F;
}  // namespace query_flag

/// The parameters but the values. A member whose flag is not set is neither read nor written.
struct query_options {
  coodie::consistency consistency = coodie::consistency::local_quorum;
  std::uint8_t flags = 0;  ///< query_flag
  coodie::consistency serial_consistency = coodie::consistency::serial;
  std::int32_t page_size = 0;  ///< rows; -1 means no paging to Cassandra
  std::int64_t timestamp = 0;  ///< microseconds since 1970
  bytes_view paging_state;     ///< of a rows_result, opaque

  [[nodiscard]] constexpr bool has(std::uint8_t flag) const noexcept { return (flags & flag) != 0; }

  constexpr void set_skip_metadata() noexcept { set(query_flag::skip_metadata); }
  constexpr void set_page_size(std::int32_t rows) noexcept {
    page_size = rows;
    set(query_flag::page_size);
  }
  constexpr void set_paging_state(bytes_view state) noexcept {
    paging_state = state;
    set(query_flag::paging_state);
  }
  constexpr void set_serial_consistency(coodie::consistency level) noexcept {
    serial_consistency = level;
    set(query_flag::serial_consistency);
  }
  constexpr void set_timestamp(std::int64_t microseconds) noexcept {
    timestamp = microseconds;
    set(query_flag::timestamp);
  }

 private:
  constexpr void set(unsigned flag) noexcept { flags = static_cast<std::uint8_t>(flags | flag); }
};

/// All parameters. `names` is empty or as long as `values`.
struct query_parameters : query_options {
  std::vector<bytes_view> values;       ///< null and unset are told apart
  std::vector<std::string_view> names;  ///< of the markers that the values are bound to
};

/// Reads
///
///     <consistency><flags: 1>[<n: short>([name]<value>) x n][<page size: int>][<paging state: bytes>]
///     [<serial consistency>][<timestamp: long>]
///
/// Flags that the specification does not define are dropped. errc::invalid_value for an unknown consistency.
[[nodiscard]] COODIE_DECL errc deserialize(reader& body, query_parameters& parameters) noexcept;

/// The flags `values` and `names` follow from the members when they are not empty. errc::invalid_value when
/// there are names, but not as many as values; errc::value_too_large above 65535 values.
COODIE_DECL void serialize(writer& out, const query_parameters& parameters) noexcept;

namespace detail {
[[nodiscard]] constexpr std::size_t parameters_head_size(const query_options& options,
                                                         std::size_t value_count) noexcept {
  return value_count != 0 || options.has(query_flag::values) ? 5 : 3;
}
/// `value_count` fits a [short].
inline void store_parameters_head(std::byte* to, const query_options& options,
                                  std::size_t value_count) noexcept {
  unsigned flags = options.flags & query_flag::known;
  if (value_count != 0) flags |= query_flag::values;
  to = store_big(to, static_cast<std::uint16_t>(options.consistency));
  to = store_big(to, static_cast<std::uint8_t>(flags));
  if ((flags & query_flag::values) != 0) store_big(to, static_cast<std::uint16_t>(value_count));
}
}  // namespace detail

/// The same without a list of values: after begin_parameters() the caller writes `value_count` times a
/// [value] (behind its [string] name when options.flags have query_flag::names), then calls end_parameters()
/// with the same options. Nothing is allocated but the output buffer.
inline void begin_parameters(writer& out, const query_options& options, std::size_t value_count) noexcept {
  if (value_count > 0xFFFF) [[unlikely]]
    return out.fail(errc::value_too_large);
  if (std::byte* to = out.append(detail::parameters_head_size(options, value_count)))
    detail::store_parameters_head(to, options, value_count);
}
inline void end_parameters(writer& out, const query_options& options) noexcept {
  if (options.has(query_flag::page_size)) out.write(options.page_size);
  if (options.has(query_flag::paging_state)) out.write_bytes(options.paging_state);
  if (options.has(query_flag::serial_consistency)) write_consistency(out, options.serial_consistency);
  if (options.has(query_flag::timestamp)) out.write(options.timestamp);
}

namespace detail {
// <n: short><value> x n, as in query parameters without names and in a batch's statements.
[[nodiscard]] COODIE_DECL errc read_values(reader& body, std::vector<bytes_view>& values) noexcept;
}  // namespace detail

}  // namespace coodie::inline COODIE_ABI::protocol

#endif  // COODIE_PROTOCOL_MESSAGES_QUERY_PARAMETERS_HPP
