// SPDX-License-Identifier: MIT
#ifndef COODIE_DRIVER_ERROR_IPP
#define COODIE_DRIVER_ERROR_IPP

#include "driver/error.hpp"

#if COODIE_HAS_EXCEPTIONS
namespace coodie::inline COODIE_ABI::detail {

[[noreturn]] inline void throw_server_error(error_code code, diagnostics diag) {
  switch (static_cast<server_errc>(code.value())) {
    case server_errc::server_error: throw server_error(code, std::move(diag));
    case server_errc::protocol_error: throw protocol_error(code, std::move(diag));
    case server_errc::bad_credentials: throw bad_credentials_error(code, std::move(diag));
    case server_errc::unavailable: throw unavailable_error(code, std::move(diag));
    case server_errc::overloaded: throw overloaded_error(code, std::move(diag));
    case server_errc::is_bootstrapping: throw is_bootstrapping_error(code, std::move(diag));
    case server_errc::truncate_error: throw truncate_error(code, std::move(diag));
    case server_errc::write_timeout: throw write_timeout_error(code, std::move(diag));
    case server_errc::read_timeout: throw read_timeout_error(code, std::move(diag));
    case server_errc::read_failure: throw read_failure_error(code, std::move(diag));
    case server_errc::function_failure: throw function_failure_error(code, std::move(diag));
    case server_errc::write_failure: throw write_failure_error(code, std::move(diag));
    case server_errc::syntax_error: throw syntax_error(code, std::move(diag));
    case server_errc::unauthorized: throw unauthorized_error(code, std::move(diag));
    case server_errc::invalid: throw invalid_error(code, std::move(diag));
    case server_errc::config_error: throw config_error(code, std::move(diag));
    case server_errc::already_exists: throw already_exists_error(code, std::move(diag));
    case server_errc::unprepared: throw unprepared_error(code, std::move(diag));
    case server_errc::rate_limited: throw rate_limited_error(code, std::move(diag));
  }
  throw server_error(code, std::move(diag));
}

void throw_error(error_code code, diagnostics diag) {
  if (code.category() == server_category()) throw_server_error(code, std::move(diag));
  if (code.category() != client_category()) throw error(code, std::move(diag));
  const int value = code.value();
  switch (static_cast<errc>(value)) {
    case errc::configuration:
    case errc::unknown_driver:
    case errc::authentication_required:
    case errc::authentication_failed:
    case errc::authenticator_refused:
    case errc::tls_unsupported:
    case errc::tls_required:
    case errc::client_certificate_rejected:
    case errc::compression_unsupported: throw configuration_error(code, std::move(diag));
    case errc::invalid_query:
    case errc::not_supported:
    case errc::column_missing:
    case errc::paging_state_invalid:
    case errc::would_deadlock: throw invalid_query_error(code, std::move(diag));
    case errc::document_not_found: throw document_not_found(code, std::move(diag));
    case errc::multiple_documents: throw multiple_documents_found(code, std::move(diag));
    case errc::schema_mismatch:
    case errc::schema_disagreement: throw schema_error(code, std::move(diag));
    case errc::no_host_available: throw no_host_available(code, std::move(diag));
    case errc::request_timeout:
    case errc::connect_timeout: throw timeout_error(code, std::move(diag));
    case errc::cancelled: throw cancelled_error(code, std::move(diag));
    default: break;
  }
  if (code == errc::unsupported_version) throw connection_error(code, std::move(diag));
  if (value >= 1 && value < 100) throw decode_error(code, std::move(diag));
  if (value >= 100 && value < 200) throw connection_error(code, std::move(diag));
  throw error(code, std::move(diag));
}

}  // namespace coodie::inline COODIE_ABI::detail
#endif  // COODIE_HAS_EXCEPTIONS

#endif  // COODIE_DRIVER_ERROR_IPP
