// SPDX-License-Identifier: MIT
#ifndef COODIE_PROTOCOL_ERRC_IPP
#define COODIE_PROTOCOL_ERRC_IPP

#include <string>

#include "protocol/errc.hpp"

namespace coodie::inline COODIE_ABI {
namespace detail {

class client_error_category final : public std::error_category {
 public:
  [[nodiscard]] const char* name() const noexcept override { return "coodie"; }
  [[nodiscard]] std::string message(int value) const override {
    return std::string(describe(static_cast<errc>(value)));
  }
};

class server_error_category final : public std::error_category {
 public:
  [[nodiscard]] const char* name() const noexcept override { return "coodie.server"; }
  [[nodiscard]] std::string message(int value) const override {
    return std::string(
        describe_server_error(static_cast<std::int32_t>(static_cast<std::uint32_t>(value) - 0x10000U)));
  }
};

}  // namespace detail

const std::error_category& client_category() noexcept {
  static const detail::client_error_category instance;
  return instance;
}
const std::error_category& server_category() noexcept {
  static const detail::server_error_category instance;
  return instance;
}

std::string_view describe(errc e) noexcept {
  switch (e) {
    case errc::ok: return "no error";
    case errc::truncated: return "the bytes end inside a field";
    case errc::trailing_bytes: return "a value has more bytes than its type";
    case errc::negative_length: return "a length is negative";
    case errc::length_exceeds_input: return "a count or length announces more than the bytes that follow";
    case errc::nesting_too_deep: return "a type is nested deeper than the limit";
    case errc::invalid_value_size: return "the bytes of a value do not have the size of its type";
    case errc::invalid_value: return "the bytes of a value have no meaning in its type";
    case errc::unexpected_null: return "a null for a member that can't hold one; make it std::optional";
    case errc::value_out_of_range: return "a value is out of the range of its type";
    case errc::value_too_large: return "a value or message is longer than its length field can say";
    case errc::type_mismatch: return "the server's column has another type than the C++ member";
    case errc::unknown_type: return "unknown type id";
    case errc::unknown_opcode: return "unknown opcode";
    case errc::unknown_result_kind: return "unknown RESULT kind";
    case errc::unknown_event: return "unknown event type";
    case errc::unsupported_version: return "the peer does not speak native protocol v4";
    case errc::invalid_direction: return "a frame goes in the wrong direction";
    case errc::unexpected_message: return "a message that does not answer what was asked";
    case errc::frame_too_large: return "a frame is longer than max_frame_size";
    case errc::compression_error: return "a compressed body can't be decompressed";
    case errc::compression_not_agreed: return "a compressed frame although no compression was agreed";
    case errc::out_of_memory: return "out of memory";
    case errc::connection_refused: return "connection refused";
    case errc::connection_closed: return "the peer closed the connection";
    case errc::connection_failed: return "the connection failed";
    case errc::connect_timeout: return "the connection was not ready within connect_timeout";
    case errc::heartbeat_timeout: return "the node did not answer a heartbeat";
    case errc::too_many_orphans: return "too many requests timed out on the connection";
    case errc::unknown_stream: return "a response to a stream id that is not in use";
    case errc::authentication_required: return "the server asks for credentials; set .auth in the options";
    case errc::authentication_failed: return "the server refused the credentials";
    case errc::compression_unsupported: return "the server does not offer the compression that was asked for";
    case errc::host_unresolved: return "the name has no address";
    case errc::authenticator_refused: return "the credentials are not for the server's authenticator";
    case errc::tls_failed: return "the TLS connection failed";
    case errc::tls_unsupported: return "the server does not speak TLS on this port";
    case errc::tls_required: return "the server speaks TLS on this port; set .tls.enabled in the options";
    case errc::certificate_rejected: return "the server's certificate is not accepted";
    case errc::client_certificate_rejected: return "the server does not accept the client's certificate";
    case errc::request_timeout: return "no answer within the request's timeout";
    case errc::cancelled: return "the request was cancelled";
    case errc::closed: return "the driver is closed";
    case errc::queue_full: return "too many requests wait for a connection";
    case errc::no_host_available: return "no node could be asked";
    case errc::prepare_loop: return "the server keeps forgetting a statement that was just prepared";
    case errc::would_deadlock: return "a blocking call on the thread that runs the driver's loop";
    case errc::paging_state_invalid: return "the paging state is not one of this statement's";
    case errc::configuration: return "the configuration is wrong";
    case errc::invalid_query: return "the query can't be asked this way";
    case errc::not_supported: return "this driver does not support it";
    case errc::document_not_found: return "no such document";
    case errc::multiple_documents: return "more than one document";
    case errc::schema_mismatch: return "the table on the server does not fit the model";
    case errc::schema_disagreement: return "the nodes do not agree on the schema";
    case errc::column_missing: return "the result has no column of that name";
    case errc::unknown_driver: return "no driver of that name is registered";
  }
  return "unknown coodie error";
}

std::string_view describe_server_error(std::int32_t wire_code) noexcept {
  switch (static_cast<server_errc>(server_error_code(wire_code).value())) {
    case server_errc::server_error: return "server error";
    case server_errc::protocol_error: return "protocol error";
    case server_errc::bad_credentials: return "authentication error";
    case server_errc::unavailable: return "unavailable";
    case server_errc::overloaded: return "overloaded";
    case server_errc::is_bootstrapping: return "is bootstrapping";
    case server_errc::truncate_error: return "truncate error";
    case server_errc::write_timeout: return "write timeout";
    case server_errc::read_timeout: return "read timeout";
    case server_errc::read_failure: return "read failure";
    case server_errc::function_failure: return "function failure";
    case server_errc::write_failure: return "write failure";
    case server_errc::syntax_error: return "syntax error";
    case server_errc::unauthorized: return "unauthorized";
    case server_errc::invalid: return "invalid";
    case server_errc::config_error: return "configuration error";
    case server_errc::already_exists: return "already exists";
    case server_errc::unprepared: return "unprepared";
    case server_errc::rate_limited: return "rate limit exceeded";
  }
  return "unknown server error";
}

}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_PROTOCOL_ERRC_IPP
