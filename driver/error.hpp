// SPDX-License-Identifier: MIT
// The exceptions of the throwing forms. Not there when exceptions are switched off.
#ifndef COODIE_DRIVER_ERROR_HPP
#define COODIE_DRIVER_ERROR_HPP

#include "driver/diagnostics.hpp"

namespace coodie::inline COODIE_ABI {

#if COODIE_HAS_EXCEPTIONS

/// Base of everything that coodie throws.
class error : public std::system_error {
 public:
  error(error_code code, coodie::diagnostics diag)
      : std::system_error(code),
        diagnostics_(std::move(diag)),
        text_(detail::describe_failure(code, diagnostics_)) {}
  /// Starts with "coodie: ".
  [[nodiscard]] const char* what() const noexcept override { return text_.c_str(); }
  [[nodiscard]] const coodie::diagnostics& diagnostics() const noexcept { return diagnostics_; }

 private:
  coodie::diagnostics diagnostics_;
  std::string text_;
};

#define COODIE_ERROR_TYPE(name, base) \
  class name : public base {          \
   public:                            \
    using base::base;                 \
  }

// clang-format off
COODIE_ERROR_TYPE(configuration_error, error);       ///< the options contradict each other or lack something
COODIE_ERROR_TYPE(invalid_query_error, error);       ///< the query can't be asked this way
COODIE_ERROR_TYPE(document_not_found, error);        ///< get found no row
COODIE_ERROR_TYPE(multiple_documents_found, error);  ///< find_one found more than one row
COODIE_ERROR_TYPE(schema_error, error);              ///< the table can't be made to fit, or the nodes do not agree
COODIE_ERROR_TYPE(connection_error, error);          ///< a connection failed
COODIE_ERROR_TYPE(no_host_available, connection_error);  ///< every node was tried or is down
COODIE_ERROR_TYPE(timeout_error, error);             ///< no answer in time
COODIE_ERROR_TYPE(cancelled_error, error);           ///< the caller cancelled
COODIE_ERROR_TYPE(decode_error, error);              ///< what the server sent does not fit the program's types

/// A server's ERROR; diagnostics().server() has its fields.
COODIE_ERROR_TYPE(server_error, error);
COODIE_ERROR_TYPE(protocol_error, server_error);
COODIE_ERROR_TYPE(bad_credentials_error, server_error);
COODIE_ERROR_TYPE(unavailable_error, server_error);
COODIE_ERROR_TYPE(overloaded_error, server_error);
COODIE_ERROR_TYPE(is_bootstrapping_error, server_error);
COODIE_ERROR_TYPE(truncate_error, server_error);
COODIE_ERROR_TYPE(write_timeout_error, server_error);
COODIE_ERROR_TYPE(read_timeout_error, server_error);
COODIE_ERROR_TYPE(read_failure_error, server_error);
COODIE_ERROR_TYPE(function_failure_error, server_error);
COODIE_ERROR_TYPE(write_failure_error, server_error);
COODIE_ERROR_TYPE(syntax_error, server_error);
COODIE_ERROR_TYPE(unauthorized_error, server_error);
COODIE_ERROR_TYPE(invalid_error, server_error);
COODIE_ERROR_TYPE(config_error, server_error);
COODIE_ERROR_TYPE(already_exists_error, server_error);
COODIE_ERROR_TYPE(unprepared_error, server_error);
COODIE_ERROR_TYPE(rate_limited_error, server_error);
// clang-format on
#undef COODIE_ERROR_TYPE

namespace detail {
/// Throws the type that belongs to the code.
[[noreturn]] COODIE_DECL void throw_error(error_code code, diagnostics diag);
}  // namespace detail

#endif  // COODIE_HAS_EXCEPTIONS

}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_DRIVER_ERROR_HPP
