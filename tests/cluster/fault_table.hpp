// SPDX-License-Identifier: MIT
// What can go wrong with a node or on the way to it, when, and what the caller of a request sees then.
// docs/reliability.md has the same table; faults_guide.cpp compares them.
#ifndef COODIE_TESTS_CLUSTER_FAULT_TABLE_HPP
#define COODIE_TESTS_CLUSTER_FAULT_TABLE_HPP

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace fault_tests {

enum class moment : std::uint8_t {
  connecting,
  handshake,
  preparing,
  written,
  half_answer,
  paging,
  batch,
  closing
};
inline constexpr std::size_t moments = 8;
inline constexpr std::array<std::string_view, moments> moment_names = {
    "connecting",     "handshake", "preparing", "request written",
    "half an answer", "paging",    "batch",     "closing"};

enum class fault : std::uint8_t {
  refused,
  reset,
  half_open,
  silent,
  slow,
  garbage,
  wrong_stream,
  wrong_version,
  truncated,
  oversized,
  error_not_ready,
  error_of_node,
  error_of_replicas,
  error_of_statement,
  error_unprepared,
  error_credentials,
  node_paused,
  node_killed,
  node_moved,
  all_nodes_gone,
  dns_changed,
  clock_stepped,
};
inline constexpr std::size_t faults = 22;
inline constexpr std::array<std::string_view, faults> fault_names = {
    "refused",
    "reset",
    "half-open",
    "silent",
    "slow, byte by byte",
    "garbage",
    "wrong stream",
    "wrong version",
    "truncated",
    "oversized",
    "error: not executed (unavailable, is_bootstrapping)",
    "error: of the node (overloaded, server_error, truncate_error)",
    "error: of replicas (timeouts and failures)",
    "error: of the statement (all others)",
    "error: unprepared",
    "error: bad credentials",
    "node paused",
    "node killed",
    "node back with another address",
    "all nodes gone and back",
    "DNS changed",
    "clock stepped",
};

/// How a request ends; but for the first three, an errc of that name.
enum class sees : std::uint8_t {
  nothing,    ///< the cell can't exist
  answer,     ///< the result, as if nothing had been
  the_error,  ///< the server's
  no_host_available,
  connection_closed,
  heartbeat_timeout,
  request_timeout,
  unsupported_version,
  unknown_stream,
  frame_too_large,
  authentication_failed,
  decode_error,  ///< truncated, or length_exceeds_input
  closed,
};
inline constexpr std::array<std::string_view, 13> sees_names = {"",
                                                                "answer",
                                                                "the error",
                                                                "no_host_available",
                                                                "connection_closed",
                                                                "heartbeat_timeout",
                                                                "request_timeout",
                                                                "unsupported_version",
                                                                "unknown_stream",
                                                                "frame_too_large",
                                                                "authentication_failed",
                                                                "truncated",
                                                                "closed"};

/// By when.
enum class by : std::uint8_t { at_once, connect_timeout, heartbeat, request_timeout, its_bytes };
inline constexpr std::array<std::string_view, 5> by_names = {
    "at once", "after connect_timeout", "after a heartbeat", "after request_timeout", "as its bytes come"};

struct cell {
  sees idempotent = sees::nothing, otherwise = sees::nothing;
  by within = by::at_once;

  [[nodiscard]] constexpr bool exists() const noexcept { return idempotent != sees::nothing; }
};

namespace detail {
using enum sees;
inline constexpr cell no{};
inline constexpr cell fine{answer, answer};
inline constexpr cell late{answer, answer, by::heartbeat};
inline constexpr cell slow{answer, answer, by::its_bytes};
inline constexpr cell ends{closed, closed};
inline constexpr cell down{no_host_available, no_host_available};
inline constexpr cell waits{no_host_available, no_host_available, by::connect_timeout};
inline constexpr cell lost{answer, connection_closed};
inline constexpr cell dead{answer, heartbeat_timeout, by::heartbeat};
inline constexpr cell out{request_timeout, request_timeout, by::request_timeout};
inline constexpr cell told{the_error, the_error};
inline constexpr cell gone{no_host_available, connection_closed};
[[nodiscard]] consteval cell both(sees what) { return {what, what}; }
[[nodiscard]] consteval cell or_else(sees what) { return {answer, what}; }
}  // namespace detail

namespace detail {
/// A row for each fault, in it a cell for each moment.
inline constexpr std::array<std::array<cell, moments>, faults> table = {{
    // connecting, handshake, preparing, request written, half an answer, paging, batch, closing
    {down, no, no, no, no, no, no, ends},                // refused
    {down, down, fine, lost, lost, lost, lost, ends},    // reset
    {waits, waits, late, dead, dead, dead, dead, ends},  // half_open
    {no, waits, out, out, dead, out, out, ends},         // silent
    {no, slow, slow, slow, slow, slow, slow, ends},      // slow
    {no, both(unsupported_version), fine, or_else(unsupported_version), both(decode_error),
     or_else(unsupported_version), or_else(unsupported_version), ends},  // garbage
    {no, down, fine, or_else(unknown_stream), no, or_else(unknown_stream), or_else(unknown_stream),
     ends},  // wrong_stream
    {no, both(unsupported_version), fine, or_else(unsupported_version), no, or_else(unsupported_version),
     or_else(unsupported_version), ends},                                        // wrong_version
    {no, down, fine, both(decode_error), lost, both(decode_error), lost, ends},  // truncated
    {no, down, fine, or_else(frame_too_large), no, or_else(frame_too_large), or_else(frame_too_large),
     ends},                                        // oversized
    {no, down, fine, fine, no, fine, fine, ends},  // error_not_ready
    {no, down, fine, or_else(the_error), no, or_else(the_error), or_else(the_error), ends},  // error_of_node
    {no, down, told, told, no, told, told, ends},                         // error_of_replicas
    {no, down, told, told, no, told, told, ends},                         // error_of_statement
    {no, down, told, fine, no, fine, fine, ends},                         // error_unprepared
    {no, both(authentication_failed), told, told, no, told, told, ends},  // error_credentials
    {waits, waits, late, dead, dead, dead, dead, ends},                   // node_paused
    {down, down, fine, lost, lost, lost, lost, ends},                     // node_killed
    {down, down, fine, lost, lost, lost, lost, ends},                     // node_moved
    {down, down, down, gone, gone, gone, gone, ends},                     // all_nodes_gone
    {down, no, down, gone, gone, gone, gone, ends},                       // dns_changed
    {fine, fine, fine, fine, fine, fine, fine, ends},                     // clock_stepped
}};
}  // namespace detail

[[nodiscard]] constexpr const cell& cell_of(fault what, moment when) noexcept {
  return detail::table[static_cast<std::size_t>(what)][static_cast<std::size_t>(when)];
}

/// A cell as the guide writes it: what an idempotent request sees, what another one, and by when.
[[nodiscard]] inline std::string text_of(const cell& c) {
  if (!c.exists()) return "–";
  std::string text(sees_names[static_cast<std::size_t>(c.idempotent)]);
  if (c.otherwise != c.idempotent)
    text.append(" / ").append(sees_names[static_cast<std::size_t>(c.otherwise)]);
  return text.append(", ").append(by_names[static_cast<std::size_t>(c.within)]);
}

}  // namespace fault_tests

#endif  // COODIE_TESTS_CLUSTER_FAULT_TABLE_HPP
