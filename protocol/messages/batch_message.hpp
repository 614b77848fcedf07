// SPDX-License-Identifier: MIT
// BATCH: several statements, prepared or not, in one message.
#ifndef COODIE_PROTOCOL_MESSAGES_BATCH_MESSAGE_HPP
#define COODIE_PROTOCOL_MESSAGES_BATCH_MESSAGE_HPP

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "protocol/messages/frame.hpp"
#include "protocol/messages/query_parameters.hpp"

namespace coodie::inline COODIE_ABI::protocol {

/// How a batch is applied.
enum class batch_type : std::uint8_t {
  logged = 0,    ///< All of it or nothing, in the end, by way of a log.
  unlogged = 1,  ///< No promise over several partitions.
  counter = 2,   ///< Counter updates only.
};

/// One statement of a batch: a text or a prepared id.
struct batch_statement {
  bool prepared = false;          ///< whether `id` counts, or `query`
  std::string_view query;         ///< CQL
  std::span<const std::byte> id;  ///< of a prepared_result
  std::vector<bytes_view> values;
};

/// BATCH (native_protocol_v4.spec section 4.1.7):
///
///     <type: 1><n: short>(<kind: 1><query: long string or id: short bytes><m: short><value> x m) x n
///     <consistency><flags: 1>[<serial consistency>][<timestamp: long>]
///
/// Of `options` only the consistency, the serial consistency and the timestamp have a place. Named values are
/// not supported: their flag stands behind what it would describe (CASSANDRA-10246), servers ignore it, and
/// so does deserialize().
struct batch_message {
  static constexpr opcode message_opcode = opcode::batch;
  batch_type type = batch_type::logged;
  std::vector<batch_statement> statements;
  query_options options;
};

/// errc::invalid_value for an unknown type, kind or consistency, and for flags whose options make no sense in
/// a batch (values, skip_metadata, page_size, paging_state).
[[nodiscard]] COODIE_DECL errc deserialize(reader& body, batch_message& message) noexcept;
COODIE_DECL void serialize(writer& out, const batch_message& message) noexcept;

/// The same in steps, without a list of statements: begin_batch(), for each statement begin_batch_statement()
/// and its `value_count` values by writer::write_bytes(), then end_batch(). errc::value_too_large above 65535
/// statements, or values of one.
inline void begin_batch(writer& out, batch_type type, std::size_t statement_count) noexcept {
  out.write(static_cast<std::uint8_t>(type));
  detail::write_count(out, statement_count);
}
/// A statement by its prepared id.
inline void begin_batch_statement(writer& out, std::span<const std::byte> id,
                                  std::size_t value_count) noexcept {
  out.write(std::uint8_t{1});
  out.write_short_bytes(id);
  detail::write_count(out, value_count);
}
/// A statement by its text.
inline void begin_batch_statement(writer& out, std::string_view query, std::size_t value_count) noexcept {
  out.write(std::uint8_t{0});
  out.write_long_string(query);
  detail::write_count(out, value_count);
}
COODIE_DECL void end_batch(writer& out, const query_options& options) noexcept;

}  // namespace coodie::inline COODIE_ABI::protocol

#endif  // COODIE_PROTOCOL_MESSAGES_BATCH_MESSAGE_HPP
