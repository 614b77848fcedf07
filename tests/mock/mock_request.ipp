// SPDX-License-Identifier: MIT
// Requests decoded.
#ifndef COODIE_TESTS_MOCK_MOCK_REQUEST_IPP
#define COODIE_TESTS_MOCK_MOCK_REQUEST_IPP

#include "tests/mock/mock_request.hpp"

namespace coodie::inline COODIE_ABI::testing::detail {

[[nodiscard]] inline cql::refusal protocol_error(std::string message) {
  return {server_errc::protocol_error, std::move(message)};
}

// EXECUTE with SCYLLA_USE_METADATA_ID: <id: short bytes><metadata id: short bytes><query parameters>.
[[nodiscard]] inline errc decode_execute_with_metadata_id(protocol::reader& body, mock_request& request) {
  std::span<const std::byte> metadata_id;
  if (const errc why = body.read_short_bytes(request.execute.id); why != errc::ok) return why;
  if (const errc why = body.read_short_bytes(metadata_id); why != errc::ok) return why;
  request.metadata_id.assign(reinterpret_cast<const char*>(metadata_id.data()), metadata_id.size());
  return deserialize(body, request.execute.parameters);
}

[[nodiscard]] inline errc decode_body(protocol::reader& body, mock_request& request) {
  switch (request.header.code()) {
    case protocol::opcode::startup: return deserialize(body, request.startup);
    case protocol::opcode::query: return deserialize(body, request.query);
    case protocol::opcode::prepare: return deserialize(body, request.prepare);
    case protocol::opcode::execute: return deserialize(body, request.execute);
    case protocol::opcode::batch: return deserialize(body, request.batch);
    case protocol::opcode::register_: return deserialize(body, request.registration);
    case protocol::opcode::auth_response: return deserialize(body, request.auth_response);
    default: return errc::ok;
  }
}

// Why a body could not be decoded, from its bytes.
[[nodiscard]] inline cql::refusal explain(const protocol::frame_header& header, protocol::reader body,
                                          errc why) {
  const bool has_text =
      header.code() == protocol::opcode::query || header.code() == protocol::opcode::prepare;
  std::string_view text;
  if (has_text && body.read_long_string(text) != errc::ok)
    return protocol_error(
        "Not enough bytes to read an UTF8 serialized string preceded by its 4 bytes length");
  if (why == errc::truncated || why == errc::length_exceeds_input)
    return {server_errc::server_error, "The body of the message ends too early"};
  std::uint16_t level = 0;
  if (header.code() == protocol::opcode::query && body.read(level) == errc::ok &&
      !is_known(static_cast<consistency>(level)))
    return protocol_error("Unknown code " + std::to_string(level) + " for a consistency level");
  std::uint8_t type = 0;
  if (header.code() == protocol::opcode::batch && body.read(type) == errc::ok && type > 2)
    return protocol_error("Invalid BATCH message type " + std::to_string(type));
  return protocol_error("The body of the message is malformed: " + std::string(describe(why)));
}

cql::refusal decode_request(const protocol::frame_header& header, protocol::reader body,
                            bool with_metadata_id, mock_request& request) {
  request.header = header;
  protocol::reader in = body;
  const bool longer = with_metadata_id && header.code() == protocol::opcode::execute;
  if (const errc why = longer ? decode_execute_with_metadata_id(in, request) : decode_body(in, request);
      why != errc::ok)
    return explain(header, body, why);
  const bool has_parameters =
      header.code() == protocol::opcode::query || header.code() == protocol::opcode::execute;
  if (has_parameters && request.parameters().has(protocol::query_flag::page_size) &&
      request.parameters().page_size == 0)
    return protocol_error("The page size cannot be 0");
  return {};
}

inline void record_values(const std::vector<protocol::bytes_view>& values, request_record& record) {
  for (const auto& value : values) {
    record.unset.push_back(value.is_unset());
    if (value.is_null())
      record.values.emplace_back();
    else
      record.values.emplace_back(std::string(reinterpret_cast<const char*>(value.data), value.size()));
  }
}

inline void record_options(const protocol::query_options& options, request_record& record) {
  record.consistency = options.consistency;
  record.query_flags = options.flags;
  if (options.has(protocol::query_flag::serial_consistency))
    record.serial_consistency = options.serial_consistency;
  if (options.has(protocol::query_flag::timestamp)) record.timestamp = options.timestamp;
  if (options.has(protocol::query_flag::page_size)) record.page_size = options.page_size;
  if (options.has(protocol::query_flag::paging_state))
    record.paging_state.assign(reinterpret_cast<const char*>(options.paging_state.data),
                               options.paging_state.size());
}

inline void record_parameters(const protocol::query_parameters& parameters, request_record& record) {
  record_options(parameters, record);
  record_values(parameters.values, record);
  record.names.assign(parameters.names.begin(), parameters.names.end());
}

request_record make_record(const mock_request& request) {
  request_record record;
  record.opcode = request.header.code();
  record.stream = request.header.stream;
  record.frame_flags = request.header.flags;
  record.body_size = request.header.length;
  record.custom_payload = request.custom_payload;
  record.metadata_id = request.metadata_id;
  switch (record.opcode) {
    case protocol::opcode::query:
      record.statement = request.query.query;
      record_parameters(request.query.parameters, record);
      break;
    case protocol::opcode::prepare: record.statement = request.prepare.query; break;
    case protocol::opcode::execute: record_parameters(request.execute.parameters, record); break;
    case protocol::opcode::batch:
      record_options(request.batch.options, record);
      record.batch_size = request.batch.statements.size();
      for (const auto& each : request.batch.statements) record_values(each.values, record);
      break;
    case protocol::opcode::startup:
      for (const auto& [name, value] : request.startup.options) record.options.emplace_back(name, value);
      break;
    case protocol::opcode::register_:
      for (const auto& name : request.registration.event_types) record.options.emplace_back(name, "");
      break;
    default: break;
  }
  return record;
}

}  // namespace coodie::inline COODIE_ABI::testing::detail

#endif  // COODIE_TESTS_MOCK_MOCK_REQUEST_IPP
