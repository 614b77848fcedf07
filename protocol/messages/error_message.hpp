// SPDX-License-Identifier: MIT
// ERROR: why the server did not do what it was asked.
#ifndef COODIE_PROTOCOL_MESSAGES_ERROR_MESSAGE_HPP
#define COODIE_PROTOCOL_MESSAGES_ERROR_MESSAGE_HPP

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "protocol/messages/frame.hpp"
#include "protocol/messages/notations.hpp"

namespace coodie::inline COODIE_ABI::protocol {

/// The error codes of native_protocol_v4.spec section 9.
namespace error_code_v4 {
inline constexpr std::int32_t server_error = 0x0000;
inline constexpr std::int32_t protocol_error = 0x000A;
inline constexpr std::int32_t bad_credentials = 0x0100;
inline constexpr std::int32_t unavailable = 0x1000;
inline constexpr std::int32_t overloaded = 0x1001;
inline constexpr std::int32_t is_bootstrapping = 0x1002;
inline constexpr std::int32_t truncate_error = 0x1003;
inline constexpr std::int32_t write_timeout = 0x1100;
inline constexpr std::int32_t read_timeout = 0x1200;
inline constexpr std::int32_t read_failure = 0x1300;
inline constexpr std::int32_t function_failure = 0x1400;
inline constexpr std::int32_t write_failure = 0x1500;
inline constexpr std::int32_t syntax_error = 0x2000;
inline constexpr std::int32_t unauthorized = 0x2100;
inline constexpr std::int32_t invalid = 0x2200;
inline constexpr std::int32_t config_error = 0x2300;
inline constexpr std::int32_t already_exists = 0x2400;
inline constexpr std::int32_t unprepared = 0x2500;
}  // namespace error_code_v4

/// ERROR (native_protocol_v4.spec sections 4.2.1 and 9): `<code: int><message: string>`, then, by code,
///
///     unavailable       <consistency><required: int><alive: int>
///     write_timeout     <consistency><received: int><block_for: int><write_type: string>
///     read_timeout      <consistency><received: int><block_for: int><data_present: 1>
///     read_failure      <consistency><received: int><block_for: int><num_failures: int><data_present: 1>
///     write_failure     <consistency><received: int><block_for: int><num_failures: int><write_type: string>
///     function_failure  <keyspace: string><function: string><arg_types: string list>
///     already_exists    <keyspace: string><table: string>
///     unprepared        <id: short bytes>
///     ScyllaDB's rate limit, under a code that SUPPORTED announces    <op_type: 1><rejected_by_coordinator:
///     1>
///
/// Members that do not belong to the code are empty. The views borrow from the body.
struct error_message {
  static constexpr opcode message_opcode = opcode::error;

  std::int32_t code = 0;
  std::string_view message;

  coodie::consistency consistency{};  ///< may be a number that is_known() does not know
  std::int32_t required = 0;          ///< replicas that the consistency needs
  std::int32_t alive = 0;             ///< replicas that the coordinator saw alive
  std::int32_t received = 0;          ///< replicas that answered
  std::int32_t block_for = 0;         ///< replicas whose answer was waited for
  std::int32_t num_failures = 0;      ///< replicas that failed
  std::uint8_t data_present = 0;      ///< 0: the replica asked for data did not answer; else it did
  std::string_view write_type;        ///< "SIMPLE", "BATCH", "UNLOGGED_BATCH", "COUNTER", "BATCH_LOG", ...
  std::string_view keyspace;
  std::string_view table;  ///< empty when it was the keyspace that exists
  std::string_view function;
  string_list arg_types;                     ///< CQL types
  std::span<const std::byte> id;             ///< the prepared id that the server does not know
  std::uint8_t op_type = 0;                  ///< rate limit: 0 read, 1 write
  std::uint8_t rejected_by_coordinator = 0;  ///< rate limit: 1 by the coordinator, 0 by replicas

  // One number for what the codes call by different names; 0 for a code that has none.
  /// Replicas that had to answer: `required` or `block_for`.
  [[nodiscard]] constexpr std::int32_t replicas_required() const noexcept {
    return required != 0 ? required : block_for;
  }
  /// Replicas that could or did answer: `alive` or `received`.
  [[nodiscard]] constexpr std::int32_t replicas_there() const noexcept {
    return alive != 0 ? alive : received;
  }
};

/// `rate_limit_code` is scylla_features::rate_limit_error of the connection; 0 when it was not agreed on. An
/// unknown code keeps its number and text.
[[nodiscard]] COODIE_DECL errc deserialize(reader& body, error_message& message,
                                           std::int32_t rate_limit_code = 0) noexcept;
COODIE_DECL void serialize(writer& out, const error_message& message,
                           std::int32_t rate_limit_code = 0) noexcept;

}  // namespace coodie::inline COODIE_ABI::protocol

#endif  // COODIE_PROTOCOL_MESSAGES_ERROR_MESSAGE_HPP
