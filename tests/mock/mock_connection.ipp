// SPDX-License-Identifier: MIT
// A client's connection: frames in, frames out, and what rules do to them.
#ifndef COODIE_TESTS_MOCK_MOCK_CONNECTION_IPP
#define COODIE_TESTS_MOCK_MOCK_CONNECTION_IPP

#include <chrono>
#include <utility>

#include "tests/mock/mock_connection.hpp"
#include "tests/mock/mock_replies.hpp"
#include "tests/mock/server_core.hpp"

namespace coodie::inline COODIE_ABI::testing::detail {

mock_connection::mock_connection(asio::ip::tcp::socket socket, mock_node& node, std::uint64_t id,
                                 std::uint32_t shard)
    : socket_(std::move(socket)), node_(node), id_(id), shard_(shard) {
  session_.node = node.index();
  std::error_code ignored;
  client_port_ = socket_.remote_endpoint(ignored).port();
  server_port_ = socket_.local_endpoint(ignored).port();
}

void mock_connection::start() {
  std::error_code ignored;
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  read();
}

void mock_connection::take_frames() {
  reading_ = true;
  while (!closes_ && take_frame()) {
  }
  reading_ = false;
  if (drops_input_) input_.clear();  // a real server loses what stands behind STARTUP, too
  drops_input_ = false;
  flush();
}

// Handles the first frame of the input, if it is whole.
bool mock_connection::take_frame() {
  if (input_.empty() || drops_input_) return false;
  const auto version = static_cast<std::uint8_t>(static_cast<unsigned>(*input_.data()) & 0x7fU);
  const bool known = version == protocol::request_version;
  const std::size_t header_size = version < 3 ? protocol::frame_header_size - 1 : protocol::frame_header_size;
  if (input_.size() < header_size) return false;
  if (!known) {
    refuse_version(version, header_size);
    return false;
  }
  protocol::frame_header header;
  protocol::load_frame_header(input_.data(), header);
  if (header.length > protocol::max_body_size) {
    closes_ = true;
    return false;
  }
  if (input_.size() - header_size < header.length) return false;
  handle(header, {input_.data() + header_size, header.length});
  input_.consume(header_size + header.length);
  return true;
}

// As Cassandra does: in the client's own framing when that is older.
void mock_connection::refuse_version(std::uint8_t version, std::size_t header_size) {
  protocol::byte_buffer body;
  protocol::writer out(body);
  write_refusal(
      out, {server_errc::protocol_error, "Invalid or unsupported protocol version (" +
                                             std::to_string(version) + "); supported versions are (4/v4)"});
  protocol::byte_buffer frame;
  protocol::writer to(frame);
  const bool old = header_size < protocol::frame_header_size;
  to.write(static_cast<std::uint8_t>(0x80U | (old ? version : protocol::request_version)));
  to.write(std::uint8_t{0});
  if (old)
    to.write(std::uint8_t{0});
  else
    to.write(std::int16_t{0});
  to.write(static_cast<std::uint8_t>(protocol::opcode::error));
  to.write(static_cast<std::uint32_t>(body.size()));
  to.write_raw(body.bytes());
  send(frame.bytes());
  input_.clear();
}

void mock_connection::handle(const protocol::frame_header& header, std::span<const std::byte> raw) {
  if (node_.fault() == node_fault::silent) return;
  mock_request request;
  request.header = header;
  extras_ = {};
  told_ = lie::none;
  tracing_id_.reset();
  protocol::byte_buffer frame;
  const auto refuse_with = [&](const cql::refusal& why) {
    refuse(request, why, frame);
    send(frame.bytes());
  };
  if (!protocol::is_known_opcode(header.opcode) ||
      protocol::direction_of(header.code()) != protocol::direction::request)
    return refuse_with(
        cql::refusal(server_errc::protocol_error, "Unknown opcode " + std::to_string(header.opcode)));
  protocol::reader body;
  const auto* algorithm = phase_ == phase::starting ? nullptr : compressor_;
  if (const errc why = decompress_body(algorithm, header.flags, raw, scratch_, protocol::max_body_size, body);
      why != errc::ok)
    return refuse_with(cql::refusal(server_errc::protocol_error, std::string(describe(why))));
  protocol::frame_prelude prelude;
  if (const errc why = protocol::read_request_prelude(header.flags, body, prelude); why != errc::ok)
    return refuse_with(cql::refusal(server_errc::server_error, std::string(describe(why))));
  for (const auto& [name, value] : prelude.custom_payload)
    request.custom_payload.emplace_back(
        name, value.is_null() ? std::string() : std::string(store::as_octets(value.bytes())));
  cql::refusal malformed = decode_request(header, body, agreed_.metadata_id, request);
  request_record record = make_record(request);
  name_statements(request, record);
  const auto wanted = node_.core().rules().take(std::move(record));
  node_.core().request_taken();
  if (malformed) return refuse_with(malformed);
  react_to(request, wanted.value_or(reaction{}));
}

// The table and the token of a request.
inline void note_partition(const store::planned_statement& statement,
                           const std::vector<protocol::bytes_view>& values,
                           const std::vector<std::string_view>& names, request_record& record) {
  if (statement.about.empty()) return;
  record.keyspace = statement.about.front().keyspace;
  record.table = statement.about.front().name;
  record.token = token_of_values(statement, values, names);
}

// The texts of prepared statements, and where they belong.
void mock_connection::name_statements(const mock_request& request, request_record& record) const {
  record.node = node_.index();
  record.connection = id_;
  record.shard = shard_;
  record.client_port = client_port_;
  record.server_port = server_port_;
  const auto note = [&](const std::string& id, const std::vector<protocol::bytes_view>& values,
                        const std::vector<std::string_view>& names) {
    const prepared_entry* entry = node_.find_prepared(id);
    if (entry == nullptr) return;
    if (record.statement.empty()) note_partition(*entry->statement, values, names, record);
    record.statement += entry->text;
  };
  if (record.opcode == protocol::opcode::execute)
    note(request.id(), request.parameters().values, request.parameters().names);
  if (record.opcode != protocol::opcode::batch) return;
  for (const auto& each : request.batch.statements) {
    if (!record.statement.empty()) record.statement += "; ";
    if (each.prepared)
      note(std::string(store::as_octets(each.id)), each.values, {});
    else
      record.statement += each.query;
  }
}

void mock_connection::react_to(const mock_request& request, const reaction& wanted) {
  protocol::byte_buffer frame;
  const auto begin = std::chrono::steady_clock::now();
  extras_ = {wanted.warnings, wanted.custom_payload};
  told_ = wanted.told;
  if ((request.header.flags & protocol::frame_flag::tracing) != 0 && is_traceable(request.header.code()))
    tracing_id_ = timeuuid::now();
  switch (wanted.kind) {
    case reaction::what::ignore: return;
    case reaction::what::close:
    case reaction::what::reset:
    case reaction::what::freeze:
    case reaction::what::garbage: break;
    case reaction::what::error:
      write_frame(request, protocol::opcode::error, frame, [&](protocol::writer& out) {
        const bool executes = request.header.code() == protocol::opcode::execute;
        write_error(out, wanted.error, executes ? request.id() : std::string(), agreed_.rate_limit_error);
      });
      break;
    default: answer(request, frame); break;
  }
  if (tracing_id_) write_trace_of(request, begin);
  deliver(std::move(frame), wanted);
}

}  // namespace coodie::inline COODIE_ABI::testing::detail

#endif  // COODIE_TESTS_MOCK_MOCK_CONNECTION_IPP
