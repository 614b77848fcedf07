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

inline void write_rows(protocol::writer& out, const store::result_rows& rows, bool skip_metadata) {
  protocol::result_metadata metadata = make_metadata(rows.columns);
  if (rows.paging_state) metadata.paging_state = store::as_value(store::octets_view(*rows.paging_state));
  metadata.no_metadata = skip_metadata;
  const std::size_t position = protocol::begin_rows(out, metadata);
  out.write_raw(std::string_view(rows.cells));
  protocol::end_rows(out, position, rows.count);
}

[[nodiscard]] inline protocol::schema_change make_schema_change(const store::schema_change_done& done) {
  return {done.change, done.target, done.keyspace, done.name, {}};
}

void write_answer(protocol::writer& out, const store::answer& what, bool skip_metadata) {
  switch (what.kind) {
    case store::answer_kind::rows: return write_rows(out, what.rows, skip_metadata);
    case store::answer_kind::void_: return protocol::write_result_kind(out, protocol::result_kind::void_);
    case store::answer_kind::set_keyspace:
      protocol::write_result_kind(out, protocol::result_kind::set_keyspace);
      return serialize(out, protocol::set_keyspace_result{what.keyspace});
    case store::answer_kind::schema_change:
      protocol::write_result_kind(out, protocol::result_kind::schema_change);
      return serialize(out, make_schema_change(what.change));
  }
}

void write_prepared(protocol::writer& out, std::string_view id, const store::planned_statement& what) {
  protocol::prepared_result result;
  result.id = store::as_bytes(id);
  result.markers = make_metadata(what.markers);
  result.pk_indexes = what.pk_indexes;
  result.columns = make_metadata(what.columns);
  result.columns.no_metadata = what.columns.empty();
  protocol::write_result_kind(out, protocol::result_kind::prepared);
  serialize(out, result);
}

void write_refusal(protocol::writer& out, const cql::refusal& why) {
  protocol::error_message message;
  message.code = why.why().code;
  message.message = why.why().message;
  message.keyspace = why.why().keyspace;
  message.table = why.why().table;
  message.function = why.why().function;
  serialize(out, message);
}

void write_error(protocol::writer& out, const error_reply& what, std::string_view request_id) {
  protocol::error_message message;
  message.code = what.code;
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
  serialize(out, message);
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
