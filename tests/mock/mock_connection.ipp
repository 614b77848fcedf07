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

void mock_connection::close() {
  std::error_code ignored;
  socket_.shutdown(asio::ip::tcp::socket::shutdown_both, ignored);
  socket_.close(ignored);
  node_.forget(shared_from_this());
}

void mock_connection::read() {
  constexpr std::size_t chunk = 64 * 1024;
  std::byte* to = input_.reserve(chunk);
  if (to == nullptr || !socket_.is_open()) return close();
  socket_.async_read_some(asio::buffer(to, chunk),
                          [self = shared_from_this()](std::error_code failed, std::size_t bytes) {
                            if (failed) return self->close();
                            self->input_.commit(bytes);
                            self->take_frames();
                            if (self->socket_.is_open() && !self->closes_) self->read();
                          });
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
  if (node_.silent) return;
  mock_request request;
  request.header = header;
  extras_ = {};
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
  extras_ = {wanted.warnings, wanted.custom_payload};
  switch (wanted.kind) {
    case reaction::what::ignore: return;
    case reaction::what::close:
    case reaction::what::garbage: break;
    case reaction::what::error:
      write_frame(request, protocol::opcode::error, frame, [&](protocol::writer& out) {
        const bool executes = request.header.code() == protocol::opcode::execute;
        write_error(out, wanted.error, executes ? request.id() : std::string(), agreed_.rate_limit_error);
      });
      break;
    default: answer(request, frame); break;
  }
  deliver(std::move(frame), wanted);
}

void mock_connection::deliver(protocol::byte_buffer frame, const reaction& wanted) {
  const auto wait = wanted.delay + node_.core().options().latency;
  if (wait.count() <= 0) return send_now(std::move(frame), wanted);
  auto timer = std::make_shared<asio::steady_timer>(socket_.get_executor(), wait);
  auto late = std::make_shared<protocol::byte_buffer>(std::move(frame));
  timer->async_wait([self = shared_from_this(), timer, late, wanted](std::error_code failed) {
    if (!failed) self->send_now(std::move(*late), wanted);
  });
}

void mock_connection::send_now(protocol::byte_buffer frame, const reaction& wanted) {
  if (wanted.event) send_event(*wanted.event, true);
  switch (wanted.kind) {
    case reaction::what::drop:
    case reaction::what::ignore: return;
    case reaction::what::close: closes_ = true; return flush();
    case reaction::what::garbage:
      return send(std::as_bytes(std::span(wanted.bytes.data(), wanted.bytes.size())));
    case reaction::what::half_frame:
      closes_ = true;
      frame.truncate(frame.size() / 2);
      break;
    case reaction::what::corrupt_length:
      protocol::store_big(frame.data() + 5, std::uint32_t{0x7fffffff});
      break;
    case reaction::what::other_stream: protocol::store_big(frame.data() + 2, wanted.stream); break;
    case reaction::what::answer:
    case reaction::what::error: break;
  }
  send(frame.bytes());
}

void mock_connection::send_event(const event_reply& event, bool anyway) {
  if (!anyway && (registered_ >> static_cast<unsigned>(event.type) & 1U) == 0) return;
  if (node_.silent) return;
  protocol::byte_buffer frame;
  protocol::writer out(frame);
  const std::size_t start = protocol::begin_frame(out, protocol::opcode::event, protocol::event_stream);
  write_event(out, event);
  protocol::end_frame(out, start);
  send(frame.bytes());
}

void mock_connection::send(std::span<const std::byte> bytes) {
  protocol::writer(pending_).write_raw(bytes);
  if (!reading_) flush();
}

void mock_connection::flush() {
  if (writing_ || !socket_.is_open()) return;
  if (being_written_.empty()) std::swap(being_written_, pending_);
  if (being_written_.empty()) {
    if (closes_) close();
    return;
  }
  writing_ = true;
  socket_.async_write_some(asio::buffer(being_written_.data(), being_written_.size()),
                           [self = shared_from_this()](std::error_code failed, std::size_t bytes) {
                             self->writing_ = false;
                             if (failed) return self->close();
                             self->being_written_.consume(bytes);
                             self->flush();
                           });
}

}  // namespace coodie::inline COODIE_ABI::testing::detail

#endif  // COODIE_TESTS_MOCK_MOCK_CONNECTION_IPP
