// SPDX-License-Identifier: MIT
// What a frame means, as text: the words of tools/make_frame_vectors.py, from what we decode.
#ifndef COODIE_TESTS_PROTOCOL_MESSAGES_FRAME_TEXT_HPP
#define COODIE_TESTS_PROTOCOL_MESSAGES_FRAME_TEXT_HPP

#include <string>
#include <string_view>
#include <vector>

#include "tests/protocol/messages/message_checks.hpp"

namespace frame_text {

using message_checks::hex;
namespace protocol = coodie::protocol;

inline std::string quoted(std::string_view text) { return "'" + std::string(text) + "'"; }
inline std::string bytes(std::span<const std::byte> raw) { return "0x" + hex(raw); }
inline std::string value(protocol::bytes_view v) {
  return v.is_unset() ? "unset" : v.is_null() ? "null" : bytes(v.bytes());
}
inline std::string name(coodie::consistency level) { return std::string(to_string(level)); }

template <class List, class Show>
std::string joined(const List& list, Show&& show) {
  std::string out;
  for (const auto& item : list) out += (out.empty() ? "" : ",") + show(item);
  return out;
}
inline std::string plain(std::string_view text) { return std::string(text); }
inline std::string quoted_list(const protocol::string_list& list) { return "[" + joined(list, quoted) + "]"; }
inline std::string values(const std::vector<protocol::bytes_view>& list) {
  return "[" + joined(list, value) + "]";
}

inline std::string type(const coodie::cql_type& t) {
  using coodie::type_id;
  static constexpr std::pair<type_id, const char*> names[] = {
      {type_id::ascii, "ascii"},     {type_id::bigint, "bigint"},
      {type_id::blob, "blob"},       {type_id::boolean, "boolean"},
      {type_id::counter, "counter"}, {type_id::decimal, "decimal"},
      {type_id::double_, "double"},  {type_id::float_, "float"},
      {type_id::int_, "int"},        {type_id::timestamp, "timestamp"},
      {type_id::uuid, "uuid"},       {type_id::varchar, "varchar"},
      {type_id::varint, "varint"},   {type_id::timeuuid, "timeuuid"},
      {type_id::inet, "inet"},       {type_id::date, "date"},
      {type_id::time, "time"},       {type_id::smallint, "smallint"},
      {type_id::tinyint, "tinyint"}, {type_id::duration, "duration"},
      {type_id::list, "list"},       {type_id::map, "map"},
      {type_id::set, "set"},         {type_id::tuple, "tuple"}};
  if (t.id == type_id::custom) return "custom(" + t.name + ")";
  if (t.id == type_id::vector)
    return "vector(" + type(t.parameters.at(0)) + "," + std::to_string(t.dimensions) + ")";
  if (t.id == type_id::udt) {
    std::string out = "udt(" + t.keyspace + "." + t.name;
    for (std::size_t i = 0; i < t.parameters.size(); ++i)
      out += "," + t.field_names.at(i) + ":" + type(t.parameters[i]);
    return out + ")";
  }
  for (const auto& [id, text] : names)
    if (id == t.id) return t.parameters.empty() ? text : text + ("(" + joined(t.parameters, type) + ")");
  return "?";
}

inline std::string columns(const protocol::result_metadata& m) {
  return "[" +
         joined(m.columns,
                [](const protocol::column_spec& c) {
                  return std::string(c.keyspace) + "." + std::string(c.table) + "." + std::string(c.name) +
                         ":" + type(c.type);
                }) +
         "]";
}

inline std::string change(const protocol::schema_change& c) {
  std::string out = plain(c.change_type) + " " + plain(c.target) + " " + plain(c.keyspace);
  if (c.target != "KEYSPACE") out += "." + plain(c.name);
  if (c.target == "FUNCTION" || c.target == "AGGREGATE") out += "(" + joined(c.arguments, plain) + ")";
  return out;
}

// Each message, behind the name of its opcode.

inline std::string of(const protocol::options_message&) { return ""; }
inline std::string of(const protocol::ready_message&) { return ""; }
inline std::string of(const protocol::startup_message& m) {
  return " options={" +
         joined(m.options, [](const auto& pair) { return quoted(pair.first) + ":" + quoted(pair.second); }) +
         "}";
}
inline std::string of(const protocol::supported_message& m) {
  return " options={" +
         joined(m.options,
                [](const auto& pair) { return quoted(pair.first) + ":" + quoted_list(pair.second); }) +
         "}";
}
inline std::string of(const protocol::register_message& m) { return " events=" + quoted_list(m.event_types); }
inline std::string of(const protocol::authenticate_message& m) { return " " + plain(m.authenticator); }
inline std::string of(const protocol::auth_challenge_message& m) { return " token=" + value(m.token); }
inline std::string of(const protocol::auth_response_message& m) { return " token=" + value(m.token); }
inline std::string of(const protocol::auth_success_message& m) { return " token=" + value(m.token); }

inline std::string of(const protocol::query_options& o) {
  namespace flag = protocol::query_flag;
  std::string out = " consistency=" + name(o.consistency);
  if (o.has(flag::page_size)) out += " page_size=" + std::to_string(o.page_size);
  if (o.has(flag::paging_state)) out += " paging_state=" + value(o.paging_state);
  if (o.has(flag::serial_consistency)) out += " serial=" + name(o.serial_consistency);
  if (o.has(flag::timestamp)) out += " timestamp=" + std::to_string(o.timestamp);
  return out;
}
inline std::string of(const protocol::query_parameters& p) {
  namespace flag = protocol::query_flag;
  std::string out = of(static_cast<const protocol::query_options&>(p));
  if (p.has(flag::values)) out += " values=" + values(p.values);
  if (p.has(flag::names)) out += " names=" + quoted_list(p.names);
  return out;
}
inline std::string of(const protocol::query_message& m) {
  return " query=" + quoted(m.query) + of(m.parameters);
}
inline std::string of(const protocol::prepare_message& m) { return " query=" + quoted(m.query); }
inline std::string of(const protocol::execute_message& m) { return " id=" + bytes(m.id) + of(m.parameters); }
inline std::string of(const protocol::batch_message& m) {
  static constexpr const char* types[] = {"LOGGED", "UNLOGGED", "COUNTER"};
  return " " + std::string(types[static_cast<unsigned>(m.type)]) + " statements=[" +
         joined(m.statements,
                [](const protocol::batch_statement& s) {
                  return (s.prepared ? bytes(s.id) : quoted(s.query)) + values(s.values);
                }) +
         "]" + of(m.options);
}

inline std::string error_fields(const protocol::error_message& m) {
  namespace code = protocol::error_code_v4;
  const std::string level = " consistency=" + name(m.consistency);
  const std::string replicas = level + " received_responses=" + std::to_string(m.received) +
                               " required_responses=" + std::to_string(m.block_for);
  const std::string failures = " failures=" + std::to_string(m.num_failures);
  const std::string data = std::string(" data_retrieved=") + (m.data_present != 0 ? "True" : "False");
  const std::string write_type = " write_type=" + plain(m.write_type);
  switch (m.code) {
    case code::unavailable:
      return level + " required_replicas=" + std::to_string(m.required) +
             " alive_replicas=" + std::to_string(m.alive);
    case code::write_timeout: return replicas + write_type;
    case code::read_timeout: return replicas + data;
    case code::read_failure: return replicas + failures + data;
    case code::write_failure: return replicas + failures + write_type;
    case code::function_failure:
      return " keyspace=" + plain(m.keyspace) + " function=" + plain(m.function) + " arg_types=[" +
             joined(m.arg_types, plain) + "]";
    case code::already_exists: return " keyspace=" + plain(m.keyspace) + " table=" + plain(m.table);
    case code::unprepared: return " id=" + bytes(m.id);
    default: return "";
  }
}
inline std::string of(const protocol::error_message& m) {
  return " code=" + std::to_string(m.code) + " message=" + quoted(m.message) + error_fields(m);
}

inline std::string of(const protocol::event_message& m) {
  const std::string type = " " + plain(event_type_name(m.type)) + " ";
  if (m.type == protocol::event_type::schema_change) return type + change(m.schema);
  return type + plain(m.change) + " " + bytes(m.node.address()) + ":" + std::to_string(m.node.port);
}

inline std::string rows(const protocol::rows_result& r) {
  std::string out;
  protocol::reader in = r.rows;
  for (std::uint32_t i = 0; i < r.rows_count; ++i) {
    std::vector<protocol::bytes_view> cells(static_cast<std::size_t>(r.metadata.column_count));
    for (auto& cell : cells) REQUIRE(in.read_bytes(cell) == coodie::errc::ok);
    out += (i == 0 ? "" : ",") + values(cells);
  }
  CHECK(in.empty());
  return "[" + out + "]";
}
inline std::string of(const protocol::result_message& m) {
  using protocol::result_kind;
  switch (m.kind) {
    case result_kind::void_: return " VOID";
    case result_kind::set_keyspace: return " SET_KEYSPACE " + plain(m.set_keyspace.keyspace);
    case result_kind::schema_change: return " SCHEMA_CHANGE " + change(m.schema_change);
    case result_kind::rows:
      return " ROWS columns=" + columns(m.rows.metadata) +
             " paging_state=" + value(m.rows.metadata.paging_state) + " rows=" + rows(m.rows);
    case result_kind::prepared:
      return " PREPARED id=" + bytes(m.prepared.id) + " markers=" + columns(m.prepared.markers) + " pk=[" +
             joined(m.prepared.pk_indexes, [](std::uint16_t i) { return std::to_string(i); }) +
             "] columns=" + columns(m.prepared.columns);
  }
  return "?";
}

inline std::string of(const protocol::frame_header& header, const protocol::frame_prelude& prelude) {
  std::string out = "stream=" + std::to_string(header.stream) + " flags=" + std::to_string(header.flags);
  if (prelude.tracing_id != nullptr) out += " tracing=" + bytes(std::span{prelude.tracing_id, 16});
  if (!prelude.warnings.empty()) out += " warnings=" + quoted_list(prelude.warnings);
  if (!prelude.custom_payload.empty())
    out += " payload={" +
           joined(prelude.custom_payload,
                  [](const auto& pair) { return quoted(pair.first) + ":" + value(pair.second); }) +
           "}";
  return out + " " + plain(to_string(header.code()));
}

}  // namespace frame_text

#endif  // COODIE_TESTS_PROTOCOL_MESSAGES_FRAME_TEXT_HPP
