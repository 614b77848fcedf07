// SPDX-License-Identifier: MIT
// Every error that coodie itself can report, and the errors that a server can report, as std::error_code.
#ifndef COODIE_PROTOCOL_ERRC_HPP
#define COODIE_PROTOCOL_ERRC_HPP

#include <cstdint>
#include <string_view>
#include <system_error>

#include "protocol/config.hpp"

namespace coodie::inline COODIE_ABI {

using std::error_code;

/// What went wrong on this side. The first group is about bytes and values, the second about a connection,
/// the third about a request, the fourth about what the program asked.
enum class errc : std::int32_t {
  ok = 0,

  // Bytes and values
  truncated = 1,           ///< The bytes end inside a field.
  trailing_bytes,          ///< A value has more bytes than its type.
  negative_length,         ///< A length below zero where the specification has none.
  length_exceeds_input,    ///< A count or length announces more than the bytes that follow.
  nesting_too_deep,        ///< A type is nested deeper than the limit.
  invalid_value_size,      ///< The bytes of a value do not have the size of its type.
  invalid_value,           ///< The bytes of a value have the right size but no meaning in its type.
  unexpected_null,         ///< A null where the C++ type has no room for it; use std::optional.
  value_out_of_range,      ///< The value does not fit the C++ type or the CQL type.
  value_too_large,         ///< A value or message is longer than its length field can say.
  type_mismatch,           ///< The server's column has another type than the C++ member.
  unknown_type,            ///< A type id that native_protocol_v4.spec does not define.
  unknown_opcode,          ///< An opcode that native_protocol_v4.spec does not define.
  unknown_result_kind,     ///< A RESULT kind that native_protocol_v4.spec does not define.
  unknown_event,           ///< An event type that native_protocol_v4.spec does not define.
  unsupported_version,     ///< The peer answered in another protocol version than v4.
  invalid_direction,       ///< A request where a response belongs, or the other way round.
  unexpected_message,      ///< A message that does not answer what was asked.
  frame_too_large,         ///< A frame is longer than the limit; raise max_frame_size.
  compression_error,       ///< A compressed body does not decompress to its announced size.
  compression_not_agreed,  ///< A compressed frame on a connection that did not agree on compression.
  out_of_memory,           ///< An allocation failed.

  // Connections
  connection_refused = 100,     ///< Nobody listens at the address.
  connection_closed,            ///< The peer closed the connection.
  connection_failed,            ///< The operating system reported another error on the connection.
  connect_timeout,              ///< The connection was not ready in time; raise connect_timeout.
  heartbeat_timeout,            ///< The node did not answer a heartbeat; the connection is replaced.
  too_many_orphans,             ///< Too many requests timed out on the connection; it is replaced.
  unknown_stream,               ///< A response to a stream id that is not in use.
  authentication_required,      ///< The server asks for credentials; set .auth.
  authentication_failed,        ///< The server refused the credentials.
  compression_unsupported,      ///< The server does not offer the compression that was asked for.
  host_unresolved,              ///< A contact point's name has no address.
  authenticator_refused,        ///< The credentials are not for the authenticator that the server names.
  tls_failed,                   ///< TLS could not be agreed on, or a peer broke its rules.
  tls_unsupported,              ///< The server does not speak TLS on this port.
  tls_required,                 ///< The server speaks nothing but TLS on this port; set .tls.
  certificate_rejected,         ///< The server's certificate is not accepted; the text tells why.
  client_certificate_rejected,  ///< The server does not accept the client's certificate, or wants one.

  // Requests
  request_timeout = 200,  ///< No answer in time; the request may have been executed. Raise timeout.
  cancelled,              ///< The caller cancelled the request.
  closed,                 ///< The driver is closed, or was while the request was in flight.
  queue_full,             ///< Too many requests wait on every connection; see max_queued.
  no_host_available,      ///< Every node was tried or is down; the diagnostics tell the reason for each.
  prepare_loop,           ///< The server keeps forgetting a statement that was just prepared again.
  would_deadlock,         ///< A blocking call on the thread that runs the driver's loop.
  paging_state_invalid,   ///< The paging state is not one of this statement's.

