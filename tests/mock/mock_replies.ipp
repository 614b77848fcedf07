// SPDX-License-Identifier: MIT
// The messages of the mock server.
#ifndef COODIE_TESTS_MOCK_MOCK_REPLIES_IPP
#define COODIE_TESTS_MOCK_MOCK_REPLIES_IPP

#include <algorithm>
#include <cstring>

#include "protocol/messages/messages.hpp"
#include "protocol/values/values.hpp"
#include "tests/mock/mock_replies.hpp"
#include "tests/mock/mock_values.hpp"

namespace coodie::inline COODIE_ABI::testing::detail {

// Metadata of columns or markers; one keyspace and table for all of them when they are the same.
template <class Spec>
[[nodiscard]] protocol::result_metadata make_metadata(const std::vector<Spec>& specs) {
  protocol::result_metadata metadata;
  for (const auto& spec : specs)
    metadata.columns.push_back({spec.keyspace, spec.table, spec.name, spec.type});
  const bool same = !specs.empty() && std::all_of(specs.begin(), specs.end(), [&](const Spec& spec) {
    return spec.keyspace == specs.front().keyspace && spec.table == specs.front().table;
  });
  if (same) {
    metadata.flags = protocol::metadata_flag::global_tables_spec;
    metadata.keyspace = specs.front().keyspace;
    metadata.table = specs.front().table;
  }
  metadata.column_count = static_cast<std::int32_t>(specs.size());
  return metadata;
}

inline constexpr std::uint32_t metadata_changed = 0x0008;  // native_protocol_v5.spec section 4.2.5.2

// The new id stands behind the paging state, before the columns.
inline void write_changed_metadata(protocol::writer& out, protocol::result_metadata metadata,
                                   std::string_view id) {
  metadata.flags |= metadata_changed;
  protocol::byte_buffer plain;
  protocol::writer to(plain);
  serialize(to, metadata);
  const bool paged = !metadata.paging_state.is_null();
  const std::size_t columns = 8 + (paged ? 4 + metadata.paging_state.size() : 0);
  out.write_raw(plain.bytes().first(columns));
  out.write_short_bytes(store::as_bytes(id));
  out.write_raw(plain.bytes().subspan(columns));
}

inline void write_rows(protocol::writer& out, const store::result_rows& rows, const metadata_choice& how) {
  protocol::result_metadata metadata = make_metadata(rows.columns);
  if (rows.paging_state) metadata.paging_state = store::as_value(store::octets_view(*rows.paging_state));
  metadata.no_metadata = how.skip && how.changed_id.empty();
  protocol::write_result_kind(out, protocol::result_kind::rows);
  if (how.changed_id.empty())
    serialize(out, metadata);
  else
    write_changed_metadata(out, std::move(metadata), how.changed_id);
  const std::size_t position = out.position();
  out.write(std::uint32_t{0});
  out.write_raw(std::string_view(rows.cells));
  protocol::end_rows(out, position, rows.count);
}

[[nodiscard]] inline protocol::schema_change make_schema_change(const store::schema_change_done& done) {
  return {done.change, done.target, done.keyspace, done.name, {}};
}

void write_answer(protocol::writer& out, const store::answer& what, const metadata_choice& how) {
  switch (what.kind) {
    case store::answer_kind::rows: return write_rows(out, what.rows, how);
    case store::answer_kind::void_: return protocol::write_result_kind(out, protocol::result_kind::void_);
    case store::answer_kind::set_keyspace:
      protocol::write_result_kind(out, protocol::result_kind::set_keyspace);
      return serialize(out, protocol::set_keyspace_result{what.keyspace});
    case store::answer_kind::schema_change:
      protocol::write_result_kind(out, protocol::result_kind::schema_change);
      return serialize(out, make_schema_change(what.change));
  }
}

void write_prepared(protocol::writer& out, const prepared_reply& reply,
                    const store::planned_statement& what) {
  protocol::result_metadata markers = make_metadata(what.markers), columns = make_metadata(what.columns);
  markers.flags |= reply.marker_flags;
  columns.no_metadata = what.columns.empty();
  protocol::write_result_kind(out, protocol::result_kind::prepared);
  out.write_short_bytes(store::as_bytes(reply.id));
  if (!reply.metadata_id.empty()) out.write_short_bytes(store::as_bytes(reply.metadata_id));
  serialize_markers(out, markers, what.pk_indexes);
  serialize(out, columns);
}

void write_refusal(protocol::writer& out, const cql::refusal& why) {
  protocol::error_message message;
  message.code = why.why().code;
  message.message = why.why().message;
  message.keyspace = why.why().keyspace;
  message.table = why.why().table;
  message.function = why.why().function;
  message.consistency = why.why().consistency;
  message.required = why.why().required;
  message.alive = why.why().alive;
  serialize(out, message);
}

void write_error(protocol::writer& out, const error_reply& what, std::string_view request_id,
                 bool knows_rate_limit) {
  protocol::error_message message;
  const bool falls_back = what.code == rate_limit_code && !knows_rate_limit;
  message.code = falls_back ? protocol::error_code_v4::config_error : what.code;
  message.message = what.message;
  message.consistency = what.consistency;
  message.required = message.block_for = what.required;
  message.alive = message.received = what.received;
  message.num_failures = what.failures;
  message.data_present = what.data_present ? 1 : 0;
  message.write_type = what.write_type;
  message.keyspace = what.keyspace;
  message.table = what.table;
  message.function = what.function;
  message.arg_types.assign(what.argument_types.begin(), what.argument_types.end());
  message.id = store::as_bytes(what.id.empty() ? request_id : std::string_view(what.id));
  message.op_type = what.write ? 1 : 0;
  message.rejected_by_coordinator = what.rejected_by_coordinator ? 1 : 0;
  serialize(out, message, rate_limit_code);
}

void write_unprepared(protocol::writer& out, std::string_view id) {
  const std::string digits = store::value_text(type_id::blob, id);
  const std::string text =
      "Prepared query with ID " + (digits.empty() ? digits : digits.substr(2)) +
      " not found (either the query was not prepared on this host (maybe the host has been "
      "restarted?) or you have prepared too many queries and it has been evicted from the "
      "internal cache)";
  protocol::error_message message;
  message.code = cql::wire_code(server_errc::unprepared);
  message.message = text;
  message.id = store::as_bytes(id);
  serialize(out, message);
}

void write_event(protocol::writer& out, const event_reply& what) {
  protocol::event_message message;
  message.type = what.type;
  message.change = what.change;
  if (const auto address = inet::parse(what.address)) {
    message.node.size = static_cast<std::uint8_t>(address->bytes().size());
    std::memcpy(message.node.bytes.data(), address->bytes().data(), message.node.size);
  }
  message.node.port = what.port;
  message.schema = {what.change, what.target, what.keyspace, what.name, {}};
  serialize(out, message);
}

}  // namespace coodie::inline COODIE_ABI::testing::detail

#endif  // COODIE_TESTS_MOCK_MOCK_REPLIES_IPP
