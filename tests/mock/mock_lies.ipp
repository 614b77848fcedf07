// SPDX-License-Identifier: MIT
// Answers whose bytes contradict each other.
#ifndef COODIE_TESTS_MOCK_MOCK_LIES_IPP
#define COODIE_TESTS_MOCK_MOCK_LIES_IPP

#include <string>

#include "protocol/messages/messages.hpp"
#include "tests/mock/mock_lies.hpp"
#include "tests/mock/mock_octets.hpp"

namespace coodie::inline COODIE_ABI::testing::detail {

inline constexpr std::uint32_t huge_number = 0x7fffffffU;

// The columns, as the lie has them. Some lies are told later, by change_bytes().
inline void change_columns(protocol::result_metadata& metadata, lie what) {
  if (metadata.columns.empty()) return;
  switch (what) {
    case lie::fewer_columns: metadata.columns.pop_back(); break;
    case lie::more_columns: metadata.columns.push_back(metadata.columns.back()); break;
    case lie::types:
      for (auto& each : metadata.columns)
        each.type = cql_type(each.type.id == type_id::uuid ? type_id::int_ : type_id::uuid);
      break;
    case lie::nesting:
      metadata.columns.resize(1);
      metadata.columns.front().type = cql_type(type_id::int_);
      break;
    default: break;
  }
}

// Behind the kind: <flags><count>[<paging state>]<keyspace or name>...
inline void change_metadata_bytes(std::string& bytes, const protocol::result_metadata& metadata, lie what) {
  const std::size_t paging = metadata.paging_state.is_null() ? 0 : 4 + metadata.paging_state.size();
  auto* at = reinterpret_cast<std::byte*>(bytes.data());
  if (what == lie::column_count) protocol::store_big(at + 4, huge_number);
  if (metadata.columns.empty()) return;
  if (what == lie::name_size) protocol::store_big(at + 8 + paging, std::uint16_t{0xffff});
  if (what != lie::nesting) return;
  constexpr int depth = 10'000;
  std::string lists;
  for (int i = 0; i < depth; ++i) store::append_big(lists, std::uint16_t{0x0020});
  bytes.insert(bytes.size() - 2, lists);  // before the int at the end
}

[[nodiscard]] inline std::string metadata_bytes(const protocol::result_metadata& metadata, lie what) {
  protocol::byte_buffer plain;
  protocol::writer to(plain);
  serialize(to, metadata);
  std::string bytes(store::as_octets(plain.bytes()));
  change_metadata_bytes(bytes, metadata, what);
  return bytes;
}

inline void write_false_rows(protocol::writer& out, protocol::rows_result& rows, lie what) {
  std::string cells(reinterpret_cast<const char*>(rows.rows.position()), rows.rows.remaining());
  if (what == lie::cell_size && cells.size() >= 4)
    protocol::store_big(reinterpret_cast<std::byte*>(cells.data()), huge_number);
  change_columns(rows.metadata, what);
  out.write_raw(std::string_view(metadata_bytes(rows.metadata, what)));
  out.write(what == lie::row_count ? huge_number : rows.rows_count);
  out.write_raw(std::string_view(cells));
}

inline void write_false_columns(protocol::writer& out, protocol::prepared_result& prepared, lie what) {
  change_columns(prepared.columns, what);
  out.write_short_bytes(prepared.id);
  serialize_markers(out, prepared.markers, prepared.pk_indexes);
  out.write_raw(std::string_view(metadata_bytes(prepared.columns, what)));
}

void falsify_result(protocol::byte_buffer& out, std::size_t start, lie what) {
  const std::string body(store::as_octets(out.bytes().subspan(start)));
  protocol::reader in(store::as_bytes(body));
  protocol::result_message message;
  if (what == lie::none || deserialize(in, message) != errc::ok) return;
  const bool rows = message.kind == protocol::result_kind::rows;
  if (!rows && message.kind != protocol::result_kind::prepared) return;
  out.truncate(start);
  protocol::writer to(out);
  protocol::write_result_kind(to, message.kind);
  if (rows)
    write_false_rows(to, message.rows, what);
  else
    write_false_columns(to, message.prepared, what);
}

void falsify_size(protocol::byte_buffer& out, std::size_t frame_start) {
  std::byte* frame = out.data() + frame_start;
  const auto flags = static_cast<std::uint8_t>(frame[1]);
  if ((flags & protocol::frame_flag::compression) == 0) return;
  protocol::store_big(frame + protocol::frame_header_size, huge_number);  // LZ4's own, before its block
}

}  // namespace coodie::inline COODIE_ABI::testing::detail

#endif  // COODIE_TESTS_MOCK_MOCK_LIES_IPP
