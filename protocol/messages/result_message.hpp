// SPDX-License-Identifier: MIT
// RESULT: the answer to QUERY, PREPARE, EXECUTE and BATCH.
#ifndef COODIE_PROTOCOL_MESSAGES_RESULT_MESSAGE_HPP
#define COODIE_PROTOCOL_MESSAGES_RESULT_MESSAGE_HPP

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "protocol/messages/frame.hpp"
#include "protocol/messages/result_metadata.hpp"
#include "protocol/messages/schema_change.hpp"

namespace coodie::inline COODIE_ABI::protocol {

/// What a RESULT holds (native_protocol_v4.spec section 4.2.5).
enum class result_kind : std::int32_t {
  void_ = 1,          ///< nothing
  rows = 2,           ///< rows_result
  set_keyspace = 3,   ///< set_keyspace_result
  prepared = 4,       ///< prepared_result
  schema_change = 5,  ///< schema_change
};

/// Rows (section 4.2.5.2): `<metadata><rows count: int><cell: bytes> x (rows count x columns)`. Rows are not
/// taken apart: `rows` stands on the first one.
struct rows_result {
  result_metadata metadata;
  std::uint32_t rows_count = 0;
  reader rows;  ///< to the end of the body
};

/// Set_keyspace (section 4.2.5.3): `<keyspace: string>`.
struct set_keyspace_result {
  std::string_view keyspace;
};

/// Prepared (section 4.2.5.4): `<id: short bytes>[<metadata id: short bytes>]<markers><metadata of the
/// rows>`.
struct prepared_result {
  std::span<const std::byte> id;
  std::span<const std::byte> metadata_id;  ///< with SCYLLA_USE_METADATA_ID
  result_metadata markers;                 ///< one column for each value to bind
  std::vector<std::uint16_t> pk_indexes;   ///< marker of each component of the partition key, or empty
  result_metadata columns;                 ///< of the rows; no_metadata when there are none
};

/// RESULT: `<kind: int>`, then what the kind says. Only the member of that kind means something.
struct result_message {
  static constexpr opcode message_opcode = opcode::result;
  result_kind kind = result_kind::void_;
  rows_result rows;
  set_keyspace_result set_keyspace;
  prepared_result prepared;
  protocol::schema_change schema_change;
};

/// errc::unknown_result_kind for a kind that the specification does not define.
[[nodiscard]] COODIE_DECL errc deserialize(reader& body, result_message& message) noexcept;
COODIE_DECL void serialize(writer& out, const result_message& message) noexcept;

/// The first field of a RESULT; what follows is read by one of the functions below.
[[nodiscard]] inline errc read_result_kind(reader& body, result_kind& kind) noexcept {
  std::int32_t number = 0;
  if (errc e = body.read(number); e != errc::ok) return e;
  if (number < 1 || number > 5) return errc::unknown_result_kind;
  kind = static_cast<result_kind>(number);
  return errc::ok;
}
inline void write_result_kind(writer& out, result_kind kind) noexcept {
  out.write(static_cast<std::int32_t>(kind));
}

// Of one kind each: `body` stands behind the kind, and the kind is not written.

/// errc::length_exceeds_input when there are fewer bytes than the least that so many rows take, and for rows
/// without columns, which nothing would bound.
[[nodiscard]] COODIE_DECL errc deserialize(reader& body, rows_result& result) noexcept;
/// `with_metadata_id`: the connection has agreed on SCYLLA_USE_METADATA_ID.
[[nodiscard]] COODIE_DECL errc deserialize(reader& body, prepared_result& result,
                                           bool with_metadata_id = false) noexcept;
[[nodiscard]] inline errc deserialize(reader& body, set_keyspace_result& result) noexcept {
  return body.read_string(result.keyspace);
}
COODIE_DECL void serialize(writer& out, const rows_result& result) noexcept;
COODIE_DECL void serialize(writer& out, const prepared_result& result) noexcept;
inline void serialize(writer& out, const set_keyspace_result& result) noexcept {
  out.write_string(result.keyspace);
}

/// Goes from behind the kind straight to the first row, without building metadata or allocating. The same
/// checks as for rows_result: `rows` x `columns` cells of at least four bytes fit into what remains. With
/// `rows` 0, nothing bounds `columns`.
[[nodiscard]] COODIE_DECL errc open_rows(reader& body, std::uint32_t& flags, std::uint32_t& columns,
                                         bytes_view& paging_state, std::uint32_t& rows) noexcept;

/// Jumps over `rows` x `columns` cells: afterwards all of them are known to be there.
[[nodiscard]] COODIE_DECL errc skip_rows(reader& body, std::uint32_t columns, std::uint32_t rows) noexcept;

/// Writes rows in steps, kind included: after begin_rows() the caller writes the cells of each row by
/// writer::write_bytes(), then gives end_rows() what begin_rows() returned, and the number of rows.
[[nodiscard]] inline std::size_t begin_rows(writer& out, const result_metadata& metadata) noexcept {
  write_result_kind(out, result_kind::rows);
  serialize(out, metadata);
  const std::size_t position = out.position();
  out.write(std::uint32_t{0});
  return position;
}
inline void end_rows(writer& out, std::size_t position, std::uint32_t rows_count) noexcept {
  out.patch(position, rows_count);
}

}  // namespace coodie::inline COODIE_ABI::protocol

#endif  // COODIE_PROTOCOL_MESSAGES_RESULT_MESSAGE_HPP
