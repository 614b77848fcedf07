// SPDX-License-Identifier: MIT
// Reads, writes and jumps over metadata.
#ifndef COODIE_PROTOCOL_MESSAGES_RESULT_METADATA_IPP
#define COODIE_PROTOCOL_MESSAGES_RESULT_METADATA_IPP

#include <cstddef>

#include "protocol/messages/result_metadata.hpp"

namespace coodie::inline COODIE_ABI::protocol {
namespace detail {

// A count in an [int], which may not be negative.
inline errc read_int_count(reader& body, std::int32_t& count) noexcept {
  reader ahead = body;
  if (errc e = ahead.read(count); e != errc::ok) return e;
  if (count < 0) return errc::negative_length;
  body = ahead;
  return errc::ok;
}

inline errc read_column_type(reader& body, cql_type& type) noexcept {
#if COODIE_HAS_EXCEPTIONS
  try {
    return read_type(body, type);
  } catch (...) {
    return errc::out_of_memory;
  }
#else
  return read_type(body, type);
#endif
}

inline errc read_column(reader& body, const result_metadata& metadata, column_spec& column) noexcept {
  if (metadata.global_tables_spec()) {
    column.keyspace = metadata.keyspace;
    column.table = metadata.table;
  } else {
    if (errc e = body.read_string(column.keyspace); e != errc::ok) return e;
    if (errc e = body.read_string(column.table); e != errc::ok) return e;
  }
  if (errc e = body.read_string(column.name); e != errc::ok) return e;
  return read_column_type(body, column.type);
}

// [<global table spec>]<column> x column_count
inline errc read_columns(reader& body, result_metadata& metadata) noexcept {
  const bool global = metadata.global_tables_spec();
  if (global) {
    if (errc e = body.read_string(metadata.keyspace); e != errc::ok) return e;
    if (errc e = body.read_string(metadata.table); e != errc::ok) return e;
  }
  const auto count = static_cast<std::size_t>(metadata.column_count);
  // A column is at least its empty names and a type's id.
  if (errc e = make_room_for(body, count, global ? 4 : 8, metadata.columns); e != errc::ok) return e;
  for (std::size_t i = 0; i < count; ++i) {
    if (errc e = read_column(body, metadata, metadata.columns.emplace_back()); e != errc::ok) return e;
  }
  return errc::ok;
}

inline void clear_metadata(result_metadata& metadata) noexcept {
  metadata.paging_state = {};
  metadata.keyspace = metadata.table = {};
  metadata.columns.clear();
  metadata.no_metadata = false;
}

inline void write_columns(writer& out, const result_metadata& metadata) noexcept {
  const bool global = metadata.global_tables_spec();
  if (global) {
    out.write_string(metadata.keyspace);
    out.write_string(metadata.table);
  }
  for (const column_spec& column : metadata.columns) {
    if (!global) {
      out.write_string(column.keyspace);
      out.write_string(column.table);
    }
    out.write_string(column.name);
    write_type(out, column.type);
  }
}

inline void write_int_count(writer& out, std::size_t count) noexcept {
  if (count > 0x7FFFFFFF) return out.fail(errc::value_too_large);
  out.write(static_cast<std::uint32_t>(count));
}

}  // namespace detail

errc deserialize(reader& body, result_metadata& metadata) noexcept {
  detail::clear_metadata(metadata);
  if (errc e = body.read(metadata.flags); e != errc::ok) return e;
  if (errc e = detail::read_int_count(body, metadata.column_count); e != errc::ok) return e;
  if (metadata.has_more_pages()) {
    if (errc e = body.read_bytes(metadata.paging_state); e != errc::ok) return e;
  }
  metadata.no_metadata = (metadata.flags & metadata_flag::no_metadata) != 0;
  return metadata.no_metadata ? errc::ok : detail::read_columns(body, metadata);
}

void serialize(writer& out, const result_metadata& metadata) noexcept {
  std::uint32_t flags = metadata.flags;
  if (!metadata.paging_state.is_null()) flags |= metadata_flag::has_more_pages;
  if (metadata.no_metadata) flags |= metadata_flag::no_metadata;
  const bool bare = (flags & metadata_flag::no_metadata) != 0;
  out.write(flags);
  if (bare)
    out.write(metadata.column_count);
  else
    detail::write_int_count(out, metadata.columns.size());
  if ((flags & metadata_flag::has_more_pages) != 0) out.write_bytes(metadata.paging_state);
  if (!bare) detail::write_columns(out, metadata);
}

errc deserialize_markers(reader& body, result_metadata& metadata,
                         std::vector<std::uint16_t>& pk_indexes) noexcept {
  detail::clear_metadata(metadata);
  std::int32_t pk_count = 0;
  if (errc e = body.read(metadata.flags); e != errc::ok) return e;
  if (errc e = detail::read_int_count(body, metadata.column_count); e != errc::ok) return e;
  if (errc e = detail::read_int_count(body, pk_count); e != errc::ok) return e;
  if (errc e = detail::make_room_for(body, static_cast<std::size_t>(pk_count), 2, pk_indexes); e != errc::ok)
    return e;
  for (; pk_count != 0; --pk_count) {
    std::uint16_t index = 0;
    if (errc e = body.read(index); e != errc::ok) return e;
    if (index >= metadata.column_count) return errc::invalid_value;
    pk_indexes.push_back(index);
  }
  return detail::read_columns(body, metadata);
}

void serialize_markers(writer& out, const result_metadata& metadata,
                       const std::vector<std::uint16_t>& pk_indexes) noexcept {
  out.write(metadata.flags);
  detail::write_int_count(out, metadata.columns.size());
  detail::write_int_count(out, pk_indexes.size());
  for (std::uint16_t index : pk_indexes) out.write(index);
  detail::write_columns(out, metadata);
}

namespace detail {

inline errc skip_strings(reader& body, int count) noexcept {
  for (std::string_view text; count != 0; --count) {
    if (errc e = body.read_string(text); e != errc::ok) return e;
  }
  return errc::ok;
}

inline errc skip_type(reader& body, std::size_t depth) noexcept;

// n nested types, each behind its name in a user type.
inline errc skip_types(reader& body, std::uint16_t count, bool named, std::size_t depth) noexcept {
  for (; count != 0; --count) {
    if (errc e = skip_strings(body, named ? 1 : 0); e != errc::ok) return e;
    if (errc e = skip_type(body, depth); e != errc::ok) return e;
  }
  return errc::ok;
}

inline errc skip_type(reader& body, std::size_t depth) noexcept {
  std::uint16_t id = 0, count = 0;
  if (depth > max_type_depth) return errc::nesting_too_deep;
  if (errc e = body.read(id); e != errc::ok) return e;
  switch (static_cast<type_id>(id)) {
    case type_id::custom: return skip_strings(body, 1);
    case type_id::list:
    case type_id::set: return skip_type(body, depth + 1);
    case type_id::map: return skip_types(body, 2, false, depth + 1);
    case type_id::udt:
      if (errc e = skip_strings(body, 2); e != errc::ok) return e;
      if (errc e = body.read(count); e != errc::ok) return e;
      return skip_types(body, count, true, depth + 1);
    case type_id::tuple:
      if (errc e = body.read(count); e != errc::ok) return e;
      return skip_types(body, count, false, depth + 1);
    default:
      // The scalars lie between ascii and duration, with a hole where v1 had text.
      return id <= static_cast<std::uint16_t>(type_id::duration) && id != 0x000A ? errc::ok
                                                                                 : errc::unknown_type;
  }
}

}  // namespace detail

errc skip_metadata(reader& body, std::uint32_t& flags, std::uint32_t& columns,
                   bytes_view& paging_state) noexcept {
  std::int32_t count = 0;
  paging_state = {};
  if (errc e = body.read(flags); e != errc::ok) return e;
  if (errc e = detail::read_int_count(body, count); e != errc::ok) return e;
  columns = static_cast<std::uint32_t>(count);
  if ((flags & metadata_flag::has_more_pages) != 0) {
    if (errc e = body.read_bytes(paging_state); e != errc::ok) return e;
  }
  if ((flags & metadata_flag::no_metadata) != 0) return errc::ok;
  const bool global = (flags & metadata_flag::global_tables_spec) != 0;
  if (errc e = detail::skip_strings(body, global ? 2 : 0); e != errc::ok) return e;
  for (; count != 0; --count) {
    if (errc e = detail::skip_strings(body, global ? 1 : 3); e != errc::ok) return e;
    if (errc e = detail::skip_type(body, 1); e != errc::ok) return e;
  }
  return errc::ok;
}

}  // namespace coodie::inline COODIE_ABI::protocol

#endif  // COODIE_PROTOCOL_MESSAGES_RESULT_METADATA_IPP