  // What the program asked
  configuration = 300,  ///< The options contradict each other or lack something.
  invalid_query,        ///< The query can't be asked this way.
  not_supported,        ///< This driver can't do it.
  document_not_found,   ///< get found no row.
  multiple_documents,   ///< find_one found more than one row.
  schema_mismatch,      ///< The table on the server can't be made to fit the model by adding to it.
  schema_disagreement,  ///< The nodes did not agree on the schema in time.
  column_missing,       ///< The result has no column of that name.
  unknown_driver,       ///< No driver of that name is registered.
};

/// An error that a server reported. The value is the code of native_protocol_v4.spec section 9 plus 0x10000,
/// so that the specification's code 0x0000 is an error too; a code that is not listed here keeps its number.
enum class server_errc : std::int32_t {
  server_error = 0x10000,      ///< 0x0000 Something unexpected happened in the server.
  protocol_error = 0x1000A,    ///< 0x000A The server did not understand a message.
  bad_credentials = 0x10100,   ///< 0x0100 The credentials were refused.
  unavailable = 0x11000,       ///< 0x1000 Not enough live replicas for the consistency.
  overloaded = 0x11001,        ///< 0x1001 The coordinator is overloaded.
  is_bootstrapping = 0x11002,  ///< 0x1002 The coordinator is starting.
  truncate_error = 0x11003,    ///< 0x1003 A truncation failed.
  write_timeout = 0x11100,     ///< 0x1100 Too few replicas acknowledged a write in time.
  read_timeout = 0x11200,      ///< 0x1200 Too few replicas answered a read in time.
  read_failure = 0x11300,      ///< 0x1300 A replica failed to read.
  function_failure = 0x11400,  ///< 0x1400 A user-defined function failed.
  write_failure = 0x11500,     ///< 0x1500 A replica failed to write.
  syntax_error = 0x12000,      ///< 0x2000 The statement is not CQL.
  unauthorized = 0x12100,      ///< 0x2100 The role may not do that.
  invalid = 0x12200,           ///< 0x2200 The statement is CQL but wrong.
  config_error = 0x12300,      ///< 0x2300 The statement asks for a configuration that can't be.
  already_exists = 0x12400,    ///< 0x2400 The keyspace or table exists.
  unprepared = 0x12500,        ///< 0x2500 The server does not know the prepared id.
  rate_limited = 0x1F000,      ///< ScyllaDB: the partition has been asked for more often than it may be.
};

/// "coodie": the category of errc.
[[nodiscard]] COODIE_DECL const std::error_category& client_category() noexcept;
/// "coodie.server": the category of server_errc and of codes it does not list.
[[nodiscard]] COODIE_DECL const std::error_category& server_category() noexcept;

[[nodiscard]] inline error_code make_error_code(errc e) noexcept {
  return {static_cast<int>(e), client_category()};
}
[[nodiscard]] inline error_code make_error_code(server_errc e) noexcept {
  return {static_cast<int>(e), server_category()};
}
/// The error_code of a code as it stands in an ERROR message. Never "no error".
[[nodiscard]] inline error_code server_error_code(std::int32_t wire_code) noexcept {
  const auto value = static_cast<std::int32_t>(static_cast<std::uint32_t>(wire_code) + 0x10000U);
  return {value == 0 ? static_cast<int>(server_errc::server_error) : value, server_category()};
}

/// The sentence for an errc, without the value or host it is about.
[[nodiscard]] COODIE_DECL std::string_view describe(errc e) noexcept;
/// The name of native_protocol_v4.spec section 9 for a code as it stands in an ERROR message.
[[nodiscard]] COODIE_DECL std::string_view describe_server_error(std::int32_t wire_code) noexcept;

}  // namespace coodie::inline COODIE_ABI

template <>
struct std::is_error_code_enum<coodie::errc> : std::true_type {};
template <>
struct std::is_error_code_enum<coodie::server_errc> : std::true_type {};

#endif  // COODIE_PROTOCOL_ERRC_HPP
