// SPDX-License-Identifier: MIT
// Reads and writes RESULT.
#ifndef COODIE_PROTOCOL_MESSAGES_RESULT_MESSAGE_IPP
#define COODIE_PROTOCOL_MESSAGES_RESULT_MESSAGE_IPP

#include "protocol/messages/result_message.hpp"

namespace coodie::inline COODIE_ABI::protocol {
namespace detail {

// The count of rows, compared with what so many rows take at least.
inline errc read_rows_count(reader& body, std::uint32_t columns, std::uint32_t& rows) noexcept {
  std::int32_t count = 0;
  if (errc e = body.read(count); e != errc::ok) return e;
  if (count < 0) return errc::negative_length;
  rows = static_cast<std::uint32_t>(count);
  if (rows == 0) return errc::ok;
  const std::uint64_t least = std::uint64_t{columns} * 4;
  return columns == 0 || rows > body.remaining() / least ? errc::length_exceeds_input : errc::ok;
}

}  // namespace detail

errc deserialize(reader& body, rows_result& result) noexcept {
  result.rows_count = 0;
  result.rows = {};
  if (errc e = deserialize(body, result.metadata); e != errc::ok) return e;
  const auto columns = static_cast<std::uint32_t>(result.metadata.column_count);
  if (errc e = detail::read_rows_count(body, columns, result.rows_count); e != errc::ok) return e;
  result.rows = body;
  return errc::ok;
}

errc deserialize(reader& body, prepared_result& result, bool with_metadata_id) noexcept {
  if (errc e = body.read_short_bytes(result.id); e != errc::ok) return e;
  if (with_metadata_id) {
    if (errc e = body.read_short_bytes(result.metadata_id); e != errc::ok) return e;
  }
  if (errc e = deserialize_markers(body, result.markers, result.pk_indexes); e != errc::ok) return e;
  return deserialize(body, result.columns);
}

errc deserialize(reader& body, result_message& message) noexcept {
  if (errc e = read_result_kind(body, message.kind); e != errc::ok) return e;
  switch (message.kind) {
    case result_kind::void_: return errc::ok;
    case result_kind::rows: return deserialize(body, message.rows);
    case result_kind::set_keyspace: return deserialize(body, message.set_keyspace);
    case result_kind::prepared: return deserialize(body, message.prepared);
    case result_kind::schema_change: return deserialize(body, message.schema_change);
  }
  return errc::unknown_result_kind;
}

void serialize(writer& out, const rows_result& result) noexcept {
  serialize(out, result.metadata);
  out.write(result.rows_count);
  out.write_raw(std::span{result.rows.position(), result.rows.remaining()});
}

void serialize(writer& out, const prepared_result& result) noexcept {
  out.write_short_bytes(result.id);
  serialize_markers(out, result.markers, result.pk_indexes);
  serialize(out, result.columns);
}

void serialize(writer& out, const result_message& message) noexcept {
  write_result_kind(out, message.kind);
  switch (message.kind) {
    case result_kind::void_: return;
    case result_kind::rows: return serialize(out, message.rows);
    case result_kind::set_keyspace: return serialize(out, message.set_keyspace);
    case result_kind::prepared: return serialize(out, message.prepared);
    case result_kind::schema_change: return serialize(out, message.schema_change);
  }
  out.fail(errc::unknown_result_kind);
}

errc open_rows(reader& body, std::uint32_t& flags, std::uint32_t& columns, bytes_view& paging_state,
               std::uint32_t& rows) noexcept {
  if (errc e = skip_metadata(body, flags, columns, paging_state); e != errc::ok) return e;
  return detail::read_rows_count(body, columns, rows);
}

errc skip_rows(reader& body, std::uint32_t columns, std::uint32_t rows) noexcept {
  if (columns == 0) return rows == 0 ? errc::ok : errc::length_exceeds_input;
  bytes_view cell;
  for (; rows != 0; --rows) {
    for (std::uint32_t column = 0; column != columns; ++column) {
      if (errc e = body.read_bytes(cell); e != errc::ok) return e;
    }
  }
  return errc::ok;
}

}  // namespace coodie::inline COODIE_ABI::protocol

#endif  // COODIE_PROTOCOL_MESSAGES_RESULT_MESSAGE_IPP
