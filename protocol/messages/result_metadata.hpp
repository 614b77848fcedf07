// SPDX-License-Identifier: MIT
// What a server tells about the columns of rows, and about the markers of a prepared statement.
#ifndef COODIE_PROTOCOL_MESSAGES_RESULT_METADATA_HPP
#define COODIE_PROTOCOL_MESSAGES_RESULT_METADATA_HPP

#include <cstdint>
#include <string_view>
#include <vector>

#include "protocol/messages/notations.hpp"
#include "protocol/values/cql_type.hpp"

namespace coodie::inline COODIE_ABI::protocol {

/// The flags of result metadata (native_protocol_v4.spec section 4.2.5.2); ScyllaDB has one more, see
/// scylla_features::lwt_mask.
namespace metadata_flag {
inline constexpr std::uint32_t global_tables_spec = 0x0001;
inline constexpr std::uint32_t has_more_pages = 0x0002;
inline constexpr std::uint32_t no_metadata = 0x0004;
}  // namespace metadata_flag

/// One column, or one marker. The views borrow from the body.
struct column_spec {
  std::string_view keyspace, table, name;
  cql_type type;
};

/// The metadata of rows:
///
///     <flags: int><column count: int>[<paging state: bytes>]
///     [[<keyspace: string><table: string>](([<keyspace: string><table: string>]<name: string><type>) x n)]
///
/// The first pair of keyspace and table is there with global_tables_spec, the others without; nothing behind
/// the paging state is there with no_metadata. That of a prepared statement's markers is the same, but with
/// `<pk count: int><pk index: short> x n` in place of the paging state, and it is never left out.
struct result_metadata {
  std::uint32_t flags = 0;  ///< as they stand on the wire
  std::int32_t column_count = 0;
  bytes_view paging_state;           ///< null when there is no further page
  std::string_view keyspace;         ///< of all columns, with global_tables_spec
  std::string_view table;            ///< of all columns, with global_tables_spec
  std::vector<column_spec> columns;  ///< empty with no_metadata; keyspace and table of each are filled always
  bool no_metadata = false;

  [[nodiscard]] bool has_more_pages() const noexcept { return (flags & metadata_flag::has_more_pages) != 0; }
  [[nodiscard]] bool global_tables_spec() const noexcept {
    return (flags & metadata_flag::global_tables_spec) != 0;
  }
};

/// Memory: at most 256 bytes for each byte of the body (a custom class whose arguments are a letter each).
/// errc::negative_length for a negative count; the errors of read_type().
[[nodiscard]] COODIE_DECL errc deserialize(reader& body, result_metadata& metadata) noexcept;

/// has_more_pages follows from a paging state that is not null, and no_metadata from the member of that name,
/// also when the flags do not say so. The count is that of `columns`, or `column_count` with no_metadata.
/// With global_tables_spec `keyspace` and `table` are written, and those of the columns are not.
COODIE_DECL void serialize(writer& out, const result_metadata& metadata) noexcept;

/// Metadata of a prepared statement's markers, and for each component of the partition key the index of its
/// marker (empty unless every component is one marker).
[[nodiscard]] COODIE_DECL errc deserialize_markers(reader& body, result_metadata& metadata,
                                                   std::vector<std::uint16_t>& pk_indexes) noexcept;
COODIE_DECL void serialize_markers(writer& out, const result_metadata& metadata,
                                   const std::vector<std::uint16_t>& pk_indexes) noexcept;

/// Jumps over the metadata of rows, without building or allocating anything; tells the flags, the number of
/// columns and the paging state (null when there is none). Custom types are not looked into.
[[nodiscard]] COODIE_DECL errc skip_metadata(reader& body, std::uint32_t& flags, std::uint32_t& columns,
                                             bytes_view& paging_state) noexcept;
[[nodiscard]] inline errc skip_metadata(reader& body) noexcept {
  std::uint32_t flags = 0, columns = 0;
  bytes_view paging_state;
  return skip_metadata(body, flags, columns, paging_state);
}

}  // namespace coodie::inline COODIE_ABI::protocol

#endif  // COODIE_PROTOCOL_MESSAGES_RESULT_METADATA_HPP
